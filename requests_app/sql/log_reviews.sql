-- How often the log is reviewed is a dated fact: never removed, ended once, not changed otherwise.
REVOKE DELETE, TRUNCATE ON requests_app_logreviewschedule FROM portal_app;
CREATE TRIGGER only_ended BEFORE UPDATE ON requests_app_logreviewschedule
    FOR EACH ROW EXECUTE FUNCTION requests_app_only_ended();
ALTER TABLE requests_app_logreviewschedule ENABLE ALWAYS TRIGGER only_ended;

-- A signature is that of its review, and not before it was begun.
CREATE FUNCTION requests_app_log_review_signed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.requests_app_logreview AS review
        WHERE review.id = NEW.review_id AND review.follows_id IS NOT DISTINCT FROM NEW.follows_id
            AND review.covers_until <= NEW.signed_at
    ) THEN
        RAISE EXCEPTION 'a signature names its review and comes after it was begun'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signs_its_review BEFORE INSERT ON requests_app_logreviewsignature
    FOR EACH ROW EXECUTE FUNCTION requests_app_log_review_signed();
ALTER TABLE requests_app_logreviewsignature ENABLE ALWAYS TRIGGER signs_its_review;

-- The second person is another one, and looks at what was signed.
CREATE FUNCTION requests_app_log_review_second() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.requests_app_logreview AS review
        JOIN public.requests_app_logreviewsignature AS signature ON signature.review_id = review.id
        WHERE review.id = NEW.review_id AND review.begun_by <> NEW.signed_by
            AND signature.signed_at <= NEW.signed_at
    ) THEN
        RAISE EXCEPTION 'a signed review is countersigned by somebody else'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_by_another BEFORE INSERT ON requests_app_logreviewcountersignature
    FOR EACH ROW EXECUTE FUNCTION requests_app_log_review_second();
ALTER TABLE requests_app_logreviewcountersignature ENABLE ALWAYS TRIGGER signed_by_another;
