-- The wrapped data keys. Nothing here opens anything without the key-encryption key, which is
-- never in the database. Rows are added by one function and never deleted; a destroyed key keeps
-- its row, without the key, so that what it sealed can say why it stays closed.

SET LOCAL ROLE audit_owner;

CREATE SEQUENCE audit.dek_id_seq AS integer;

CREATE TABLE audit.dek (
    dek_id          integer PRIMARY KEY CHECK (dek_id > 0),
    class           text NOT NULL CHECK (class ~ '^[a-z][a-z0-9_.]{0,99}$'),
    period          daterange NOT NULL CHECK (NOT isempty(period)),
    wrapped         bytea CHECK (octet_length(wrapped) BETWEEN 40 AND 4096),
    kek_id          text NOT NULL CHECK (octet_length(kek_id) BETWEEN 1 AND 200),
    state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'decrypt', 'destroyed')),
    destroyed_event uuid,
    made_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT dek_destroyed_is_without_key CHECK ((state = 'destroyed') = (wrapped IS NULL)),
    CONSTRAINT dek_destroyed_names_its_event CHECK ((state = 'destroyed') = (destroyed_event IS NOT NULL))
);

CREATE UNIQUE INDEX dek_one_active ON audit.dek (class, period) WHERE state = 'active';

-- Two writers may make the key of a period at the same instant: the first one is kept, and both
-- are told its number. The number comes from the sequence before the key is wrapped, because the
-- wrapping is bound to it.
CREATE FUNCTION audit.dek_ensure(
    new_id integer, new_class text, new_period daterange, new_wrapped bytea, new_kek_id text
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept integer;
BEGIN
    IF new_id > (SELECT last_value FROM audit.dek_id_seq) THEN
        RAISE EXCEPTION 'a data key is numbered by the sequence' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO audit.dek (dek_id, class, period, wrapped, kek_id)
        VALUES (new_id, new_class, new_period, new_wrapped, new_kek_id)
        ON CONFLICT (class, period) WHERE state = 'active' DO NOTHING;
    SELECT dek_id INTO STRICT kept FROM audit.dek
        WHERE class = new_class AND period = new_period AND state = 'active';
    RETURN kept;
END
$$;

CREATE FUNCTION audit.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Destroying is final, and a key never changes what it is.
CREATE FUNCTION audit.dek_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state = 'destroyed'
        OR (OLD.state = 'decrypt' AND NEW.state = 'active')
        OR (OLD.dek_id, OLD.class, OLD.period, OLD.made_at)
            IS DISTINCT FROM (NEW.dek_id, NEW.class, NEW.period, NEW.made_at)
    THEN
        RAISE EXCEPTION 'a data key only goes from active to decrypt to destroyed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER dek_changes BEFORE UPDATE ON audit.dek
    FOR EACH ROW EXECUTE FUNCTION audit.dek_changes();
CREATE TRIGGER dek_keeps_rows BEFORE DELETE ON audit.dek
    FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER dek_keeps_all BEFORE TRUNCATE ON audit.dek
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
ALTER TABLE audit.dek ENABLE ALWAYS TRIGGER dek_changes;
ALTER TABLE audit.dek ENABLE ALWAYS TRIGGER dek_keeps_rows;
ALTER TABLE audit.dek ENABLE ALWAYS TRIGGER dek_keeps_all;

REVOKE ALL ON FUNCTION audit.dek_ensure(integer, text, daterange, bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.dek_ensure(integer, text, daterange, bytea, text) TO portal_app;
GRANT USAGE ON SEQUENCE audit.dek_id_seq TO portal_app;
GRANT SELECT ON audit.dek TO portal_app, portal_auditor;

RESET ROLE;
