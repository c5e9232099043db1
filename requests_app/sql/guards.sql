-- The last guard of the second floor. Whatever code does, PostgreSQL refuses:
--   a state that changes without its version, or a version that does not go up by one;
--   a state without a status row that names a legal move of the request's kind;
--   a change of what was asked, when it was received, and under which reference;
--   a status row that runs ahead of its request;
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
        EXECUTE format(
            'CREATE TRIGGER never_emptied BEFORE TRUNCATE ON requests_app_%s '
            'FOR EACH STATEMENT EXECUTE FUNCTION requests_app_refuse()', kept);
        EXECUTE format('ALTER TABLE requests_app_%s ENABLE ALWAYS TRIGGER never_emptied', kept);
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

-- A tie between an account and a chart is ended once; a code is used once.
CREATE FUNCTION requests_app_link_only_ended() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
        OR to_jsonb(OLD) - 'ended_at' - 'ended_by' <> to_jsonb(NEW) - 'ended_at' - 'ended_by' THEN
        RAISE EXCEPTION 'a link is ended once and not changed otherwise'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_ended BEFORE UPDATE ON requests_app_accountlink
    FOR EACH ROW EXECUTE FUNCTION requests_app_link_only_ended();
ALTER TABLE requests_app_accountlink ENABLE ALWAYS TRIGGER only_ended;

CREATE FUNCTION requests_app_code_only_used() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.used_at IS NOT NULL OR to_jsonb(OLD) - 'used_at' <> to_jsonb(NEW) - 'used_at' THEN
        RAISE EXCEPTION 'a code is used once and not changed otherwise'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_used BEFORE UPDATE ON requests_app_linkcode
    FOR EACH ROW EXECUTE FUNCTION requests_app_code_only_used();
ALTER TABLE requests_app_linkcode ENABLE ALWAYS TRIGGER only_used;

-- A status row names a legal move of the kind.
ALTER TABLE requests_app_statusrow ADD CONSTRAINT status_row_is_legal
    FOREIGN KEY (kind, move, source, target)
    REFERENCES requests_app_legalmove (kind, move, source, target);

CREATE FUNCTION requests_app_request_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.reference, NEW.received_at, NEW.received_on, NEW.entered_at, NEW.filed_by,
        NEW.filed, NEW.site_id, NEW.channel)
        IS DISTINCT FROM
       (OLD.id, OLD.kind, OLD.reference, OLD.received_at, OLD.received_on, OLD.entered_at, OLD.filed_by,
        OLD.filed, OLD.site_id, OLD.channel) THEN
        RAISE EXCEPTION 'what was asked, and when, does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.patient_id IS NOT NULL AND NEW.patient_id IS DISTINCT FROM OLD.patient_id THEN
        RAISE EXCEPTION 'a matched request stays with its patient'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.representative_id IS NOT NULL
        AND NEW.representative_id IS DISTINCT FROM OLD.representative_id THEN
        RAISE EXCEPTION 'a request stays with the representative who asked'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.version = OLD.version AND
       (NEW.state, NEW.due_on, NEW.due_at, NEW.answered_at, NEW.answered_on,
        NEW.identity_confirmed_at, NEW.fee_cents, NEW.reviewer)
        IS DISTINCT FROM
       (OLD.state, OLD.due_on, OLD.due_at, OLD.answered_at, OLD.answered_on,
        OLD.identity_confirmed_at, OLD.fee_cents, OLD.reviewer) THEN
        RAISE EXCEPTION 'state, clock and what a move decides change only with the version'
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

-- At commit no status row runs ahead of its request.
CREATE FUNCTION requests_app_status_has_request() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.requests_app_request AS request
        WHERE request.id = NEW.request_id AND request.version >= NEW.version
          AND request.kind = NEW.kind
    ) THEN
        RAISE EXCEPTION 'the request has not made the move of version %', NEW.version
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER status_made AFTER INSERT ON requests_app_statusrow
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION requests_app_status_has_request();
ALTER TABLE requests_app_statusrow ENABLE ALWAYS TRIGGER status_made;
