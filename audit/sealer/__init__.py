"""Gives committed entries their place in the tree and signs the head: a process of its own.

It alone holds the signing key, signs in to the database under a role of its own, and knows nothing
of Django.  One step:

    lock    the head's row; an advisory lock keeps a second sealer from waiting on it needlessly
    fence   database, folder, pin and witness must agree; otherwise nothing is sealed any more
    claim   at most 10,000 entries that wait; their leaf hashes; the grown tree
    verify  the batch is read back from the database and hashed anew, before anything is signed
    COMMIT  durably, whatever the server's default is
    files   bundles, tiles, read back from the disk and compared with the tree
    sign    then the witness, the row in the database, the pin, and last the file `checkpoint`

Killed between any two lines it is started again and does what is left: the same entries get the
same places, the same head the same signature.  A head is never signed over what could still be
lost, and never over what another has signed differently.
"""
