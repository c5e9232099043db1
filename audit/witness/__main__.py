import sys

from audit.witness.cli import main

sys.exit(main(sys.argv[1:]))
