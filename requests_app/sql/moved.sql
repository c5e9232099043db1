-- A request is moved and its refiling recorded together, in one transaction, or neither is.

CREATE FUNCTION requests_app_moved_goes_on() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.requests_app_refiling AS row WHERE row.wrong_id = NEW.request_id
    ) THEN
        RAISE EXCEPTION 'a request is moved only with the one that takes its place'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER moved_goes_on AFTER INSERT ON requests_app_statusrow
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.target = 'moved') EXECUTE FUNCTION requests_app_moved_goes_on();
ALTER TABLE requests_app_statusrow ENABLE ALWAYS TRIGGER moved_goes_on;

CREATE FUNCTION requests_app_refiled_is_moved() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.requests_app_request AS request
        WHERE request.id = NEW.wrong_id AND request.state = 'moved'
    ) THEN
        RAISE EXCEPTION 'what goes on as another kind is moved'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refiled_is_moved AFTER INSERT ON requests_app_refiling
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION requests_app_refiled_is_moved();
ALTER TABLE requests_app_refiling ENABLE ALWAYS TRIGGER refiled_is_moved;
