"""Signed notes: the vectors of both specifications, and a corpus of what no reader may accept."""

import base64
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import note
from audit.crypto import primitives
from audit.errors import MalformedProof, ProofFailed
from audit.note import Kind, Signer, Verifier
from tests.audit import vectors
from tests.audit.support import every_cut, every_flip
from tests.audit.vectors import BODY, LOG, LOG_LINE, WITNESS, WITNESS_LINE
from tests.properties import calm

REFUSED = (MalformedProof, ProofFailed)
VKEY, TEXT, LINE = vectors.NOTES["C2SP"]
KEY = Verifier.parse(VKEY)
STRANGER = Signer("stranger.example", bytes([9]) * 32)


def base64_of(line: str) -> bytes:
    return base64.b64decode(line.split(" ")[2])


def with_blob(blob: bytes, name: str = "example.com/foo") -> str:
    return f"— {name} {base64.b64encode(blob).decode()}\n"


# --- vectors ---------------------------------------------------------------------------------
@pytest.mark.parametrize(("vkey", "text", "line"), vectors.NOTES.values(), ids=vectors.NOTES)
def test_the_specifications_own_notes_open(vkey: str, text: str, line: str) -> None:
    key = Verifier.parse(vkey)
    opened = note.open_note(f"{text}\n{line}".encode(), [key])
    assert (opened.text, opened.signers) == (text, {key: None})
    assert str(key) == vkey


def test_the_specifications_own_signer_signs_as_it_did_there() -> None:
    _, text, line = vectors.NOTES["x/mod"]
    signer = Signer.parse(vectors.X_MOD_SIGNER)
    assert signer.line(text) == line
    assert signer.secret() == vectors.X_MOD_SIGNER


def test_log_and_witness_sign_the_golden_lines() -> None:
    assert (str(LOG.verifier), str(WITNESS.verifier)) == (vectors.LOG_VKEY, vectors.WITNESS_VKEY)
    assert LOG.line(BODY) == LOG_LINE
    assert WITNESS.line(BODY, time=vectors.WITNESSED_AT) == WITNESS_LINE


def test_a_witness_signs_the_time_as_well() -> None:
    opened = note.open_note(vectors.CHECKPOINT, [LOG.verifier, WITNESS.verifier])
    assert opened.signers == {LOG.verifier: None, WITNESS.verifier: vectors.WITNESSED_AT}


def test_a_signer_does_not_print_its_seed() -> None:
    assert LOG.seed.hex() not in repr(LOG)
    assert repr(LOG.seed) not in repr(LOG)


def test_text_may_hold_empty_lines_of_its_own() -> None:
    text = "one\n\ntwo\n\n"
    raw = note.write(text, [LOG.line(text)])
    assert note.open_note(raw, [LOG.verifier]).text == text


# --- who signed ------------------------------------------------------------------------------
def test_lines_of_unknown_keys_are_passed_over() -> None:
    raw = note.write(TEXT, [STRANGER.line(TEXT), LINE, STRANGER.line("something else\n")])
    assert set(note.open_note(raw, [KEY]).signers) == {KEY}


def test_a_hundred_lines_are_read_and_one_more_is_not() -> None:
    note.open_note(note.write(TEXT, [*[STRANGER.line(TEXT)] * 99, LINE]), [KEY])
    with pytest.raises(MalformedProof):
        note.write(TEXT, [*[STRANGER.line(TEXT)] * 100, LINE])


def test_a_known_keys_bad_line_rejects_a_note_that_another_signed() -> None:
    raw = note.write(TEXT, [LINE, STRANGER.line("something else\n")])
    with pytest.raises(ProofFailed):
        note.open_note(raw, [KEY, STRANGER.verifier])


def test_a_known_keys_second_line_must_verify_too() -> None:
    raw = note.write(TEXT, [STRANGER.line(TEXT), STRANGER.line("something else\n")])
    with pytest.raises(ProofFailed):
        note.open_note(raw, [STRANGER.verifier])


def test_a_note_of_strangers_is_not_opened() -> None:
    with pytest.raises(ProofFailed):
        note.open_note(note.write(TEXT, [STRANGER.line(TEXT)]), [KEY])


