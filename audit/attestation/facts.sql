-- How the database is set up: things, and what is so of each, as (thing, line). Asked as whoever is
-- signed in: the catalogue is open to every role. An owner's rights to its own go without saying.

WITH
relation AS (
    SELECT c.oid, c.relowner, c.relacl, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
           CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' ELSE 'table ' END
               || n.nspname || '.' || c.relname AS thing
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('audit', 'public') AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
),
routine AS (
    SELECT p.*, 'function ' || n.nspname || '.' || p.proname
               || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS thing
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('audit', 'public')
),
here AS (SELECT * FROM pg_database WHERE datname = current_database()),
-- Whatever rights are given to: the thing, the list, the owner, the part of it that is meant.
given (thing, acl, owner, part) AS (
    SELECT 'schema ' || nspname, coalesce(nspacl, acldefault('n', nspowner)), nspowner, ''
        FROM pg_namespace WHERE nspname IN ('audit', 'public')
    UNION ALL
    SELECT thing, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char"
        ELSE 'r'::"char" END, relowner)), relowner, '' FROM relation
    UNION ALL
    SELECT relation.thing, a.attacl, relation.relowner, ' on ' || a.attname
        FROM relation JOIN pg_attribute AS a ON a.attrelid = relation.oid WHERE a.attacl IS NOT NULL
    UNION ALL
    SELECT thing, coalesce(proacl, acldefault('f', proowner)), proowner, '' FROM routine
    UNION ALL
    SELECT 'database', coalesce(datacl, acldefault('d', datdba)), datdba, '' FROM here
    UNION ALL
    SELECT 'rights by default', defaclacl, defaclrole,
        ' on ' || defaclobjtype::text || ' of ' || pg_get_userbyid(defaclrole)
            || coalesce(' in ' || (SELECT nspname FROM pg_namespace WHERE oid = defaclnamespace), '')
        FROM pg_default_acl
)
SELECT given.thing, 'right of ' || CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END
        || ': ' || g.privilege_type || given.part || CASE WHEN g.is_grantable THEN ', to give on' ELSE '' END
        AS line
    FROM given, aclexplode(given.acl) AS g WHERE g.grantee <> given.owner
UNION ALL
SELECT 'schema ' || nspname, 'owner ' || pg_get_userbyid(nspowner)
    FROM pg_namespace WHERE nspname IN ('audit', 'public')
UNION ALL
SELECT thing, 'owner ' || pg_get_userbyid(relowner) FROM relation
UNION ALL
SELECT thing, 'row security' || CASE WHEN relforcerowsecurity THEN ', forced' ELSE '' END
    FROM relation WHERE relrowsecurity
UNION ALL
-- A trigger is A always, O unless replication goes on, R in replication alone, D off.
SELECT relation.thing, 'trigger ' || t.tgname || ' ' || t.tgenabled::text || ': ' || pg_get_triggerdef(t.oid)
    FROM relation JOIN pg_trigger AS t ON t.tgrelid = relation.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT relation.thing, 'switched off: constraint ' || k.conname
    FROM relation JOIN pg_trigger AS t ON t.tgrelid = relation.oid
        LEFT JOIN pg_constraint AS k ON k.oid = t.tgconstraint
    WHERE t.tgisinternal AND t.tgenabled <> 'O'
UNION ALL
SELECT relation.thing, 'constraint ' || k.conname || CASE WHEN k.convalidated THEN '' ELSE ', not checked' END
        || CASE k.contype WHEN 'c' THEN ': ' || pg_get_constraintdef(k.oid) ELSE '' END
    FROM relation JOIN pg_constraint AS k ON k.conrelid = relation.oid WHERE k.contype <> 'n'
UNION ALL
SELECT 'domain ' || n.nspname || '.' || t.typname, 'constraint ' || k.conname || ': ' || pg_get_constraintdef(k.oid)
    FROM pg_constraint AS k JOIN pg_type AS t ON t.oid = k.contypid
        JOIN pg_namespace AS n ON n.oid = t.typnamespace
    WHERE n.nspname IN ('audit', 'public') AND k.contype <> 'n'
