"""The witness and who asks it, over the loopback: every answer, restarts, races, clocks."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from audit import checkpoint, fetch, merkle, note
from audit.errors import MalformedProof, Unreachable, WitnessDeclined, WitnessRefuses
from audit.note import Signer
from audit.witness import asked, client
from audit.witness.client import Witness
from audit.witness.judge import Judge, by_origin
from audit.witness.store import Kept, Store
from tests.audit import vectors
from tests.support.logs import SIGNER, WITNESS
from tests.support.witnesses import NOON, Grown, response, saying, witnessing

LOG = Grown(40)
FORK = Grown(40, story=b"another ")
AT = int(NOON.timestamp())
KEYS = {"log": [SIGNER.verifier], "witnesses": [WITNESS.verifier]}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "witness.sqlite"


@pytest.fixture
def witness(state: Path) -> Iterator[Witness]:
    with witnessing(state) as here:
        yield here


def signs(witness: Witness, size: int, log: Grown = LOG, *, guess: int = 0) -> client.Cosigned:
    return client.cosigned(witness, log.head(size), log.way, guess=guess)


def post(witness: Witness, body: bytes) -> fetch.Answer:
    return fetch.ask(witness.url, asked.ADD, limit=10_000, body=body, seconds=5)


def last(witness: Witness) -> int | None:
    signed = client.last_signed(witness, SIGNER.name, [SIGNER.verifier])
    return signed.checkpoint.size if signed else None


# --- a log that grows --------------------------------------------------------------------------
def test_each_head_that_continues_the_last_is_signed(witness: Witness) -> None:
    for guess, size in ((0, 0), (0, 1), (1, 7), (7, 8), (8, 40)):
        done = signs(witness, size, guess=guess)
        signed = checkpoint.open_signed(done.note, **KEYS)
        assert (signed.checkpoint.size, signed.witnesses) == (size, {WITNESS.name: AT})
        assert done.time == AT
        assert last(witness) == size


def test_a_wrong_guess_costs_one_question_and_nothing_else(witness: Witness) -> None:
    signs(witness, 10)
    for guess in (0, 3, 12, 99):
        assert signs(witness, 12, guess=guess).time == AT


def test_the_same_head_is_signed_again(witness: Witness) -> None:
    first = signs(witness, 5)
    assert signs(witness, 5, guess=5) == first


def test_a_witness_that_was_away_for_a_week_catches_up_with_one_proof(state: Path) -> None:
    with witnessing(state) as witness:
        signs(witness, 2)
    with witnessing(state) as witness:
        assert signs(witness, 39, guess=2).time == AT


def test_it_signs_as_the_golden_vector_says(tmp_path: Path) -> None:
    judge = Judge(vectors.WITNESS, by_origin([vectors.LOG.verifier]), Store(tmp_path / "state"))
    head = checkpoint.sign(checkpoint.parse_body(vectors.BODY), vectors.LOG)
    verdict = judge.add_checkpoint(asked.write(0, (), head), now=vectors.WITNESSED_AT)
    assert (verdict.status, verdict.body.decode()) == (200, vectors.WITNESS_LINE)
    name = sha256(vectors.LOG.name.encode()).hexdigest()
    assert judge.last(f"/{name}/checkpoint").body == vectors.CHECKPOINT


# --- every other answer ------------------------------------------------------------------------
def _wrong_way() -> bytes:
    path = list(LOG.way(5, 8))
    return asked.write(5, [path[0], *path[:-1]], LOG.head(8))


QUESTIONS = {
    "nothing": (b"", 400),
    "no head": (b"old 5\n\n", 400),
    "no older size": (b"\n" + LOG.head(8), 400),
    "a leading zero": (asked.write(5, LOG.way(5, 8), LOG.head(8)).replace(b"old 5", b"old 05"), 400),
    "a blank more": (asked.write(5, LOG.way(5, 8), LOG.head(8)).replace(b"old 5", b"old  5"), 400),
    "carriage returns": (asked.write(5, (), LOG.head(8)).replace(b"\n", b"\r\n"), 400),
    "64 hashes": (
        b"old 5\n" + b"".join([f"{vectors.INCLUSION_OF_5[0]}\n".encode()] * 64) + b"\n" + LOG.head(8),
        400,
    ),
    "a hash of 31 bytes": (b"old 5\nAAAA\n\n" + LOG.head(8), 400),
    "an older size above the newer": (b"old 9\n\n" + LOG.head(8), 400),
    "another log": (asked.write(0, (), Grown(3, signer=Signer("x.example", bytes(32))).head(3)), 404),
    "another key": (
        asked.write(5, LOG.way(5, 8), Grown(8, signer=Signer(SIGNER.name, bytes(32))).head(8)), 403,
    ),
    "the log's signature of another head": (
        asked.write(5, LOG.way(5, 8), LOG.head(8).rpartition(b"\n\n")[0] + b"\n\n"
                    + LOG.head(9).rpartition(b"\n\n")[2]), 403,
    ),
    "an older size that is too small": (asked.write(3, LOG.way(3, 8), LOG.head(8)), 409),
    "an older size of nothing": (asked.write(0, (), LOG.head(8)), 409),
    "an older size that is too large": (asked.write(6, LOG.way(6, 8), LOG.head(8)), 409),
    "a smaller head": (asked.write(4, (), LOG.head(4)), 409),
    "a proof that does not hold": (_wrong_way(), 422),
    "no proof": (asked.write(5, (), LOG.head(8)), 422),
    "the head of a fork": (asked.write(5, FORK.way(5, 8), FORK.head(8)), 422),
    "one size and another root": (asked.write(5, (), FORK.head(5)), 422),
    "the same head with a proof": (asked.write(5, LOG.way(5, 8), LOG.head(5)), 422),
}  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"), [pytest.param(*case, id=label) for label, case in QUESTIONS.items()]
)
def test_a_question_that_does_not_continue_what_was_signed_is_refused(
    witness: Witness, body: bytes, status: int
) -> None:
    signs(witness, 5)
    answer = post(witness, body)
    assert answer.status == status
    if status == 409:
        assert (answer.kind, answer.body) == ("text/x.tlog.size", b"5\n")
    assert last(witness) == 5


def test_before_the_first_head_the_witness_knows_nothing(witness: Witness) -> None:
    assert last(witness) is None
    assert post(witness, asked.write(3, LOG.way(3, 8), LOG.head(8))).body == b"0\n"
    # An empty log continues nothing, and nothing continues what has no entries but its one root.
    assert post(witness, asked.write(0, LOG.way(3, 8), LOG.head(8))).status == 422


@pytest.mark.parametrize(
    ("head", "status"),
    [
        pytest.param(b"GET /nowhere HTTP/1.1\r\n\r\n", 404, id="another address"),
        pytest.param(b"POST /nowhere HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404, id="to nobody"),
        pytest.param(b"POST /add-checkpoint HTTP/1.1\r\n\r\n", 411, id="no length"),
        pytest.param(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 411, id="-1"),
        pytest.param(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 64001\r\n\r\n", 413, id="long"),
        pytest.param(b"PUT /add-checkpoint HTTP/1.1\r\n\r\n", 501, id="another verb"),
    ],
)  # fmt: skip
def test_a_caller_who_asks_otherwise_is_told_so(witness: Witness, head: bytes, status: int) -> None:
    import socket

    port = int(witness.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as caller:
        caller.sendall(head)
        assert caller.recv(64).split()[1] == str(status).encode()


# --- what the asker makes of it ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("log", "size"),
    [
        pytest.param(LOG, 9, id="09 restored and sealed on: fewer entries than were signed"),
        pytest.param(FORK, 20, id="03 the history rewritten and signed with the stolen key"),
        pytest.param(FORK, 10, id="as many entries, and others"),
    ],
)
def test_a_log_that_goes_back_or_elsewhere_is_told_to_stop(
    witness: Witness, log: Grown, size: int
) -> None:
    signs(witness, 10)
    with pytest.raises(WitnessRefuses):
        signs(witness, size, log, guess=size)
    assert last(witness) == 10


def test_a_fork_that_the_log_signed_is_kept_as_evidence(witness: Witness, state: Path) -> None:
    signs(witness, 10)
    for size in (11, 12):
        with pytest.raises(WitnessRefuses):
            signs(witness, size, FORK, guess=10)
    kept = [asked.parse(raw).head.size for raw in Store(state).evidence(SIGNER.name)]
    assert kept == [12, 11]
    stranger = Grown(12, story=b"x", signer=Signer(SIGNER.name, bytes(32)))
    with pytest.raises(WitnessDeclined):
        signs(witness, 12, stranger, guess=10)
    assert len(Store(state).evidence(SIGNER.name)) == 2


def test_strangers_cannot_fill_the_witnesss_disk(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.witness.store.MAX_EVIDENCE", 3)
    store = Store(state)
    for number in range(5):
        with store.deciding() as decision:
            decision.keep_evidence("x", time=1, known=0, asked=b"%d" % number)
    assert store.evidence("x") == [b"2", b"1", b"0"]


REFUSALS = {
    "a witness that does not know the log": (response(404, b"?\n"), WitnessDeclined),
    "a witness with another key for the log": (response(403, b"?\n"), WitnessDeclined),
    "a witness that is asked too often": (response(429, b"?\n"), WitnessDeclined),
    "a witness that is broken": (response(500, b"?\n"), Unreachable),
    "a redirect": (response(302, b""), WitnessDeclined),
    "another history": (response(422, b"?\n"), WitnessRefuses),
    "another root at this size": (response(409, b"?\n"), WitnessRefuses),
    "a larger size": (response(409, b"9\n", kind=asked.SIZE_KIND), WitnessRefuses),
    "a size that is none": (response(409, b"08\n", kind=asked.SIZE_KIND), Unreachable),
    "a size without an end": (response(409, b"8", kind=asked.SIZE_KIND), Unreachable),
    "no line": (response(200, b""), WitnessDeclined),
    "not a line": (response(200, b"hello\n"), WitnessDeclined),
    "a line over another head": (
        response(200, WITNESS.line("log.example/trial\n0\nAA==\n", time=1).encode()), WitnessDeclined,
    ),
    "a line of another witness": (
        response(200, vectors.WITNESS.line(note.parse(LOG.head(8)).text, time=1).encode()),
        WitnessDeclined,
    ),
    "too long an answer": (response(200, b"x" * 20_000), Unreachable),
    "an answer cut short": (response(200, b"x" * 100)[:-1], Unreachable),
    "not HTTP": (b"hello\n", Unreachable),
    "nothing": (b"", Unreachable),
}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "error"), [pytest.param(*case, id=label) for label, case in REFUSALS.items()]
)
def test_whatever_else_a_witness_says_is_no_signature(
    answer: bytes, error: type[Exception]
) -> None:
    with saying(answer) as url, pytest.raises(error):
        signs(Witness(url, WITNESS.verifier, 2.0), 8)


def test_a_size_that_changes_between_two_questions_is_refused_and_not_chased() -> None:
    moving = [response(409, b"%d\n" % size, kind=asked.SIZE_KIND) for size in (3, 4)]
    with saying(*moving) as url, pytest.raises(WitnessDeclined):
        signs(Witness(url, WITNESS.verifier, 2.0), 8)


def test_lines_of_witnesses_that_were_not_asked_are_left_out(state: Path) -> None:
    text = note.parse(LOG.head(8)).text
    mine, other = (key.line(text, time=7) for key in (WITNESS, vectors.WITNESS))
    with saying(response(200, (other + mine).encode())) as url:
        done = signs(Witness(url, WITNESS.verifier), 8)
    assert (done.line, done.time) == (mine, 7)
    assert done.note == LOG.head(8) + mine.encode()


def test_a_witness_that_only_drips_is_given_up_in_time() -> None:
    with (
        saying(response(200, b"x" * 10_000), hold=0.05) as url,
        pytest.raises(Unreachable),
    ):
        signs(Witness(url, WITNESS.verifier, 0.3), 8)


def test_an_answer_that_is_cut_by_the_clock_is_no_answer() -> None:
    """Without a length its end is the end of the connection, which is then ours."""
    dripping = saying(b"HTTP/1.1 404 X\r\n\r\n" + b"x" * 2_000, hold=0.05)
    with dripping as url, pytest.raises(Unreachable, match="time"):
        last(Witness(url, WITNESS.verifier, 0.3))


def test_a_witness_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with saying() as url:
        pass
    with pytest.raises(Unreachable):
        signs(Witness(url, WITNESS.verifier, 1.0), 8)


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(LOG.head(8), id="08 without the witness's own line"),
        pytest.param(b"hello\n", id="not a head"),
        pytest.param(
            checkpoint.cosign(
                Grown(8, signer=Signer(SIGNER.name, bytes(32))).head(8), WITNESS, time=1
            ),
            id="not signed by the log",
        ),
    ],
)
def test_what_a_witness_shows_is_believed_only_with_both_signatures(shown: bytes) -> None:
    with saying(response(200, shown)) as url, pytest.raises(WitnessDeclined):
        last(Witness(url, WITNESS.verifier, 2.0))


@pytest.mark.parametrize(
    "url", ["ftp://a", "http://", "nas:8765", "http://u:p@h", "http://h/?q", "file:///etc/passwd"]
)
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Witness(url, WITNESS.verifier)


def test_the_key_of_a_log_is_not_that_of_a_witness() -> None:
    with pytest.raises(ValueError, match="witness"):
        Witness("http://h", SIGNER.verifier)


# --- as a sealer asks ----------------------------------------------------------------------------
def test_a_sealer_is_told_how_far_the_witness_is_and_gets_its_line(witness: Witness) -> None:
    hook = client.ForLog(witness, SIGNER.name, [SIGNER.verifier])
    assert hook.known() == 0
    for size in (3, 9, 9, 30):
        (line,) = hook.cosign(LOG.head(size), lambda old, new=size: LOG.way(old, new))  # type: ignore[misc]
        signed = checkpoint.open_signed(LOG.head(size) + line.encode(), **KEYS)
        assert signed.witnesses == {WITNESS.name: AT}
    assert client.ForLog(witness, SIGNER.name, [SIGNER.verifier]).known() == 30
    with pytest.raises(WitnessRefuses):
        hook.cosign(LOG.head(20), lambda old: LOG.way(old, 20))


def test_a_sealer_whose_witness_is_away_goes_on_without() -> None:
    with saying() as url:
        hook = client.ForLog(Witness(url, WITNESS.verifier, 0.5), SIGNER.name, [SIGNER.verifier])
    assert hook.known() is None
    with pytest.raises(Unreachable):
        hook.cosign(LOG.head(3), lambda old: LOG.way(old, 3))


@pytest.mark.parametrize(("pause", "asked_again"), [(60.0, False), (0.0, True)])
def test_a_witness_that_was_away_is_left_alone_for_a_while(pause: float, asked_again: bool) -> None:
    line = WITNESS.line(note.parse(LOG.head(8)).text, time=7)
    with saying(b"", response(200, line.encode())) as url:
        witness = Witness(url, WITNESS.verifier, 2.0)
        hook = client.ForLog(witness, SIGNER.name, [SIGNER.verifier], pause=pause)
        with pytest.raises(Unreachable):
            hook.cosign(LOG.head(8), lambda old: LOG.way(old, 8))
        if asked_again:
            assert hook.cosign(LOG.head(8), lambda old: LOG.way(old, 8)) == [line]
        else:
            with pytest.raises(Unreachable, match="moment"):
                hook.cosign(LOG.head(8), lambda old: LOG.way(old, 8))


# --- restarts, races, clocks ---------------------------------------------------------------------
def test_after_a_restart_the_witness_knows_what_it_signed(state: Path) -> None:
    with witnessing(state) as witness:
        before = signs(witness, 12)
    with witnessing(state) as witness:
        shown = client.last_signed(witness, SIGNER.name, [SIGNER.verifier])
        assert shown is not None
        assert shown.witnesses == {WITNESS.name: before.time}
        with pytest.raises(WitnessRefuses):
            signs(witness, 13, FORK, guess=12)


def test_what_is_not_stored_is_not_answered(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails at the last moment: no line leaves the witness."""

    def fails(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    signs(witness, 5)
    monkeypatch.setattr("audit.witness.store.Decision.keep", fails)
    with pytest.raises(Unreachable):
        signs(witness, 6)
    monkeypatch.undo()
    assert last(witness) == 5


def test_of_two_histories_posted_at_once_one_is_signed(state: Path) -> None:
    """Twelve callers, half of them with another story, and each size with one root for ever."""
    with witnessing(state) as witness, ThreadPoolExecutor(12) as pool:
        logs = [LOG, FORK] * 6
        bodies = [asked.write(0, (), log.head(20)) for log in logs]
        answers = [found.status for found in pool.map(lambda body: post(witness, body), bodies)]
    lines = answers.count(200)
    # The first is signed; from then on the older size is no longer 0.
    assert (lines, answers.count(409)) == (1, 11)


def test_nobody_else_decides_until_a_decision_is_stored(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.witness.store._WAIT", 0.01)
    with Store(state).deciding() as one:
        assert one.last(SIGNER.name) is None
        with pytest.raises(sqlite3.OperationalError, match="locked"), Store(state).deciding():
            pytest.fail("two decide at once")
    with Store(state).deciding() as next_one:
        assert next_one.newest_time() == 0


def test_two_processes_with_one_memory_sign_one_history(state: Path) -> None:
    judges = [Judge(WITNESS, by_origin([SIGNER.verifier]), Store(state)) for _ in range(2)]
    bodies = [asked.write(0, (), log.head(20)) for log in (LOG, FORK)]
    with ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(lambda j, b: j.add_checkpoint(b, now=1), judges, bodies))
    assert sorted(verdict.status for verdict in verdicts) == [200, 409]


def test_21_a_witness_whose_clock_went_back_does_not_sign(state: Path) -> None:
    moment = [NOON]
    with witnessing(state, now=lambda: moment[0]) as witness:
        signs(witness, 5)
        moment[0] = NOON - timedelta(days=1)
        with pytest.raises(Unreachable, match="503"):
            signs(witness, 6)
        assert last(witness) == 5
        moment[0] = NOON
        assert signs(witness, 6).time == AT
        moment[0] = NOON + timedelta(days=365)
        assert signs(witness, 7).time > AT


def test_21_the_clock_is_looked_at_across_all_logs(state: Path) -> None:
    other = Grown(3, signer=Signer("other.example", bytes([8]) * 32))
    judge = Judge(WITNESS, by_origin([SIGNER.verifier, other.signer.verifier]), Store(state))
    assert judge.add_checkpoint(asked.write(0, (), LOG.head(3)), now=100).status == 200
    assert judge.add_checkpoint(asked.write(0, (), other.head(3)), now=99).status == 503


def test_a_log_whose_key_is_succeeded_goes_on_under_both(state: Path) -> None:
    new = Signer(SIGNER.name, bytes([70]) * 32)
    with witnessing(state, logs=[SIGNER.verifier, new.verifier]) as witness:
        signs(witness, 5)
        root = merkle.root(LOG.leaves[:6])
        both = checkpoint.sign(checkpoint.Checkpoint(SIGNER.name, 6, root), SIGNER, new)
        client.cosigned(witness, both, LOG.way, guess=5)
        signs(witness, 7, Grown(40, signer=new), guess=6)


def test_the_store_keeps_one_head_of_each_log(state: Path) -> None:
    store = Store(state)
    for size in (3, 4):
        head = checkpoint.read_unsigned(LOG.head(size))
        with store.deciding() as decision:
            decision.keep(Kept(head, 7, LOG.head(size)))
    found = store.last(SIGNER.name)
    assert found is not None
    assert (found.head.size, found.time, store.last("x")) == (4, 7, None)


def test_a_question_that_no_witness_could_read_is_not_sent() -> None:
    with pytest.raises(MalformedProof):
        asked.write(-1, (), LOG.head(3))
    assert datetime.fromtimestamp(AT, UTC) == NOON
