"""What comes in many lines at once: the ledger's own, and what a practice already has on its first day.

lines     the sorts of line as data, and what carries each out
taking    line by line: kept, there already, or returned with what to put right
models    which lines were taken, so that the whole can be sent twice
"""