def test_a_key_of_another_name_is_another_key() -> None:
    alias = Verifier("example.com/other", KEY.kind, KEY.public)
    with pytest.raises(ProofFailed):
        note.open_note(f"{TEXT}\n{LINE}".encode(), [alias])


def test_two_keys_that_share_name_and_id_are_not_chosen_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Verifier, "key_id", property(lambda key: b"same"))
    other = Verifier(KEY.name, KEY.kind, STRANGER.verifier.public)
    for known in ([KEY, other], [other, KEY]):
        with pytest.raises(ProofFailed):
            note.open_note(f"{TEXT}\n{LINE}".encode(), known)


def test_a_log_signs_no_time_and_a_witness_no_text_alone() -> None:
    with pytest.raises(ValueError, match="time"):
        LOG.line(BODY, time=1)
    with pytest.raises(ValueError, match="time"):
        WITNESS.line(BODY)


# --- the corpus of what must be refused --------------------------------------------------------
def malformed() -> Iterator[tuple[str, bytes]]:
    """(label, note) that KEY's holder never signed like this."""
    blob = base64_of(LINE)
    told = base64.b64encode(blob).decode()
    lines = {
        "no signature": "",
        "no end of line": LINE[:-1],
        "hyphen for the dash": LINE.replace("— ", "- "),
        "en dash": LINE.replace("— ", "– "),
        "no space after the dash": LINE.replace("— ", "—"),
        "two spaces": LINE.replace("foo ", "foo  "),
        "space at the end": LINE[:-1] + " \n",
        "carriage return": LINE[:-1] + "\r\n",
        "tab": LINE.replace("foo ", "foo\t"),
        "no name": f"— {told}\n",
        "empty name": f"—  {told}\n",
        "name with a plus": LINE.replace("foo", "f+o"),
        "name with a no-break space": LINE.replace("foo", "f\u00a0o"),
        "name with an ideographic space": LINE.replace("foo", "f\u3000o"),
        "no padding": LINE.replace("=\n", "\n"),
        "padding twice": LINE.replace("=\n", "==\n"),
        "unclear last bits": LINE.replace("QM=\n", "QN=\n"),
        "URL base64": LINE.replace("Uw2Q", "Uw-Q"),
        "blank in base64": LINE.replace("Ztg1", "Ztg1 "),
        "key id alone": with_blob(blob[:4]),
        "nothing": "— example.com/foo \n",
        "signature cut": with_blob(blob[:-1]),
        "signature longer": with_blob(blob + b"\0"),
        "signature of nothing": with_blob(blob[:4] + bytes(64)),
        "another key id": with_blob(bytes(4) + blob[4:]),
        "a blank line between": LINE + "\n" + LINE,
        "a blank line after": LINE + "\n",
        "text after": LINE + "more\n",
        "101 lines": LINE * 101,
    }  # fmt: skip
    yield from ((label, f"{TEXT}\n{line}".encode()) for label, line in lines.items())
    texts = {
        "another text": b"This is another message.\n",
        "text longer": TEXT.encode() + b"More.\n",
        "text with its blank line doubled": TEXT.encode() + b"\n",
        "no end of text": TEXT.encode()[:-1],
        "NUL": TEXT.encode().replace(b" ", b"\0"),
        "tab in text": TEXT.encode().replace(b" ", b"\t"),
        "CR in text": TEXT.encode().replace(b"\n", b"\r\n"),
        "escape": b"\x1b" + TEXT.encode(),
        "delete": b"\x7f" + TEXT.encode(),
        "half a character": b"\xe2\x80" + TEXT.encode(),
        "a surrogate": b"\xed\xa0\x80" + TEXT.encode(),
        "an overlong dot": TEXT.encode().replace(b".", b"\xc0\xae"),
        "byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
        "no text": b"",
    }
    yield from ((label, text + b"\n" + LINE.encode()) for label, text in texts.items())
    yield "nothing at all", b""
    yield "text alone", TEXT.encode()
    yield "signature alone", LINE.encode()
    yield "over a million bytes", b"x" * 1_000_001 + f"\n\n{LINE}".encode()


@pytest.mark.parametrize("raw", [pytest.param(raw, id=label) for label, raw in malformed()])
def test_a_malformed_note_is_refused(raw: bytes) -> None:
    with pytest.raises(REFUSED):
        note.open_note(raw, [KEY])


