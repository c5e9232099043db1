-- A preference is ended once; a message that was kept back is passed on once. Neither is removed.
REVOKE DELETE, TRUNCATE ON requests_app_communicationpreference, requests_app_heldmessage
    FROM portal_app;

CREATE TRIGGER only_ended BEFORE UPDATE ON requests_app_communicationpreference
    FOR EACH ROW EXECUTE FUNCTION requests_app_only_ended();
ALTER TABLE requests_app_communicationpreference ENABLE ALWAYS TRIGGER only_ended;

CREATE FUNCTION requests_app_only_passed_on() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.told_at IS NOT NULL
        OR to_jsonb(OLD) - 'told_at' - 'told_by' - 'how'
            <> to_jsonb(NEW) - 'told_at' - 'told_by' - 'how' THEN
        RAISE EXCEPTION 'a held message is passed on once and not changed otherwise'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_passed_on BEFORE UPDATE ON requests_app_heldmessage
    FOR EACH ROW EXECUTE FUNCTION requests_app_only_passed_on();
ALTER TABLE requests_app_heldmessage ENABLE ALWAYS TRIGGER only_passed_on;
