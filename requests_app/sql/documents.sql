-- A document is announced, then kept or lapsed; a kept one may be released, once, and erased, once.
-- What it is, of whom, and which file lies under it never change.
REVOKE DELETE, TRUNCATE ON requests_app_document FROM portal_app;

CREATE FUNCTION requests_app_document_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    may_change text[];
BEGIN
    may_change := CASE
        WHEN OLD.stage = 'expected' AND NEW.stage = 'kept'
            THEN ARRAY['stage', 'blob', 'dek_id', 'type', 'size', 'content', 'kept_at']
        WHEN OLD.stage = 'expected' AND NEW.stage = 'lapsed'
            THEN ARRAY['stage', 'ended_at', 'ended_by']
        WHEN OLD.stage = 'kept' AND NEW.stage = 'kept' AND OLD.released_at IS NULL
            THEN ARRAY['released_at', 'released_by']
        WHEN OLD.stage = 'kept' AND NEW.stage = 'erased'
            THEN ARRAY['stage', 'ended_at', 'ended_by']
        WHEN OLD.stage = 'erased' AND NEW.stage = 'erased' AND OLD.removed_at IS NULL
            THEN ARRAY['removed_at']
        ELSE ARRAY[]::text[]
    END;
    IF to_jsonb(OLD) - may_change <> to_jsonb(NEW) - may_change THEN
        RAISE EXCEPTION 'a document % does not change like this', OLD.stage
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_moves BEFORE UPDATE ON requests_app_document
    FOR EACH ROW EXECUTE FUNCTION requests_app_document_moves();
ALTER TABLE requests_app_document ENABLE ALWAYS TRIGGER document_moves;
