"""Witnesses: somebody else's machine that signs each head of a log, and only if it continues.

`client` asks any witness of the C2SP protocol; the rest is a small one of our own, which runs on
another machine: `python -m audit.witness --help`.
"""
