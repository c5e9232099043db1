"""Checkpoints and `.tlog-proof` files: the golden one, and every way of not being one."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import checkpoint, merkle, note, proof
from audit.checkpoint import Checkpoint
from audit.errors import MalformedProof, ProofFailed
from audit.note import Signer
from audit.proof import Proof
from tests.audit import vectors
from tests.audit.support import every_cut, every_flip
from tests.audit.vectors import BODY, CHECKPOINT, HASHES, LOG, ROOTS, WITNESS, decoded
from tests.properties import calm

REFUSED = (MalformedProof, ProofFailed)
HEAD = Checkpoint(LOG.name, 8, ROOTS[8])
KEYS = {"log": [LOG.verifier], "witnesses": [WITNESS.verifier]}
PATH = decoded(vectors.INCLUSION_OF_5)
PROOF = Proof(5, tuple(PATH), CHECKPOINT)
FILE = (
    "c2sp.org/tlog-proof@v1\nindex 5\n" + "".join(f"{one}\n" for one in vectors.INCLUSION_OF_5)
).encode() + b"\n" + CHECKPOINT  # fmt: skip


# --- checkpoints -------------------------------------------------------------------------------
def test_the_golden_checkpoint_is_written_and_read_to_the_byte() -> None:
    raw = checkpoint.cosign(checkpoint.sign(HEAD, LOG), WITNESS, time=vectors.WITNESSED_AT)
    assert raw == CHECKPOINT
    signed = checkpoint.open_signed(raw, **KEYS)
    assert (signed.checkpoint, signed.witnesses) == (HEAD, {WITNESS.name: vectors.WITNESSED_AT})


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n", id="an empty line"),
        pytest.param(BODY[:-1], id="no end of line"),
        pytest.param("\n8\n" + BODY.split("\n")[2] + "\n", id="no origin"),
        pytest.param(BODY.replace("\n8\n", "\n08\n"), id="a leading zero"),
        pytest.param(BODY.replace("\n8\n", "\n+8\n"), id="a sign"),
        pytest.param(BODY.replace("\n8\n", "\n-8\n"), id="below nothing"),
        pytest.param(BODY.replace("\n8\n", "\n8 \n"), id="a blank"),
        pytest.param(BODY.replace("\n8\n", "\n٨\n"), id="another alphabet's eight"),
        pytest.param(BODY.replace("\n8\n", "\n0x8\n"), id="hexadecimal"),
        pytest.param(BODY.replace("\n8\n", f"\n{2**63}\n"), id="2^63"),
        pytest.param(BODY.replace("\n8\n", f"\n1{'0' * 400}\n"), id="a size of 400 digits"),
        pytest.param(BODY.replace("\n8\n", "\n0\n"), id="a root of nothing that is something's"),
        pytest.param(BODY.replace("yg=\n", "yh=\n"), id="unclear last bits"),
        pytest.param(BODY.replace("yg=\n", "yg\n"), id="no padding"),
        pytest.param(BODY.replace("yg=\n", "w==\n"), id="31 bytes"),
        pytest.param(BODY + "\n", id="an empty line more"),
        pytest.param(BODY + "more\n\nmore\n", id="an empty line within"),
        pytest.param("\n".join(BODY.split("\n")[:2]) + "\n", id="no root"),
    ],
)
def test_a_signed_note_that_is_no_checkpoint_is_refused(body: str) -> None:
    with pytest.raises(MalformedProof):
        checkpoint.parse_body(body)


def test_further_lines_are_read_and_never_lost() -> None:
    found = checkpoint.parse_body(BODY + "more\n")
    assert found.more == ("more",)
    assert found.body() == BODY + "more\n"


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(Checkpoint("a\nb", 8, ROOTS[8]), id="two lines of origin"),
        pytest.param(Checkpoint(LOG.name, -1, ROOTS[8]), id="less than nothing"),
        pytest.param(Checkpoint(LOG.name, 2**63, ROOTS[8]), id="too large"),
        pytest.param(Checkpoint(LOG.name, 8, ROOTS[8][:-1]), id="a short root"),
        pytest.param(Checkpoint(LOG.name, 8, ROOTS[8], ("",)), id="an empty line"),
    ],
)
def test_what_could_not_be_read_back_is_not_signed(head: Checkpoint) -> None:
    with pytest.raises(MalformedProof):
        head.body()


def test_every_flip_and_cut_of_a_checkpoint_is_caught() -> None:
    """A cut that leaves the log's whole line leaves its word: then no witness has signed."""
    for wrong in [*every_flip(CHECKPOINT), *every_cut(CHECKPOINT)]:
        try:
            signed = checkpoint.open_signed(wrong, **KEYS)
        except REFUSED:
            continue
        assert signed.checkpoint == HEAD
        assert WITNESS.name not in signed.witnesses


def test_a_checkpoint_under_another_logs_name_is_refused() -> None:
    """The key is trusted for its own log, not for whatever it may be made to sign."""
    body = BODY.replace("audit-test", "other-log")
    with pytest.raises(ProofFailed):
        checkpoint.open_signed(note.write(body, [LOG.line(body)]), **KEYS)