UNION ALL
SELECT relation.thing, 'rule ' || w.rulename || ' ' || w.ev_enabled::text
    FROM relation JOIN pg_rewrite AS w ON w.ev_class = relation.oid WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT relation.thing, 'policy ' || p.polname
    FROM relation JOIN pg_policy AS p ON p.polrelid = relation.oid
UNION ALL
SELECT thing, 'owner ' || pg_get_userbyid(proowner) FROM routine
UNION ALL
SELECT thing, CASE WHEN prosecdef THEN 'with its owner''s rights' ELSE 'with the caller''s rights' END
        || coalesce(', ' || array_to_string(proconfig, ', '), '') FROM routine
UNION ALL
SELECT thing, 'source ' || encode(sha256(convert_to(prosrc, 'UTF8')), 'hex') FROM routine
UNION ALL
SELECT 'role ' || rolname, concat_ws(', ',
        CASE WHEN rolcanlogin THEN 'signs in' ELSE 'cannot sign in' END,
        CASE WHEN rolsuper THEN 'superuser' END,
        CASE WHEN rolcreatedb THEN 'makes databases' END,
        CASE WHEN rolcreaterole THEN 'makes roles' END,
        CASE WHEN rolreplication THEN 'replicates' END,
        CASE WHEN rolbypassrls THEN 'passes by row security' END)
    FROM pg_roles WHERE rolname NOT LIKE 'pg\_%'
UNION ALL
SELECT 'role ' || pg_get_userbyid(member), 'member of ' || pg_get_userbyid(roleid)
        || CASE WHEN inherit_option THEN ', has its rights' ELSE '' END
        || CASE WHEN set_option THEN ', can become it' ELSE '' END
        || CASE WHEN admin_option THEN ', can take others in' ELSE '' END
    FROM pg_auth_members WHERE pg_get_userbyid(member) NOT LIKE 'pg\_%'
UNION ALL
SELECT 'setting ' || name, current_setting(name) FROM unnest(ARRAY[
    'session_replication_role', 'row_security', 'synchronous_commit', 'fsync', 'full_page_writes'
    ]) AS name
UNION ALL
SELECT 'setting ' || split_part(one, '=', 1), concat_ws(' ', 'set',
        CASE WHEN s.setrole <> 0 THEN 'for ' || pg_get_userbyid(s.setrole) END,
        CASE WHEN s.setdatabase <> 0 THEN 'here' END) || ': ' || substr(one, strpos(one, '=') + 1)
    FROM pg_db_role_setting AS s, unnest(s.setconfig) AS one
    WHERE s.setdatabase = 0 OR s.setdatabase = (SELECT oid FROM here)
UNION ALL
-- django-pgtrigger's way to let its triggers sleep: ours do not ask, and nobody has reason to set it.
SELECT 'setting pgtrigger.ignore', value
    FROM current_setting('pgtrigger.ignore', true) AS value WHERE value <> ''
UNION ALL
SELECT 'database', 'owner ' || pg_get_userbyid(datdba) FROM here
UNION ALL
SELECT 'database', 'event trigger ' || evtname || ' ' || evtenabled::text FROM pg_event_trigger
UNION ALL
SELECT 'database', 'publication ' || pubname FROM pg_publication
UNION ALL
SELECT 'migrations', app || '.' || name FROM public.django_migrations
UNION ALL
-- Keys by their numbers. Those in use come and go with the months; what became of older ones stays.
SELECT DISTINCT 'keys', 'wrapped under ' || kek_id FROM audit.dek WHERE wrapped IS NOT NULL
UNION ALL
SELECT 'keys', 'data key ' || dek_id || ' is ' || state FROM audit.dek WHERE state <> 'active'
