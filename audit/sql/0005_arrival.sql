-- What an entry meets as it arrives, for less. The state of its key is read and its place in the list
-- of the unsealed taken in one statement. The list refers to nothing: only this trigger writes to it,
-- and no entry is changed or leaves before it is sealed, so looking for it again could find nothing wrong.
--
-- A CHECK of a table is kept as text and read anew by every statement that inserts, which took a
-- quarter of an append. The form of an entry is looked at by the trigger, that of an index row by
-- domains; both are read once a session, and both hold for everybody.

SET LOCAL ROLE audit_owner;

ALTER TABLE audit.pending DROP CONSTRAINT pending_eid_fkey;
ALTER TABLE audit.event DROP CONSTRAINT event_entry_size, DROP CONSTRAINT event_entry_form,
    DROP CONSTRAINT event_entry_eid;

CREATE DOMAIN audit.facet AS smallint CONSTRAINT facet_known CHECK (VALUE BETWEEN 1 AND 4);
CREATE DOMAIN audit.token AS bytea CONSTRAINT token_size CHECK (octet_length(VALUE) = 16);
ALTER TABLE audit.event_index
    DROP CONSTRAINT event_index_facet_check, DROP CONSTRAINT event_index_token_check,
    ALTER COLUMN facet TYPE audit.facet, ALTER COLUMN token TYPE audit.token;

CREATE OR REPLACE FUNCTION audit.event_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    named bigint;
BEGIN
    IF octet_length(NEW.entry) NOT BETWEEN 112 AND 65535
        OR substring(NEW.entry FROM 1 FOR 4) <> '\x41554431'::bytea
        OR substring(NEW.entry FROM 9 FOR 16) <> uuid_send(NEW.eid)
    THEN
        RAISE EXCEPTION 'not an entry of this id in the form AUD1' USING ERRCODE = 'check_violation';
    END IF;
    named := get_byte(NEW.entry, 4)::bigint << 24 | get_byte(NEW.entry, 5) << 16
        | get_byte(NEW.entry, 6) << 8 | get_byte(NEW.entry, 7);
    -- A writer may have cached its key for a minute: the state that counts is the one now.
    -- No row lock: destroying a key takes a lock on the whole of event first, which waits for
    -- every insert under way, and so a key is never destroyed between this look and the commit.
    INSERT INTO audit.pending (eid)
        SELECT NEW.eid FROM audit.dek
        WHERE dek_id = named AND class = 'audit' AND state <> 'destroyed';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the entry names no usable data key' USING ERRCODE = 'foreign_key_violation';
    END IF;
    -- An acknowledged entry must survive a crash, whatever the server's default says: a head that
    -- was signed over a lost entry would be a fork. Here it costs no round trip and cannot be
    -- forgotten. A stronger setting is left as it is.
    IF current_setting('synchronous_commit') NOT IN ('on', 'remote_apply') THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN NULL;
END
$$;

REVOKE ALL ON TYPE audit.facet, audit.token FROM PUBLIC;
GRANT USAGE ON TYPE audit.facet, audit.token TO portal_app, portal_sealer, portal_auditor;

RESET ROLE;
