-- The same for less: nothing is looked at otherwise than before.
--
-- Keys are so few that the planner reads them all to find one, which cost half of what an entry meets
-- as it arrives; the trigger has the key looked up. Numbers of one person are taken together: one by
-- one in one transaction, each passed over every number taken before it.

SET LOCAL ROLE audit_owner;

ALTER FUNCTION audit.event_arrived() SET enable_seqscan = off;

-- The next numbers of a person, as many as are asked for: the first of them, and the entry that bears
-- the one before it. `eid` is the entry that bears the last. It waits for whoever is at the same
-- person's numbers, and is taken back with the transaction: no hole, no number twice.
DROP FUNCTION audit.subject_next(bytea, uuid);
CREATE FUNCTION audit.subject_next(
    token bytea, eid uuid, many bigint, OUT number bigint, OUT before uuid
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF many IS NULL OR many < 1 THEN
        RAISE EXCEPTION 'a number is taken for an entry' USING ERRCODE = 'check_violation';
    END IF;
    LOOP
        SELECT lane.seq + 1, lane.last_eid INTO number, before
            FROM audit.subject_lane AS lane WHERE lane.subject_token = token FOR UPDATE;
        IF FOUND THEN
            UPDATE audit.subject_lane AS lane SET seq = lane.seq + many, last_eid = eid
                WHERE lane.subject_token = token;
            RETURN;
        END IF;
        number := 1;
        before := NULL;
        INSERT INTO audit.subject_lane AS lane (subject_token, seq, last_eid)
            VALUES (token, many, eid) ON CONFLICT (subject_token) DO NOTHING;
        IF FOUND THEN
            RETURN;
        END IF;
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION audit.subject_next(bytea, uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.subject_next(bytea, uuid, bigint) TO portal_app;

RESET ROLE;
