"""Where a head is kept outside this machine's reach, so that the log cannot be put back unseen.

Each is optional, each can fail by itself, and `standing` remembers how it went.

    witness   another machine signs each head            audit.witness
    stamp     a timestamp authority signs its hash       rfc3161
    printed   five lines on paper                        printed
    pin       a file on another disk                     the sealer's
"""
