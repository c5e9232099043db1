"""Timestamps from an authority of openssl's, and every way in which they must not be believed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.anchors import rfc3161
from audit.errors import StampFailed, Unreachable
from tests.audit.support import every_cut
from tests.audit.vectors import CHECKPOINT
from tests.support.stamps import Authority, answering, openssl
from tests.support.witnesses import saying

OTHER = CHECKPOINT.replace(b"\n8\n", b"\n9\n")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="session")
def stamped(authority: Authority) -> rfc3161.Stamp:
    with answering(authority.answer) as url:
        return rfc3161.stamp(trusting(authority, url), CHECKPOINT)


def trusting(authority: Authority, url: str) -> rfc3161.Authority:
    return rfc3161.Authority(url, rfc3161.read_roots(authority.root), seconds=5.0)


def test_a_stamp_over_a_head_tells_its_time(authority: Authority, stamped: rfc3161.Stamp) -> None:
    roots = rfc3161.read_roots(authority.root)
    assert rfc3161.verify(stamped.tsr, CHECKPOINT, roots) == stamped.time
    assert abs(stamped.time - datetime.now(UTC)) < timedelta(minutes=10)


def test_openssl_accepts_the_same_stamp(
    authority: Authority, stamped: rfc3161.Stamp, tmp_path: Path
) -> None:
    for name, content in (
        ("checkpoint", CHECKPOINT), ("other", OTHER), ("s.tsr", stamped.tsr), ("ca", authority.root),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
    told = ("-in", "s.tsr", "-CAfile", "ca")
    assert openssl(tmp_path, "ts", "-verify", "-data", "checkpoint", *told).returncode == 0
    assert openssl(tmp_path, "ts", "-verify", "-data", "other", *told).returncode != 0


def test_a_stamp_of_another_head_is_refused(authority: Authority, stamped: rfc3161.Stamp) -> None:
    with pytest.raises(StampFailed):
        rfc3161.verify(stamped.tsr, OTHER, rfc3161.read_roots(authority.root))


def test_a_stamp_under_another_root_is_refused(stranger: Authority, stamped: rfc3161.Stamp) -> None:
    with pytest.raises(StampFailed):
        rfc3161.verify(stamped.tsr, CHECKPOINT, rfc3161.read_roots(stranger.root))


def test_bytes_of_a_stamp_cannot_be_changed(authority: Authority, stamped: rfc3161.Stamp) -> None:
    """Of the token, the signed part; a byte that no check covers must not change what is said."""
    roots = rfc3161.read_roots(authority.root)
    for place in range(0, len(stamped.tsr), 7):
        wrong = bytearray(stamped.tsr)
        wrong[place] ^= 1
        try:
            told = rfc3161.verify(bytes(wrong), CHECKPOINT, roots)
        except StampFailed:
            continue
        assert told == stamped.time, place
    for cut in list(every_cut(stamped.tsr))[::50]:
        with pytest.raises(StampFailed):
            rfc3161.verify(cut, CHECKPOINT, roots)


def _old(authority: Authority) -> Callable[[bytes], bytes]:
    """Answers every question with the answer to an earlier one over the same head."""
    kept: list[bytes] = []
    return lambda question: (
        kept[0] if kept else (kept.append(authority.answer(question)) or kept[0])
    )


def _broken(authority: Authority) -> Callable[[bytes], bytes]:
    return lambda question: authority.answer(question[:-8] + b"\x30\x00\x00\x00\x00\x00\x00\x00")


def test_an_answer_to_another_question_is_refused(authority: Authority) -> None:
    with answering(_old(authority)) as url:
        rfc3161.stamp(trusting(authority, url), CHECKPOINT)
        with pytest.raises(StampFailed):
            rfc3161.stamp(trusting(authority, url), CHECKPOINT)


def test_an_authority_that_refuses_is_told_by_its_status(authority: Authority) -> None:
    with answering(_broken(authority)) as url, pytest.raises(StampFailed, match="status 2"):
        rfc3161.stamp(trusting(authority, url), CHECKPOINT)


def test_a_certificate_beside_the_authoritys_own_is_no_root(authority: Authority) -> None:
    """Of the same issuer, and trusted by whoever names it, but it has signed nothing."""
    with answering(authority.answer) as url:
        plain = rfc3161.read_roots((authority.folder / "plain.pem").read_bytes())
        with pytest.raises(StampFailed):
            rfc3161.stamp(rfc3161.Authority(url, plain, 5.0), CHECKPOINT)


def test_an_authority_we_did_not_name_is_refused(authority: Authority, stranger: Authority) -> None:
    with answering(stranger.answer) as url, pytest.raises(StampFailed):
        rfc3161.stamp(trusting(authority, url), CHECKPOINT)


@pytest.mark.parametrize(
    "answer", [b"", b"hello", b"\x30\x03\x02\x01\x00", b"\x30\x80" + bytes(50)]
)
def test_an_answer_that_is_no_stamp_is_refused(authority: Authority, answer: bytes) -> None:
    with answering(lambda _: answer) as url, pytest.raises(StampFailed):
        rfc3161.stamp(trusting(authority, url), CHECKPOINT)


@pytest.mark.parametrize(("status", "size"), [(500, 10), (302, 0), (200, 100_000)])
def test_a_server_that_does_not_answer_is_unreachable(
    authority: Authority, status: int, size: int
) -> None:
    with answering(lambda _: bytes(size), status=status) as url, pytest.raises(Unreachable):
        rfc3161.stamp(trusting(authority, url), CHECKPOINT)


def test_an_authority_that_keeps_us_waiting_is_given_up(authority: Authority) -> None:
    with saying(b"HTTP/1.1 200 OK\r\n" * 100, hold=0.1) as url:
        slow = rfc3161.Authority(url, rfc3161.read_roots(authority.root), seconds=0.3)
        with pytest.raises(Unreachable):
            rfc3161.stamp(slow, CHECKPOINT)


def test_only_a_hash_leaves_the_building(authority: Authority) -> None:
    asked: list[bytes] = []
    with answering(lambda raw: (asked.append(raw), authority.answer(raw))[1]) as url:
        rfc3161.stamp(trusting(authority, url), CHECKPOINT)
    assert len(asked[0]) < 100
    assert b"audit-test" not in asked[0]
