"""The scheduled review of the log (45 CFR 164.308(a)(1)(ii)(D), 164.312(b)): when it falls due, what was
looked at, what was found, and who signed.  The rule names no interval; the practice sets one.
"""
