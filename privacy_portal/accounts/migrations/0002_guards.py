"""What the database itself refuses, whatever the program does."""

from django.db import migrations

# A grant is added and ended once; nothing else about it ever changes.
ROLE_GRANTS = """
CREATE FUNCTION account_role_grant_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'this role has already been taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER account_role_grant_guard BEFORE UPDATE ON account_role_grant
    FOR EACH ROW EXECUTE FUNCTION account_role_grant_guard();
ALTER TABLE account_role_grant ENABLE ALWAYS TRIGGER account_role_grant_guard;
REVOKE UPDATE, DELETE ON account_role_grant FROM portal_app;
GRANT UPDATE (ended_at, ended_by) ON account_role_grant TO portal_app;
"""
ROLE_GRANTS_BACK = """
DROP TRIGGER account_role_grant_guard ON account_role_grant;
DROP FUNCTION account_role_grant_guard();
GRANT UPDATE, DELETE ON account_role_grant TO portal_app;
"""

# Accounts are switched off, tokens ended: what they did stays attributable.
KEPT = "REVOKE DELETE ON account, account_api_token FROM portal_app;"
KEPT_BACK = "GRANT DELETE ON account, account_api_token TO portal_app;"

# Allauth's tables of e-mail addresses in the clear stay empty.
NO_ADDRESSES = (
    "REVOKE INSERT, UPDATE ON account_emailaddress, account_emailconfirmation FROM portal_app;"
)
NO_ADDRESSES_BACK = (
    "GRANT INSERT, UPDATE ON account_emailaddress, account_emailconfirmation TO portal_app;"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RunSQL(ROLE_GRANTS, ROLE_GRANTS_BACK),
        migrations.RunSQL(KEPT, KEPT_BACK),
        migrations.RunSQL(NO_ADDRESSES, NO_ADDRESSES_BACK),
    ]
