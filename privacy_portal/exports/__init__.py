"""Registers as files: asked for, written by the worker in sealed pieces, fetched while they last.

asked      what is asked: which register, which filter, which form, and for whom
source     what a register is; `ledger`, `requests`, `entries` are the three, `sources` lists them
jobs       one export as a job: asked for, taken up by a worker, given up or forgotten
claims     who writes it now, one worker at a time
writing    written to its end; `making` makes one piece ready, `beside` every other in a second process
pieces     the pieces as they are kept
telling    what the log and the patients' accountings are told of it
forms      CSV and NDJSON; `xlsx`, `pdf` the books
files      the bytes of a finished one
"""
