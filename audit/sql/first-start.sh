#!/bin/bash
# Run once by the postgres image on an empty volume: lays the roles and sets their passwords.
set -euo pipefail

psql=(psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB")
"${psql[@]}" --file "${ROLES_FILE:-/roles.sql}"
for role in portal_migrator portal_app portal_sealer portal_auditor; do
    # psql reads the file itself: a password on a command line could be seen by others.
    "${psql[@]}" --set role="$role" --set file="${SECRETS_FOLDER:-/run/secrets}/${role}_password" <<'SQL'
\set password `cat :'file'`
ALTER ROLE :"role" PASSWORD :'password';
SQL
done
