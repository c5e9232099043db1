-- Whom a complaint names, what was done, and what was flagged stay as they were written.
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['namedincomplaint', 'complaintmeasure', 'adverseaftercomplaint'] LOOP
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
