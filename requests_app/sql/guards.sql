-- The last guard of the second floor. Whatever code does, PostgreSQL refuses:
--   a state that changes without its version, or a version that does not go up by one;
--   a state without a status row that names a legal move of the request's kind;
--   a change of what was asked, when it was received, and under which reference;
--   a change or removal of anything that is history.

CREATE FUNCTION requests_app_refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: it only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- What happened stays as it was written.
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY[
        'statusrow', 'clockrow', 'decision', 'involvement', 'letter', 'message', 'disclosure',
        'issuedaccounting', 'identitycheck', 'representative', 'legalmove'
    ] LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON requests_app_%s FROM portal_app', kept);
        EXECUTE format(
            'CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON requests_app_%s '
            'FOR EACH ROW EXECUTE FUNCTION requests_app_refuse()', kept);
        EXECUTE format('ALTER TABLE requests_app_%s ENABLE ALWAYS TRIGGER only_grows', kept);
    END LOOP;
END $$;
REVOKE INSERT ON requests_app_legalmove FROM portal_app;

-- These change, and are never removed.
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY[
        'request', 'patient', 'signinaddress', 'accountlink', 'practice', 'site', 'designation',
        'recordset', 'businessassociate'
    ] LOOP
        EXECUTE format('REVOKE DELETE, TRUNCATE ON requests_app_%s FROM portal_app', kept);
    END LOOP;
END $$;

-- A dated fact is ended once and not changed otherwise.
CREATE FUNCTION requests_app_only_ended() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.in_force_until IS NOT NULL
        OR to_jsonb(OLD) - 'in_force_until' <> to_jsonb(NEW) - 'in_force_until' THEN
        RAISE EXCEPTION 'a dated fact is ended once and not changed otherwise'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER only_ended BEFORE UPDATE ON requests_app_designation
    FOR EACH ROW EXECUTE FUNCTION requests_app_only_ended();
CREATE TRIGGER only_ended BEFORE UPDATE ON requests_app_recordset
    FOR EACH ROW EXECUTE FUNCTION requests_app_only_ended();
CREATE TRIGGER only_ended BEFORE UPDATE ON requests_app_businessassociate
    FOR EACH ROW EXECUTE FUNCTION requests_app_only_ended();
ALTER TABLE requests_app_designation ENABLE ALWAYS TRIGGER only_ended;
ALTER TABLE requests_app_recordset ENABLE ALWAYS TRIGGER only_ended;
ALTER TABLE requests_app_businessassociate ENABLE ALWAYS TRIGGER only_ended;

-- A status row names a legal move of the kind.
ALTER TABLE requests_app_statusrow ADD CONSTRAINT status_row_is_legal
    FOREIGN KEY (kind, move, source, target)
    REFERENCES requests_app_legalmove (kind, move, source, target);

CREATE FUNCTION requests_app_request_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF (NEW.kind, NEW.reference, NEW.received_at, NEW.received_on, NEW.entered_at, NEW.filed_by,
        NEW.filed, NEW.site_id, NEW.channel)
        IS DISTINCT FROM
       (OLD.kind, OLD.reference, OLD.received_at, OLD.received_on, OLD.entered_at, OLD.filed_by,
        OLD.filed, OLD.site_id, OLD.channel) THEN
        RAISE EXCEPTION 'what was asked, and when, does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.patient_id IS NOT NULL AND NEW.patient_id IS DISTINCT FROM OLD.patient_id THEN
        RAISE EXCEPTION 'a matched request stays with its patient'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.version = OLD.version AND
       (NEW.state, NEW.due_on, NEW.answered_at) IS DISTINCT FROM
       (OLD.state, OLD.due_on, OLD.answered_at) THEN
        RAISE EXCEPTION 'state and clock change only together with the version'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.version NOT IN (OLD.version, OLD.version + 1) THEN
        RAISE EXCEPTION 'a version goes up by one'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_moves BEFORE UPDATE ON requests_app_request
    FOR EACH ROW EXECUTE FUNCTION requests_app_request_moves();
ALTER TABLE requests_app_request ENABLE ALWAYS TRIGGER request_moves;

-- At commit every version stands on a status row from the former state to the present one.
CREATE FUNCTION requests_app_request_has_status() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    former text := '';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        former := OLD.state;
    ELSIF NEW.version <> 1 THEN
        RAISE EXCEPTION 'a request is born with version 1'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.requests_app_statusrow AS row
        WHERE row.request_id = NEW.id AND row.version = NEW.version AND row.kind = NEW.kind
          AND row.source = former AND row.target = NEW.state
    ) THEN
        RAISE EXCEPTION 'the state % has no status row', NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER request_born AFTER INSERT ON requests_app_request
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION requests_app_request_has_status();
CREATE CONSTRAINT TRIGGER request_moved AFTER UPDATE ON requests_app_request
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.version IS DISTINCT FROM NEW.version)
    EXECUTE FUNCTION requests_app_request_has_status();
ALTER TABLE requests_app_request ENABLE ALWAYS TRIGGER request_born;
ALTER TABLE requests_app_request ENABLE ALWAYS TRIGGER request_moved;