def test_witnesses_alone_do_not_make_a_head() -> None:
    raw = note.write(BODY, [WITNESS.line(BODY, time=1)])
    with pytest.raises(ProofFailed):
        checkpoint.open_signed(raw, **KEYS)


def test_a_logs_old_and_new_key_sign_one_head() -> None:
    new = Signer(LOG.name, bytes([7]) * 32)
    raw = checkpoint.sign(HEAD, LOG, new)
    for keys in ([LOG.verifier], [new.verifier], [LOG.verifier, new.verifier]):
        assert checkpoint.open_signed(raw, log=keys).checkpoint == HEAD


def test_a_log_signs_under_no_other_name() -> None:
    with pytest.raises(ValueError, match="own name"):
        checkpoint.sign(HEAD, Signer("other.example", bytes(32)))


# --- proofs ------------------------------------------------------------------------------------
def test_the_golden_proof_is_written_and_read_to_the_byte() -> None:
    made = proof.make(5, merkle.over(HASHES), CHECKPOINT)
    assert made == PROOF
    assert made.to_bytes() == FILE
    assert proof.parse(FILE) == PROOF
    assert proof.verify(PROOF, HASHES[5], **KEYS).checkpoint == HEAD


def test_a_log_of_one_entry_needs_no_hashes() -> None:
    head = checkpoint.sign(Checkpoint(LOG.name, 1, ROOTS[1]), LOG)
    made = proof.parse(proof.make(0, merkle.over(HASHES[:1]), head).to_bytes())
    assert made.path == ()
    proof.verify(made, HASHES[0], log=[LOG.verifier])


def test_extra_data_is_carried_and_not_vouched_for() -> None:
    told = Proof(5, tuple(PATH), CHECKPOINT, extra=b"a word")
    assert b"extra YSB3b3Jk\n" in told.to_bytes()
    assert proof.parse(told.to_bytes()) == told


@pytest.mark.parametrize("index", [number for number in range(8) if number != 5])
def test_a_proof_holds_for_its_own_entry_only(index: int) -> None:
    with pytest.raises(ProofFailed):
        proof.verify(PROOF, HASHES[index], **KEYS)


def test_every_flip_and_cut_of_a_proof_is_caught() -> None:
    above = FILE[: -len(CHECKPOINT)]
    wrong = [*every_flip(above), *(above[:end] for end in range(len(above)))]
    for one in wrong:
        with pytest.raises(REFUSED):
            proof.verify(proof.parse(one + CHECKPOINT), HASHES[5], **KEYS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("proof@v1", "proof@v2", id="another version"),
        pytest.param("index 5", "index 05", id="a leading zero"),
        pytest.param("index 5", "index  5", id="two blanks"),
        pytest.param("index 5", "Index 5", id="a capital"),
        pytest.param("index 5", f"index {2**63}", id="an index of 2^63"),
        pytest.param("index 5\n", "", id="no index"),
        pytest.param("index 5\n", "index 5\nindex 5\n", id="two of them"),
        pytest.param("index 5\n", "index 5\nextra YQ==\n", id="extra data too late"),
        pytest.param("index 5\n", "extra YQ==\nextra YQ==\nindex 5\n", id="extra data twice"),
        pytest.param("index 5\n", "extra YR==\nindex 5\n", id="extra data not canonical"),
        pytest.param("index 5\n", "index 5\n\n", id="an empty line too early"),
        pytest.param("index 5\n", "index 5\r\n", id="carriage return"),
        pytest.param("index 5\n", "index 5\n" + f"{vectors.INCLUSION_OF_5[0]}\n" * 61, id="64"),
    ],
)
def test_a_proof_that_we_would_not_have_written_is_refused(old: str, new: str) -> None:
    with pytest.raises(MalformedProof):
        proof.parse(FILE.decode().replace(old, new, 1).encode())


def test_the_hashes_between_two_heads_are_written_one_a_line() -> None:
    path = decoded(vectors.CONSISTENCY[3, 8])
    raw = proof.consistency_to_bytes(path)
    assert raw.decode().splitlines() == vectors.CONSISTENCY[3, 8]
    assert proof.parse_consistency(raw) == tuple(path)
    assert proof.parse_consistency(b"") == ()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\n", id="an empty line"),
        pytest.param(base64.b64encode(ROOTS[1]), id="no end of line"),
        pytest.param(base64.b64encode(ROOTS[1][1:]) + b"\n", id="31 bytes"),
        pytest.param((base64.b64encode(ROOTS[1]) + b"\n") * 64, id="64 hashes"),
    ],
)
def test_what_is_no_list_of_hashes_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedProof):
        proof.parse_consistency(raw)


@given(st.binary(max_size=200), st.integers(0, len(FILE)))
@calm
def test_bytes_thrown_into_a_proof_are_refused_and_break_nothing(junk: bytes, at: int) -> None:
    for raw in (junk, FILE[:at] + junk + FILE[at:], FILE[:at] + junk):
        try:
            signed = proof.verify(proof.parse(raw), HASHES[5], **KEYS)
        except REFUSED:
            continue
        # Whatever still verifies says what was said: junk can only be a line nobody knows.
        assert signed.checkpoint == HEAD
