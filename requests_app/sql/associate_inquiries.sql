-- An inquiry is answered once, not changed otherwise, and never removed.
REVOKE DELETE, TRUNCATE ON requests_app_associateinquiry FROM portal_app;

CREATE FUNCTION requests_app_only_answered() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.replied_at IS NOT NULL
        OR to_jsonb(OLD) - 'replied_at' - 'replied_by' - 'found' - 'answer'
            <> to_jsonb(NEW) - 'replied_at' - 'replied_by' - 'found' - 'answer' THEN
        RAISE EXCEPTION 'an inquiry is answered once and not changed otherwise'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_answered BEFORE UPDATE ON requests_app_associateinquiry
    FOR EACH ROW EXECUTE FUNCTION requests_app_only_answered();
ALTER TABLE requests_app_associateinquiry ENABLE ALWAYS TRIGGER only_answered;
