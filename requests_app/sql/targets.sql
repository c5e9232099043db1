-- The practice's own targets are dated facts: never removed, ended once, not changed otherwise.
REVOKE DELETE, TRUNCATE ON requests_app_target FROM portal_app;
CREATE TRIGGER only_ended BEFORE UPDATE ON requests_app_target
    FOR EACH ROW EXECUTE FUNCTION requests_app_only_ended();
ALTER TABLE requests_app_target ENABLE ALWAYS TRIGGER only_ended;
