"""Five lines on paper, and what a slip of the pen is told apart from."""

from datetime import date

import pytest

from audit import checkpoint, merkle
from audit.anchors import printed
from audit.errors import MalformedProof
from audit.merkle import Frontier
from tests.audit.vectors import BODY, HASHES

HEAD = checkpoint.parse_body(BODY)
GROUPS = printed.of(HEAD).groups
TYPED = f"8 {GROUPS}"


def root_at(size: int) -> bytes:
    return merkle.root(HASHES[:size])


def test_a_head_is_five_short_lines() -> None:
    told = printed.lines(HEAD, signed_on=date(2026, 11, 20))
    assert told[:2] == ("example.com/audit-test", "8 entries, signed 2026-11-20")
    assert " ".join(told[2:4]) == GROUPS
    assert max(map(len, told)) < 80


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(TYPED, id="as printed"),
        pytest.param(TYPED.lower(), id="small letters"),
        pytest.param(f"8: {GROUPS.replace(' ', '-')}\n", id="dashes and a colon"),
        pytest.param(f"  8\n{GROUPS.replace(' ', '')}  ", id="no blanks"),
    ],
)
def test_what_is_typed_is_found_again(typed: str) -> None:
    found = printed.parse(typed)
    assert printed.matches(found, HEAD.origin, root_at)


def test_every_slip_within_a_group_is_told_with_its_place() -> None:
    groups = GROUPS.split(" ")
    for place, group in enumerate(groups):
        for at, sign in enumerate(group):
            for other in set(printed.ALPHABET) - {sign}:
                slip = group[:at] + other + group[at + 1 :]
                with pytest.raises(MalformedProof, match=f"group {place + 1} "):
                    printed.parse(" ".join(["8", *groups[:place], slip, *groups[place + 1 :]]))
            swapped = group[:at] + group[at + 1 : at + 2] + sign + group[at + 2 :]
            if swapped != group:
                with pytest.raises(MalformedProof):
                    printed.parse(" ".join(["8", *groups[:place], swapped, *groups[place + 1 :]]))


def test_groups_in_anothers_place_are_noticed() -> None:
    groups = GROUPS.split(" ")
    for place in range(7):
        moved = [*groups]
        moved[place : place + 2] = moved[place + 1], moved[place]
        with pytest.raises(MalformedProof):
            printed.parse(" ".join(["8", *moved]))


@pytest.mark.parametrize(
    "typed", ["", "8", GROUPS, TYPED[:-1], f"{TYPED}7", f"08 {GROUPS}", "8 " + "0" * 40]
)
def test_what_was_not_printed_is_refused(typed: str) -> None:
    with pytest.raises(MalformedProof):
        printed.parse(typed)


@pytest.mark.parametrize(
    ("size", "origin"), [(8, "example.com/other"), (7, HEAD.origin), (0, HEAD.origin)]
)
def test_another_log_or_size_does_not_match(size: int, origin: str) -> None:
    assert not printed.matches(printed.Printed(size, GROUPS), origin, root_at)


def test_another_root_does_not_match() -> None:
    assert not printed.matches(printed.parse(TYPED), HEAD.origin, lambda _: bytes(32))


def test_roots_come_from_the_log_itself() -> None:
    grown = Frontier()
    grown.extend(HASHES)
    assert grown.root() == root_at(8) == HEAD.root
