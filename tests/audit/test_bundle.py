"""Export bundles: what goes in is proved, what was changed on the way is found."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from audit import bundle, checkpoint, entry, fhir, opening
from audit.bundle import Part
from audit.checkpoint import Checkpoint
from audit.errors import AuditError, MalformedEntry, ProofFailed, SealBroken
from audit.note import Signer
from audit.tiles import Folder
from audit.verify import cli
from audit.verify.pack import pack
from tests.audit.support import KEY, NOON
from tests.audit.test_entry import FACTS, ORIGIN
from tests.support.bundles import Change, Sealed, fact, sealed, unzipped, zipped
from tests.support.logs import SIGNER, WITNESS
from tests.support.stamps import Authority

SIZE, OLD = 20, 7
INDEXES = (2, 5, 11, 19)
VKEYS = ("--vkey", str(SIGNER.verifier))
Check = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    folder = tmp_path_factory.mktemp("sealed")
    return Sealed.grown(folder, [fact(number) for number in range(SIZE)], OLD)


@pytest.fixture(scope="module")
def raw(log: Sealed) -> bytes:
    """Four entries, of which three are opened, and the way from the older head."""
    parts = [log.part(index, opened=index != 5) for index in INDEXES]
    return log.bundle(parts, log.cover(previous=log.heads[0]))


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(content: bytes, *arguments: object) -> dict[str, Any]:
        (tmp_path / "bundle.zip").write_bytes(content)
        named = ["bundle", str(tmp_path / "bundle.zip"), *map(str, arguments)]
        code = cli.main([*named, *VKEYS, "--json"])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert told["exit"] == code
        return told

    return run


# --- as it was made ------------------------------------------------------------------------------
def test_a_bundle_as_made_is_accepted_and_says_what_it_holds(raw: bytes, check: Check) -> None:
    told = check(raw, "--witness-vkey", WITNESS.verifier)
    assert (told["result"], told["findings"]) == ("ok", [])
    assert (told["entries_checked"], told["entries_opened"], told["size"]) == (4, 3, SIZE)
    assert (told["previous_size"], told["origin"]) == (OLD, SIGNER.name)
    assert told["purpose"] == "A patient asked who was told."


def test_only_the_entries_asked_for_are_opened(raw: bytes, log: Sealed) -> None:
    files = unzipped(raw)
    assert [name for name in files if name.startswith("secrets/")] == [
        f"secrets/{index}.hex" for index in (2, 11, 19)
    ]
    secret = bytes.fromhex(files["secrets/2.hex"].decode())
    for index, blob in enumerate(log.entries):
        if index != 2:
            with pytest.raises(SealBroken):
                opening.plaintext(blob, secret=secret, origin=SIGNER.name)


def test_what_stands_opened_is_what_was_sealed(raw: bytes) -> None:
    files = unzipped(raw)
    assert entry.decode(files["opened/11.json"]) == fact(11)
    event = json.loads(files["fhir/11.json"])
    assert (event["resourceType"], event["id"]) == ("AuditEvent", str(UUID(int=12)))


def test_the_same_contents_give_the_same_bytes_wherever_they_go(log: Sealed) -> None:
    class Pipe(io.RawIOBase):
        """Takes what comes and never goes back."""

        def __init__(self) -> None:
            self.taken: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, content: Any) -> int:
            self.taken.append(bytes(content))
            return len(content)

    pipe, nodes = Pipe(), Folder(log.folder, SIZE).node
    parts = [log.part(index) for index in range(SIZE)]
    told = bundle.write(pipe, log.cover(), iter(parts), nodes)  # type: ignore[arg-type]
    whole = b"".join(pipe.taken)
    assert whole == log.bundle(parts)
    assert (told.entries, told.opened) == (SIZE, SIZE)
    assert max(map(len, pipe.taken)) < 20_000


def test_a_bundle_of_nothing_is_a_bundle(log: Sealed, check: Check) -> None:
    told = check(log.bundle([]))
    assert (told["result"], told["entries_checked"]) == ("ok", 0)


def test_nobody_reads_a_secret_in_a_parts_name(log: Sealed) -> None:
    part = log.part(3)
    assert part.secret is not None
    assert repr(part.secret) not in repr(part)


def test_any_unzip_reads_it(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(raw)
    program = "import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)"
    assert (
        subprocess.run([sys.executable, "-c", program, tmp_path / "b.zip"], check=False).returncode
        == 0
    )
    with ZipFile(io.BytesIO(raw)) as archive:
        assert {about.compress_type for about in archive.infolist()} == {0}
        assert not any(about.flag_bits & 8 for about in archive.infolist())


@pytest.mark.soak
def test_ten_thousand_disclosures_are_one_bundle(tmp_path: Path, check: Check) -> None:
    log = Sealed.grown(tmp_path / "log", [fact(number) for number in range(10_000)])
    told = check(log.bundle(map(log.part, range(10_000))))
    assert (told["result"], told["entries_opened"]) == ("ok", 10_000)


# --- what is not written -------------------------------------------------------------------------
def _nodes(log: Sealed) -> Any:
    return Folder(log.folder, SIZE).node


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        pytest.param(lambda log: [log.part(5), log.part(2)], ValueError, id="out of order"),
        pytest.param(lambda log: [log.part(5), log.part(5)], ValueError, id="twice"),
        pytest.param(lambda log: [Part(3, log.entries[4])], ProofFailed, id="another entry"),
        pytest.param(lambda log: [Part(SIZE, log.entries[4])], AuditError, id="not sealed yet"),
        pytest.param(
            lambda log: [Part(3, log.entries[3], log.part(4).secret)],
            SealBroken,
            id="another secret",
        ),
    ],
)
def test_what_does_not_hold_is_not_written(
    log: Sealed, parts: Callable[[Sealed], list[Part]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        log.bundle(parts(log))


def test_a_head_or_an_older_head_of_somebody_else_is_not_written(log: Sealed) -> None:
    thief = Signer(SIGNER.name, bytes([9]) * 32)
    other = checkpoint.sign(Checkpoint(SIGNER.name, 3, bytes(32)), thief)
    fork = checkpoint.sign(Checkpoint(SIGNER.name, 3, bytes(32)), SIGNER)
    for previous in (other, fork):
        with pytest.raises(ProofFailed):
            log.bundle([], log.cover(previous=previous))


# --- what was changed on the way -------------------------------------------------------------------
def _put(name: str, content: bytes) -> Change:
    return lambda files: files.__setitem__(name, content)


def _drop(name: str) -> Change:
    return lambda files: files.pop(name)


def _copy(source: str, target: str) -> Change:
    return lambda files: files.__setitem__(target, files[source])


def _letter(name: str, place: int) -> Change:
    """Another letter there, so that it is still a head, and always the same fault."""

    def change(files: dict[str, bytes]) -> None:
        held = files[name]
        other = b"B" if held[place : place + 1] == b"A" else b"A"
        files[name] = held[:place] + other + held[place + 1 :]

    return change


def _flip(name: str, place: int = 40) -> Change:
    def change(files: dict[str, bytes]) -> None:
        content = bytearray(files[name])
        content[place] ^= 1
        files[name] = bytes(content)

    return change


def _reopen(files: dict[str, bytes]) -> None:
    told = json.loads(files["opened/2.json"])
    told["recipient"] = "Nobody"
    files["opened/2.json"] = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _swap(files: dict[str, bytes]) -> None:
    for kind, end in (("entries", "bin"), ("secrets", "hex"), ("opened", "json"), ("fhir", "json")):
        one, two = f"{kind}/2.{end}", f"{kind}/11.{end}"
        files[one], files[two] = files[two], files[one]


def _renumbered(files: dict[str, bytes]) -> None:
    name = "proofs/5.tlog-proof"
    files[name] = files[name].replace(b"index 5\n", b"index 6\n")


def _less_signed(files: dict[str, bytes]) -> None:
    name = "proofs/5.tlog-proof"
    files[name] = files[name][: files[name].rindex("— ".encode())]


def _another_purpose(files: dict[str, bytes]) -> None:
    files["manifest.json"] = files["manifest.json"].replace(b'"size": 20', b'"size": 21')


def _fewer(files: dict[str, bytes]) -> None:
    for name in [name for name in files if "/19." in name]:
        del files[name]


CHANGED = {
    "one bit of an entry": (_flip("entries/2.bin", 200), 1, {"proof": 1, "opened": 1}),
    "one bit of an entry that stays closed": (_flip("entries/5.bin", 200), 1, {"proof": 1}),
    "one bit of a proof's path": (_flip("proofs/5.tlog-proof", 50), 1, {"proof": 1}),
    "the proof of another entry": (
        _copy("proofs/2.tlog-proof", "proofs/5.tlog-proof"), 1, {"proof": 1},
    ),
    "what an entry says": (_reopen, 1, {"opened": 1}),
    "what an entry says, in FHIR": (_flip("fhir/2.json", 60), 1, {"opened": 1}),
    "a secret": (_flip("secrets/2.hex", 3), 1, {"opened": 1}),
    "the secret of another entry": (_copy("secrets/11.hex", "secrets/2.hex"), 1, {"opened": 1}),
    "a secret that is none": (_put("secrets/2.hex", b"hello\n"), 1, {"opened": 1}),
    "a proof that names another place": (_renumbered, 1, {"proof": 1}),
    "a proof that leads to the same head, signed by fewer": (_less_signed, 1, {"proof": 1}),
    "two entries changed round": (_swap, 1, {"proof": 2, "opened": 2}),
    "an entry left out": (_fewer, 1, {"export": 1}),
    "no proof": (_drop("proofs/5.tlog-proof"), 2, {"missing": 1}),
    "no secret": (_drop("secrets/2.hex"), 2, {"missing": 1}),
    "no entry": (_drop("entries/5.bin"), 1, {"missing": 1, "export": 1}),
    "no head": (_drop("checkpoint"), 2, {"missing": 1}),
    "no way from the older head": (_drop("consistency.txt"), 2, {"missing": 1}),
    "another way": (_put("consistency.txt", b""), 1, {"proof": 1}),
    "one letter of the older head": (_letter("previous-checkpoint", 25), 1, {"head": 1, "proof": 1}),
    "one bit of the head": (_flip("checkpoint", 25), 1, None),
    "the older head as the head": (_copy("previous-checkpoint", "checkpoint"), 1, None),
    "a list of another head": (_another_purpose, 1, {"export": 1}),
    "a file that no bundle has": (_put("entries/../../evil", b"x"), 1, {"export": 1, "missing": 1}),
    "an empty file that no bundle has": (_put("evil", b""), 1, {"export": 1, "missing": 1}),
    "a leading zero": (_put("entries/02.bin", b"x"), 1, {"export": 1, "missing": 1}),
    "a file too long": (_put("secrets/3.hex", b"0" * 66), 1, {"export": 1, "missing": 1}),
    "no list": (_drop("manifest.json"), 1, None),
    "a list that is none": (_put("manifest.json", b"[]"), 1, None),
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "counts"),
    [pytest.param(*case, id=label) for label, case in CHANGED.items()],
)
def test_what_was_changed_is_found_even_if_the_list_was_made_right(
    raw: bytes, check: Check, change: Change, code: int, counts: dict[str, int] | None
) -> None:
    files = unzipped(raw)
    change(files)
    told = check(zipped(files, list_anew=files.get("manifest.json", b"[")[:1] != b"["))
    assert told["exit"] == code
    if counts is not None:
        assert told["counts"] == counts


def test_every_file_that_is_altered_does_not_fit_the_list(raw: bytes, check: Check) -> None:
    files = unzipped(raw)
    for name in sorted(files.keys() - {"manifest.json"}):
        told = check(zipped(files | {name: files[name] + b" "}, list_anew=False))
        assert told["exit"] == 1, name
        assert told["counts"]["export"] >= 1
        missing = {other: content for other, content in files.items() if other != name}
        assert check(zipped(missing, list_anew=False))["exit"] in (1, 2), name


def _deflated(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_file_of_another_kind_is_refused(raw: bytes, check: Check) -> None:
    files = unzipped(raw)
    twice = io.BytesIO(raw)
    with ZipFile(twice, "a") as archive:
        archive.writestr("opened/2.json", b"{}")
    for wrong in (
        b"",
        b"hello",
        raw[:-30],
        raw[: len(raw) // 2],
        _deflated(files),
        twice.getvalue(),
    ):
        told = check(wrong)
        assert (told["exit"], told["counts"]["export"] > 0) == (1, True)


def test_a_head_without_its_witness_is_incomplete(raw: bytes, check: Check) -> None:
    other = Signer("witness.example/other", bytes([6]) * 32, WITNESS.kind)
    assert check(raw, "--witness-vkey", other.verifier)["counts"] == {"cosigned": 1}


def test_another_logs_key_opens_nothing(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(raw)
    thief = Signer(SIGNER.name, bytes([9]) * 32)
    assert cli.main(["bundle", str(tmp_path / "b.zip"), "--vkey", str(thief.verifier)]) == 1


# --- timestamps ----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


def test_a_timestamp_over_the_head_is_told(
    log: Sealed, authority: Authority, check: Check, tmp_path: Path
) -> None:
    import rfc3161_client

    def stamped(note: bytes) -> bytes:
        question = rfc3161_client.TimestampRequestBuilder().data(note)
        kind = rfc3161_client.HashAlgorithm.SHA256
        return authority.answer(question.hash_algorithm(kind).build().as_bytes())

    (tmp_path / "ca.pem").write_bytes(authority.root)
    good = log.bundle([log.part(3)], log.cover(stamp=stamped(log.heads[1])))
    wrong = log.bundle([log.part(3)], log.cover(stamp=stamped(log.heads[0])))
    none = log.bundle([log.part(3)])
    trusted = ("--tsa-ca", tmp_path / "ca.pem")
    told = check(good, *trusted)
    assert told["exit"] == 0
    assert datetime.fromisoformat(told["stamped"]).tzinfo == UTC
    assert check(good)["exit"] == 0
    assert (check(wrong, *trusted)["exit"], check(wrong, *trusted)["counts"]) == (1, {"stamp": 1})
    assert (check(none, *trusted)["exit"], check(none, *trusted)["counts"]) == (2, {"unstamped": 1})


# --- elsewhere -------------------------------------------------------------------------------------
def test_packed_it_checks_a_bundle_with_nothing_of_the_service(raw: bytes, tmp_path: Path) -> None:
    pack(tmp_path / "verify.pyz")
    (tmp_path / "b.zip").write_bytes(raw)
    blocked = "import sys; [sys.modules.__setitem__(name, None) for name in {names!r}]; "
    run = "import runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    told = {}
    for names in (["django", "psycopg", "msgspec", "rfc8785"], ["cryptography"]):
        done = subprocess.run(
            [sys.executable, "-I", "-c", blocked.format(names=names) + run,
             str(tmp_path / "verify.pyz"), "bundle", "b.zip", *VKEYS, "--json"],
            cwd=tmp_path, env={}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        told[names[0]] = json.loads(done.stdout or "{}"), done.stderr
    assert told["django"][0]["exit"] == 0, told["django"][1]
    without = told["cryptography"][0]
    assert (without["exit"], set(without["counts"])) == (2, {"unsigned"}), told["cryptography"][1]
    assert (without["entries_checked"], without["entries_opened"]) == (4, 0)


# --- opening by a secret ---------------------------------------------------------------------------
def _sealed_as(plain: bytes, time_ms: int) -> tuple[bytes, bytes]:
    blob = entry.seal(plain, key=KEY, eid=UUID(int=1), time_ms=time_ms, origin=ORIGIN)
    return blob, entry.secret_of(blob, key=KEY, origin=ORIGIN)


def test_facts_are_those_that_the_service_reads() -> None:
    blob, secret = _sealed_as(entry.encode(FACTS), entry.millis(NOON))
    plain, told = opening.facts(blob, secret=secret, origin=ORIGIN)
    assert plain == entry.encode(FACTS)
    assert (told["name"], told["actor"]["name"]) == (FACTS.name, FACTS.actor.name)


@pytest.mark.parametrize(
    ("plain", "time_ms"),
    [
        pytest.param(entry.encode(FACTS), 1, id="another time in the header"),
        pytest.param(entry.encode(FACTS) + b" ", entry.millis(NOON), id="a blank"),
        pytest.param(b'{"at":"x"}', entry.millis(NOON), id="no time"),
        pytest.param(b"[]", 0, id="a list"),
        pytest.param(b"hello", 0, id="not JSON"),
        pytest.param(
            entry.encode(FACTS).replace(b'"v":1', b'"v":1,"v":1'),
            entry.millis(NOON),
            id="a key twice",
        ),
    ],
)
def test_what_is_not_canonical_is_not_shown(plain: bytes, time_ms: int) -> None:
    blob, secret = _sealed_as(plain, time_ms)
    with pytest.raises(MalformedEntry):
        opening.facts(blob, secret=secret, origin=ORIGIN)


def test_the_version_of_the_fhir_table_stands_in_the_list(raw: bytes, check: Check) -> None:
    files = unzipped(raw)
    told = json.loads(files["manifest.json"])
    assert told["fhir"] == fhir.VERSION
    later = json.dumps(told | {"fhir": 99}).encode()
    found = check(zipped(files | {"manifest.json": later, "fhir/2.json": b"{}"}))
    assert (found["exit"], found["fhir_compared"]) == (0, False)


def test_an_entry_alone_is_sealed_for_its_log() -> None:
    assert sealed(fact(1), 1) != sealed(fact(1), 1)
