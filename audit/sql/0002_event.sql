-- The log's first storey: entries, the list of those that have no place in the tree yet, and the
-- keyed index. No Django model stands for these tables: the application may name exactly
-- (eid, entry) and nothing else, which an ORM does not.

SET LOCAL ROLE audit_owner;

CREATE TABLE audit.event (
    eid         uuid PRIMARY KEY,
    entry       bytea NOT NULL,
    inserted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT event_entry_size CHECK (octet_length(entry) BETWEEN 112 AND 65535),
    CONSTRAINT event_entry_form CHECK (substring(entry FROM 1 FOR 4) = '\x41554431'::bytea),
    CONSTRAINT event_entry_eid CHECK (substring(entry FROM 9 FOR 16) = uuid_send(eid))
);
-- Sealed bytes do not compress; trying costs time on every append.
ALTER TABLE audit.event ALTER COLUMN entry SET STORAGE EXTERNAL;

CREATE TABLE audit.pending (
    eid uuid PRIMARY KEY REFERENCES audit.event (eid)
);

-- A helper for finding, rebuilt by opening the entries; never proof of anything.
--   facet 1 subject (patient)   2 actor   3 name   4 request
CREATE TABLE audit.event_index (
    facet smallint NOT NULL CHECK (facet BETWEEN 1 AND 4),
    token bytea NOT NULL CHECK (octet_length(token) = 16),
    at    timestamptz NOT NULL,
    eid   uuid NOT NULL,
    PRIMARY KEY (facet, token, at, eid)
);

-- What every new entry meets, whoever inserts it.
CREATE FUNCTION audit.event_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    named bigint := get_byte(NEW.entry, 4)::bigint << 24 | get_byte(NEW.entry, 5) << 16
        | get_byte(NEW.entry, 6) << 8 | get_byte(NEW.entry, 7);
BEGIN
    -- A writer may have cached its key for a minute: the state that counts is the one now.
    -- No row lock: destroying a key takes a lock on the whole of event first, which waits for
    -- every insert under way, and so a key is never destroyed between this look and the commit.
    IF NOT EXISTS (
        SELECT FROM audit.dek WHERE dek_id = named AND class = 'audit' AND state <> 'destroyed'
    ) THEN
        RAISE EXCEPTION 'the entry names no usable data key' USING ERRCODE = 'foreign_key_violation';
    END IF;
    INSERT INTO audit.pending (eid) VALUES (NEW.eid);
    -- An acknowledged entry must survive a crash, whatever the server's default says: a head that
    -- was signed over a lost entry would be a fork. Here it costs no round trip and cannot be
    -- forgotten. A stronger setting is left as it is.
    IF current_setting('synchronous_commit') NOT IN ('on', 'remote_apply') THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER event_arrived AFTER INSERT ON audit.event
    FOR EACH ROW EXECUTE FUNCTION audit.event_arrived();
CREATE TRIGGER event_keeps_rows BEFORE UPDATE OR DELETE ON audit.event
    FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER event_keeps_all BEFORE TRUNCATE ON audit.event
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER pending_keeps_rows BEFORE UPDATE ON audit.pending
    FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER pending_keeps_all BEFORE TRUNCATE ON audit.pending
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
-- ALWAYS: an ordinary trigger sleeps under session_replication_role = replica.
ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_arrived;
ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_keeps_rows;
ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_keeps_all;
ALTER TABLE audit.pending ENABLE ALWAYS TRIGGER pending_keeps_rows;
ALTER TABLE audit.pending ENABLE ALWAYS TRIGGER pending_keeps_all;

REVOKE ALL ON FUNCTION audit.event_arrived(), audit.refuse(), audit.dek_changes() FROM PUBLIC;
GRANT INSERT (eid, entry), SELECT ON audit.event TO portal_app;
GRANT INSERT, SELECT ON audit.event_index TO portal_app;
GRANT SELECT ON audit.event TO portal_sealer;
GRANT SELECT, DELETE ON audit.pending TO portal_sealer;
GRANT SELECT ON audit.event, audit.pending, audit.event_index TO portal_auditor;

RESET ROLE;