def test_every_flip_and_cut_of_a_note_is_refused() -> None:
    raw = f"{TEXT}\n{LINE}".encode()
    for wrong in [*every_flip(raw), *every_cut(raw)]:
        with pytest.raises(REFUSED):
            note.open_note(wrong, [KEY])


@pytest.mark.parametrize("control", ["\0", "\t", "\r", "\x1b", "\x1f", "\x7f"])
def test_control_characters_are_refused_even_if_they_were_signed(control: str) -> None:
    text = f"one{control}two\n"
    blob = LOG.verifier.key_id + primitives.ed25519_sign(LOG.seed, text.encode())
    raw = f"{text}\n{with_blob(blob, LOG.name)}".encode()
    with pytest.raises(MalformedProof):
        note.open_note(raw, [LOG.verifier])
    with pytest.raises(MalformedProof):
        LOG.line(text)


@given(st.text(max_size=120))
@calm
def test_any_text_is_a_key_or_is_refused(text: str) -> None:
    for read in (Verifier.parse, Signer.parse):
        with pytest.raises(MalformedProof):
            read(text)


@given(st.binary(max_size=300))
@calm
def test_any_bytes_are_a_note_or_are_refused(raw: bytes) -> None:
    with pytest.raises(REFUSED):
        note.open_note(raw, [KEY])


# --- keys --------------------------------------------------------------------------------------
def _vkey(kind: int, public: bytes, name: str = "k.example") -> str:
    content = base64.b64encode(bytes([kind]) + public).decode()
    key_id = Verifier(name, kind, public).key_id.hex()  # type: ignore[arg-type]
    return f"{name}+{key_id}+{content}"


@pytest.mark.parametrize(
    "vkey",
    [
        pytest.param("", id="nothing"),
        pytest.param("example.com/foo", id="a name"),
        pytest.param(VKEY.replace("530d903a", "530d903b"), id="another id"),
        pytest.param(VKEY.replace("530d903a", "530D903A"), id="id in capitals"),
        pytest.param(VKEY.replace("530d903a", "30d903a"), id="id of seven digits"),
        pytest.param(VKEY.replace("foo", "fox"), id="another name"),
        pytest.param(VKEY[:-1] + "l", id="unclear last bits"),
        pytest.param(VKEY + "\n", id="a line's end"),
        pytest.param(_vkey(1, bytes(31)), id="a key of 31 bytes"),
        pytest.param(_vkey(2, bytes(32)), id="ECDSA"),
        pytest.param(_vkey(6, bytes(1312)), id="ML-DSA-44"),
        pytest.param(_vkey(1, bytes(32), "with space.example x"), id="a space in the name"),
        pytest.param(_vkey(1, bytes(32), ""), id="no name"),
        pytest.param(
            "\udcff+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", id="not UTF-8"
        ),
    ],
)
def test_a_vkey_that_we_would_not_have_written_is_refused(vkey: str) -> None:
    with pytest.raises(MalformedProof):
        Verifier.parse(vkey)


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(VKEY, id="a verifier key"),
        pytest.param(vectors.X_MOD_SIGNER.replace("c74f20a3", "c74f20a4"), id="another id"),
        pytest.param(vectors.X_MOD_SIGNER.replace("PRIVATE+KEY", "PRIVATE KEY"), id="another head"),
        pytest.param(vectors.X_MOD_SIGNER[:-4], id="cut short"),
    ],
)
def test_a_signer_key_that_we_would_not_have_written_is_refused(secret: str) -> None:
    with pytest.raises(MalformedProof) as refused:
        Signer.parse(secret)
    assert "AYEKFALV" not in str(refused.value)


def test_a_witness_key_is_written_and_read_with_its_kind() -> None:
    again = Signer.parse(WITNESS.secret())
    assert (again, again.kind) == (WITNESS, Kind.COSIGNATURE)


def test_a_key_may_hold_pluses() -> None:
    keys = (Signer("k.example", bytes([one]) * 32).verifier for one in range(64))
    key = next(key for key in keys if "+" in str(key).split("+", 2)[2])
    assert Verifier.parse(str(key)) == key
