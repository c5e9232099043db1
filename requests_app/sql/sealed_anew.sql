-- What is guarded may be sealed anew when its data key was changed, and nothing else may be done by
-- that way: `rotate fields` (audit/resealing.py) says so for its transaction, as the tables' owner, and
-- every guard below then asks one question instead of its own. The program opens a value before and
-- after; here only the form is seen, so only the form is held: columns that hold a sealed record, of
-- the same length and the same record version, under another key. All else of the row is as it was.

CREATE FUNCTION requests_app_only_sealed_anew(relation oid, was jsonb, becomes jsonb) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
    IF current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = relation) THEN
        RAISE EXCEPTION 'only the owner of a table has it sealed anew'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_each_text(was) AS old (name, value)
            JOIN jsonb_each_text(becomes) AS new (name, value) USING (name)
            JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = old.name
        WHERE old.value IS DISTINCT FROM new.value
          -- As hexadecimal digits: \x01, the record's version, the key's number; 87 bytes at least.
          AND NOT coalesce(
              a.atttypid = 'bytea'::regtype
              AND length(old.value) >= 2 + 2 * 87
              AND length(old.value) = length(new.value)
              AND left(old.value, 4) = '\x01'
              AND left(old.value, 8) = left(new.value, 8)
              AND substr(old.value, 9, 8) <> substr(new.value, 9, 8),
              false)
    ) THEN
        RAISE EXCEPTION 'a row that is sealed anew stays as it was otherwise'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;
