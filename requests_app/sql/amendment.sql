-- What stands after an amendment: papers, notices and steps only grow; a link to a record is ended
-- once and never removed.
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY[
        'amendmentpaper', 'incomingnotice', 'persontotell', 'tellingstep'
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

REVOKE DELETE, TRUNCATE ON requests_app_amendmentlink FROM portal_app;
CREATE TRIGGER only_ended BEFORE UPDATE ON requests_app_amendmentlink
    FOR EACH ROW EXECUTE FUNCTION requests_app_only_ended();
ALTER TABLE requests_app_amendmentlink ENABLE ALWAYS TRIGGER only_ended;
