-- A kept document is erased with its reason, where somebody decided so; the rest stays as it was.
CREATE OR REPLACE FUNCTION requests_app_document_moves() RETURNS trigger LANGUAGE plpgsql
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
            THEN ARRAY['stage', 'ended_at', 'ended_by', 'erased']
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
