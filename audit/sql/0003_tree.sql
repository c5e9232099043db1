-- The log's second storey: each committed entry's place in the tree, and the heads signed over it.
-- Only the sealer writes here. `leaf` keeps no foreign key to `event`: an entry may be pruned after
-- its retention, its hash stays.

SET LOCAL ROLE audit_owner;

CREATE TABLE audit.leaf (
    idx       bigint PRIMARY KEY CHECK (idx >= 0),
    eid       uuid NOT NULL UNIQUE,
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32)
);

-- How far the tree has come. `frontier` are its peaks, one hash for each bit set in `size`.
--   seen_at       when the sealer last looked, by the database's clock
--   published_at  when the newest head was last published, the daily sign of life included
--   says          the sealer's last trouble as a few words, empty when there is none
CREATE TABLE audit.head (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    size         bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
    frontier     bytea NOT NULL DEFAULT ''::bytea,
    epoch        integer NOT NULL DEFAULT 1 CHECK (epoch > 0),
    state        text NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'fenced')),
    says         text NOT NULL DEFAULT '' CHECK (octet_length(says) <= 400),
    seen_at      timestamptz,
    published_at timestamptz,
    CONSTRAINT head_frontier_fits CHECK (
        octet_length(frontier) = 32 * length(replace(size::bit(64)::text, '0', ''))
    ),
    CONSTRAINT head_fenced_says_why CHECK (state = 'ok' OR says <> '')
);
INSERT INTO audit.head DEFAULT VALUES;

CREATE TABLE audit.checkpoint (
    size         bigint PRIMARY KEY CHECK (size > 0),
    root         bytea NOT NULL CHECK (octet_length(root) = 32),
    note         text NOT NULL CHECK (octet_length(note) BETWEEN 1 AND 100000),
    published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A witness signs the same head anew each time it is asked: each line is kept.
CREATE TABLE audit.cosignature (
    size bigint NOT NULL REFERENCES audit.checkpoint (size),
    name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 400),
    line text NOT NULL CHECK (octet_length(line) BETWEEN 1 AND 10000),
    at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (size, name, line)
);

-- What else vouches for a head: a time stamp, a printed page, a refusal kept as evidence.
CREATE TABLE audit.anchor (
    size bigint NOT NULL CHECK (size >= 0),
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_]{0,39}$'),
    blob bytea NOT NULL CHECK (octet_length(blob) BETWEEN 1 AND 1000000),
    at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (size, kind, at)
);

-- Up to where entries may be gone, by which policy, told by which entry.
CREATE TABLE audit.retention (
    min_index bigint PRIMARY KEY CHECK (min_index >= 0 AND min_index % 256 = 0),
    policy    text NOT NULL CHECK (octet_length(policy) BETWEEN 1 AND 400),
    event     uuid NOT NULL,
    at        timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The last number given out for each person's disclosures. A helper for the writer; what counts is
-- what stands in the entries.
CREATE TABLE audit.subject_lane (
    subject_token bytea PRIMARY KEY CHECK (octet_length(subject_token) = 16),
    seq           bigint NOT NULL CHECK (seq > 0),
    last_eid      uuid NOT NULL
);

-- The next number of a person, and the entry that bears the one before. It waits for whoever is at
-- the same person's number, and is taken back with the transaction: no hole, no number twice.
CREATE FUNCTION audit.subject_next(
    token bytea, eid uuid, OUT number bigint, OUT before uuid
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    LOOP
        SELECT lane.seq + 1, lane.last_eid INTO number, before
            FROM audit.subject_lane AS lane WHERE lane.subject_token = token FOR UPDATE;
        IF FOUND THEN
            UPDATE audit.subject_lane AS lane SET seq = number, last_eid = eid
                WHERE lane.subject_token = token;
            RETURN;
        END IF;
        number := 1;
        before := NULL;
        INSERT INTO audit.subject_lane AS lane (subject_token, seq, last_eid)
            VALUES (token, 1, eid) ON CONFLICT (subject_token) DO NOTHING;
        IF FOUND THEN
            RETURN;
        END IF;
    END LOOP;
END
$$;

-- The tree only grows. What was sealed is neither taken back nor sealed otherwise.
CREATE FUNCTION audit.head_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.size < OLD.size OR NEW.epoch < OLD.epoch
        OR (NEW.size = OLD.size AND NEW.frontier <> OLD.frontier)
    THEN
        RAISE EXCEPTION 'the tree only grows' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['leaf', 'checkpoint', 'cosignature', 'anchor', 'retention'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON audit.%I '
            'FOR EACH ROW EXECUTE FUNCTION audit.refuse()', kept || '_keeps_rows', kept);
        EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER %I', kept, kept || '_keeps_rows');
    END LOOP;
    FOREACH kept IN ARRAY ARRAY['head', 'subject_lane'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON audit.%I '
            'FOR EACH ROW EXECUTE FUNCTION audit.refuse()', kept || '_keeps_rows', kept);
        EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER %I', kept, kept || '_keeps_rows');
    END LOOP;
    FOREACH kept IN ARRAY ARRAY[
        'leaf', 'head', 'checkpoint', 'cosignature', 'anchor', 'retention', 'subject_lane',
        'event_index'
    ] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON audit.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', kept || '_keeps_all', kept);
        EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER %I', kept, kept || '_keeps_all');
    END LOOP;
END
$$;
CREATE TRIGGER head_changes BEFORE UPDATE ON audit.head
    FOR EACH ROW EXECUTE FUNCTION audit.head_changes();
ALTER TABLE audit.head ENABLE ALWAYS TRIGGER head_changes;

REVOKE ALL ON FUNCTION audit.subject_next(bytea, uuid), audit.head_changes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.subject_next(bytea, uuid) TO portal_app;
GRANT SELECT ON audit.leaf, audit.head, audit.checkpoint, audit.cosignature, audit.anchor,
    audit.retention TO portal_app, portal_sealer, portal_auditor;
GRANT SELECT ON audit.subject_lane TO portal_app, portal_auditor;
GRANT SELECT ON audit.pending TO portal_app;
GRANT INSERT (idx, eid, leaf_hash) ON audit.leaf TO portal_sealer;
GRANT INSERT (size, root, note) ON audit.checkpoint TO portal_sealer;
GRANT INSERT (size, name, line) ON audit.cosignature TO portal_sealer;
GRANT INSERT (size, kind, blob) ON audit.anchor TO portal_sealer;
GRANT UPDATE (size, frontier, state, says, seen_at, published_at) ON audit.head TO portal_sealer;

RESET ROLE;
