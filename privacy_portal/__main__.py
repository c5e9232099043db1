"""`python -m privacy_portal COMMAND`: see privacy_portal/commands."""

import sys

from privacy_portal.commands import main

sys.exit(main(sys.argv[1:]))
