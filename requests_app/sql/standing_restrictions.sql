-- A restriction is ended once, whole or for later information; an emergency's recipient is asked once.
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['agreedrestriction', 'emergencyoverride'] LOOP
        EXECUTE format('REVOKE DELETE, TRUNCATE ON requests_app_%s FROM portal_app', kept);
    END LOOP;
END $$;

CREATE FUNCTION requests_app_restriction_only_ended() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.in_force_until IS NOT NULL
        OR (OLD.covers_until IS NOT NULL AND NEW.covers_until IS DISTINCT FROM OLD.covers_until)
        OR to_jsonb(OLD) - 'in_force_until' - 'covers_until'
            <> to_jsonb(NEW) - 'in_force_until' - 'covers_until' THEN
        RAISE EXCEPTION 'a restriction is ended once and not changed otherwise'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_ended BEFORE UPDATE ON requests_app_agreedrestriction
    FOR EACH ROW EXECUTE FUNCTION requests_app_restriction_only_ended();
ALTER TABLE requests_app_agreedrestriction ENABLE ALWAYS TRIGGER only_ended;

CREATE FUNCTION requests_app_override_only_asked() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.asked_at IS NOT NULL
        OR to_jsonb(OLD) - 'asked_at' <> to_jsonb(NEW) - 'asked_at' THEN
        RAISE EXCEPTION 'an emergency is recorded once; only the asking is added'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_asked BEFORE UPDATE ON requests_app_emergencyoverride
    FOR EACH ROW EXECUTE FUNCTION requests_app_override_only_asked();
ALTER TABLE requests_app_emergencyoverride ENABLE ALWAYS TRIGGER only_asked;
