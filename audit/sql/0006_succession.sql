-- A log whose entries are gone for good is closed, and a new one of another name goes on after it.
-- What is still there of the old one, places and heads, is moved aside unchanged and stays for ever.
-- Nothing leaves the tables of the open log in any other way.

SET LOCAL ROLE audit_owner;

-- The open log's own name once it has succeeded another; empty for the first one.
ALTER TABLE audit.head ADD COLUMN origin text NOT NULL DEFAULT ''
    CONSTRAINT head_origin_size CHECK (octet_length(origin) <= 400);

-- A closed log.
--   size, root, note  the largest head that anybody remembers, with every signature under it
--   kept              how many of its entries, from the first on, are still here and proved
--   event             the first entry of the log that goes on, which tells all this
CREATE TABLE audit.former_log (
    epoch     integer PRIMARY KEY CHECK (epoch > 0),
    origin    text NOT NULL UNIQUE CHECK (octet_length(origin) BETWEEN 1 AND 400),
    successor text NOT NULL UNIQUE CHECK (octet_length(successor) BETWEEN 1 AND 400),
    size      bigint NOT NULL,
    root      bytea NOT NULL CHECK (octet_length(root) = 32),
    note      text NOT NULL CHECK (octet_length(note) BETWEEN 1 AND 100000),
    kept      bigint NOT NULL CHECK (kept >= 0),
    event     uuid NOT NULL UNIQUE,
    closed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT former_log_lost_something CHECK (kept < size)
);

CREATE TABLE audit.former_leaf (
    epoch     integer NOT NULL REFERENCES audit.former_log (epoch),
    idx       bigint NOT NULL CHECK (idx >= 0),
    eid       uuid NOT NULL UNIQUE,
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
    PRIMARY KEY (epoch, idx)
);
CREATE TABLE audit.former_checkpoint (
    epoch        integer NOT NULL REFERENCES audit.former_log (epoch),
    size         bigint NOT NULL,
    root         bytea NOT NULL,
    note         text NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (epoch, size)
);
CREATE TABLE audit.former_cosignature (
    epoch integer NOT NULL,
    size  bigint NOT NULL,
    name  text NOT NULL,
    line  text NOT NULL,
    at    timestamptz NOT NULL,
    PRIMARY KEY (epoch, size, name, line),
    FOREIGN KEY (epoch, size) REFERENCES audit.former_checkpoint (epoch, size)
);
CREATE TABLE audit.former_anchor (
    epoch integer NOT NULL REFERENCES audit.former_log (epoch),
    size  bigint NOT NULL,
    kind  text NOT NULL,
    blob  bytea NOT NULL,
    at    timestamptz NOT NULL,
    PRIMARY KEY (epoch, size, kind, at)
);
CREATE TABLE audit.former_retention (
    epoch     integer NOT NULL REFERENCES audit.former_log (epoch),
    min_index bigint NOT NULL,
    policy    text NOT NULL,
    event     uuid NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (epoch, min_index)
);

-- The rows of a log leave its tables while it is being closed, which is within one transaction.
CREATE FUNCTION audit.row_leaves() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit.former_log JOIN audit.head USING (epoch)) THEN
        RAISE EXCEPTION 'DELETE is refused on %', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END
$$;

-- The tree only grows; the next log begins with nothing, once all of this one was moved aside.
CREATE OR REPLACE FUNCTION audit.head_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.epoch = OLD.epoch AND NEW.origin = OLD.origin
        AND (NEW.size > OLD.size OR (NEW.size = OLD.size AND NEW.frontier = OLD.frontier))
    THEN
        RETURN NEW;
    END IF;
    IF NEW.epoch = OLD.epoch + 1 AND NEW.size = 0 AND NEW.state = 'fenced'
        AND EXISTS (
            SELECT FROM audit.former_log AS closed
            WHERE closed.epoch = OLD.epoch AND closed.successor = NEW.origin
            AND closed.kept = (SELECT count(*) FROM audit.former_leaf WHERE epoch = OLD.epoch)
        )
        AND NOT EXISTS (SELECT FROM audit.leaf) AND NOT EXISTS (SELECT FROM audit.checkpoint)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the tree only grows' USING ERRCODE = 'check_violation';
END
$$;

-- Close the open log as its row in former_log says, and begin the next one, fenced. Entries beyond
-- those that are kept wait again.
CREATE FUNCTION audit.close_log(why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old audit.head;
    next text;
    keep bigint;
BEGIN
    SELECT * INTO STRICT old FROM audit.head FOR UPDATE;
    SELECT successor, kept INTO STRICT next, keep FROM audit.former_log WHERE epoch = old.epoch;
    INSERT INTO audit.former_leaf (epoch, idx, eid, leaf_hash)
        SELECT old.epoch, idx, eid, leaf_hash FROM audit.leaf WHERE idx < keep;
    INSERT INTO audit.former_checkpoint (epoch, size, root, note, published_at)
        SELECT old.epoch, size, root, note, published_at FROM audit.checkpoint;
    INSERT INTO audit.former_cosignature (epoch, size, name, line, at)
        SELECT old.epoch, size, name, line, at FROM audit.cosignature;
    INSERT INTO audit.former_anchor (epoch, size, kind, blob, at)
        SELECT old.epoch, size, kind, blob, at FROM audit.anchor;
    INSERT INTO audit.former_retention (epoch, min_index, policy, event, at)
        SELECT old.epoch, min_index, policy, event, at FROM audit.retention;
    INSERT INTO audit.pending (eid)
        SELECT eid FROM audit.leaf JOIN audit.event USING (eid) WHERE idx >= keep
        ON CONFLICT (eid) DO NOTHING;
    DELETE FROM audit.retention;
    DELETE FROM audit.anchor;
    DELETE FROM audit.cosignature;
    DELETE FROM audit.checkpoint;
    DELETE FROM audit.leaf;
    UPDATE audit.head SET epoch = old.epoch + 1, origin = next, size = 0, frontier = ''::bytea,
        state = 'fenced', says = why, published_at = NULL;
END
$$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['leaf', 'checkpoint', 'cosignature', 'anchor', 'retention'] LOOP
        EXECUTE format('DROP TRIGGER %I ON audit.%I', kept || '_keeps_rows', kept);
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON audit.%I '
            'FOR EACH ROW EXECUTE FUNCTION audit.refuse()', kept || '_keeps_rows', kept);
        EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON audit.%I '
            'FOR EACH ROW EXECUTE FUNCTION audit.row_leaves()', kept || '_leaves', kept);
        EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER %I', kept, kept || '_keeps_rows');
        EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER %I', kept, kept || '_leaves');
    END LOOP;
    FOREACH kept IN ARRAY ARRAY[
        'former_log', 'former_leaf', 'former_checkpoint', 'former_cosignature', 'former_anchor',
        'former_retention'
    ] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON audit.%I '
            'FOR EACH ROW EXECUTE FUNCTION audit.refuse()', kept || '_keeps_rows', kept);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON audit.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', kept || '_keeps_all', kept);
        EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER %I', kept, kept || '_keeps_rows');
        EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER %I', kept, kept || '_keeps_all');
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION audit.row_leaves(), audit.close_log(text) FROM PUBLIC;
GRANT SELECT ON audit.former_log, audit.former_leaf, audit.former_checkpoint,
    audit.former_cosignature, audit.former_anchor, audit.former_retention
    TO portal_app, portal_sealer, portal_auditor;

RESET ROLE;
