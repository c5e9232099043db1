"""How database and service are set up, attested by an entry of the log every day.

Whoever has the database's own powers can switch a trigger off, grant a right or take a table over,
do what they came for, and put things back.  So the set-up is read from PostgreSQL's own catalogue,
compared with what this release makes (`expected.txt`) and with the day before, and what was found
becomes an entry: from then on it can be neither denied nor changed.

    facts     reads the set-up: things, and what is so of each
    expected  what must be so: the log's schema, the roles, and no sleeping trigger anywhere
    daily     attest(): the entry;  latest(): the newest one, for whoever watches
"""

from audit.attestation.daily import Attested, attest, latest
from audit.attestation.facts import Facts, observed

__all__ = ["Attested", "Facts", "attest", "latest", "observed"]
