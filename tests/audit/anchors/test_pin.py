"""The pin goes forward with the log, and stops a log that went back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audit import checkpoint, merkle
from audit.anchors import pin
from audit.errors import AuditError, HeadContradicted, PinMoved, Unreachable
from audit.note import Signer
from tests.support.logs import SIGNER
from tests.support.witnesses import Grown

LOG = Grown(40)
FORK = Grown(40, story=b"another ")
KEYS = [SIGNER.verifier]


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    """A log pinned at ten entries."""
    pin.begin(tmp_path / "pin", LOG.head(10))
    return tmp_path / "pin"


def advance(path: Path, size: int, log: Grown = LOG) -> int:
    return pin.advance(path, log.head(size), KEYS, lambda at: merkle.root(log.leaves[:at])).size


def test_it_goes_forward_with_the_log_and_says_where_it_was(pinned: Path) -> None:
    assert [advance(pinned, size) for size in (10, 11, 40, 40)] == [10, 10, 11, 40]
    assert pinned.read_bytes() == LOG.head(40)


@pytest.mark.parametrize(
    ("log", "size"),
    [
        pytest.param(LOG, 9, id="04 07 the last entries are gone"),
        pytest.param(LOG, 0, id="06 nothing is left"),
        pytest.param(FORK, 10, id="as many entries, and others"),
        pytest.param(FORK, 20, id="09 another history, sealed on"),
    ],
)
def test_a_log_that_went_back_is_told_to_stop(pinned: Path, log: Grown, size: int) -> None:
    with pytest.raises(HeadContradicted):
        advance(pinned, size, log)
    assert pinned.read_bytes() == LOG.head(10)


def test_a_pin_that_is_gone_is_not_made_anew(pinned: Path) -> None:
    pinned.unlink()
    with pytest.raises(PinMoved):
        advance(pinned, 11)
    assert not pinned.exists()


def test_a_pin_is_begun_once(pinned: Path) -> None:
    with pytest.raises(PinMoved):
        pin.begin(pinned, LOG.head(3))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"hello\n", id="not a head"),
        pytest.param(Grown(3, signer=Signer(SIGNER.name, bytes(32))).head(3), id="a stranger's"),
        pytest.param(LOG.head(10)[:-1], id="cut short"),
    ],
)
def test_a_pin_that_the_log_did_not_sign_is_not_believed(pinned: Path, content: bytes) -> None:
    pinned.write_bytes(content)
    with pytest.raises(PinMoved):
        advance(pinned, 11)
    assert pinned.read_bytes() == content


def test_the_pin_of_another_log_stops_this_one(tmp_path: Path) -> None:
    other = Grown(5, signer=Signer("log.example/2", bytes([5]) * 32))
    pin.begin(tmp_path / "pin", other.head(5))
    keys = [*KEYS, other.signer.verifier]
    with pytest.raises(HeadContradicted):
        pin.advance(tmp_path / "pin", LOG.head(6), keys, lambda at: merkle.root(LOG.leaves[:at]))


def test_two_who_advance_at_once_leave_one_of_their_heads(pinned: Path) -> None:
    def one(log: Grown) -> bool:
        try:
            advance(pinned, 12, log)
        except AuditError:
            return False
        return True

    late = Grown(40)
    late.leaves[10:] = FORK.leaves[10:]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, [LOG, late])) == [False, True]
    assert checkpoint.read_unsigned(pinned.read_bytes()).size == 12


def test_a_disk_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        advance(tmp_path / "unplugged" / "pin", 11)


def test_whether_it_lies_on_another_disk_is_told(pinned: Path, tmp_path: Path) -> None:
    assert not pin.on_another_disk(pinned, tmp_path)
    if Path("/dev/shm").stat().st_dev != tmp_path.stat().st_dev:
        assert pin.on_another_disk(pinned, Path("/dev/shm"))
