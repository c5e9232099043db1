"""Checks a log without the service: `python -m audit.verify --help`.

No Django, no database, no secret. What is trusted stands on the command line.  Hashes and proofs
need the standard library alone; signatures need the package `cryptography`, and where it is
missing the report says so.
"""
