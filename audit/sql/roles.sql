-- The roles of the service and what each may reach. Run as a superuser on the target database,
-- before any migration and as often as one likes: every statement can be repeated.
-- Passwords are not set here; whoever runs this file sets them (ALTER ROLE … PASSWORD).
--
--   portal_migrator  owns the ordinary tables; runs migrations and nothing else
--   audit_owner      owns the log; nobody signs in as it
--   portal_app       web, worker and beat
--   portal_sealer    gives committed log entries their place in the tree
--   portal_auditor   reads the log

BEGIN;

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY[
        'portal_migrator', 'audit_owner', 'portal_app', 'portal_sealer', 'portal_auditor'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I', role_name);
        END IF;
    END LOOP;
END
$$;

ALTER ROLE audit_owner NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE portal_migrator LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE portal_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE portal_sealer LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE portal_auditor LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- The migrator has nothing of the owner's until it says SET ROLE, which migrations of the log do.
GRANT audit_owner TO portal_migrator WITH INHERIT FALSE, SET TRUE;

-- A migration waits for a lock a short while and then gives way to the people at work.
ALTER ROLE portal_migrator SET lock_timeout = '5s';
ALTER ROLE portal_migrator SET statement_timeout = '15min';
ALTER ROLE portal_app SET idle_in_transaction_session_timeout = '60s';

DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO portal_migrator, portal_app, portal_sealer, portal_auditor',
        current_database()
    );
END
$$;

-- Ordinary tables live in public and belong to the migrator.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO portal_migrator;
GRANT USAGE ON SCHEMA public TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_migrator IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_migrator IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO portal_app;

-- The log lives in a schema of its own. Nothing in it is granted by default: each migration says.
CREATE SCHEMA IF NOT EXISTS audit AUTHORIZATION audit_owner;
ALTER SCHEMA audit OWNER TO audit_owner;
REVOKE ALL ON SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO portal_app, portal_sealer, portal_auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE audit_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

COMMIT;
