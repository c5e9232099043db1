"""The clock told again from what was stored, and compared with the packs of today."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from requests_app.actions import targets
from requests_app.deadlines import packs
from requests_app.deadlines.policy import Policy
from requests_app.kinds import trail
from requests_app.kinds.base import Kind
from requests_app.kinds.models import ClockRow
from tests.support import office
from tests.support.office import do

pytestmark = pytest.mark.django_db

PackOf = Callable[..., None]


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


@pytest.fixture
def present_pack(monkeypatch: pytest.MonkeyPatch) -> PackOf:
    """Change the access row of the packs, as a new version of the program would."""

    def change(**changes: Any) -> None:
        rows = [_changed(row, changes) for row in packs.policies()]
        monkeypatch.setattr(packs, "policies", lambda: tuple(rows))

    return change


def _changed(row: Policy, changes: dict[str, Any]) -> Policy:

    return msgspec.structs.replace(row, **changes) if row.id == "us-federal.access" else row


def said(*command: str) -> list[str]:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue().splitlines()


def test_explain_prints_each_step_with_its_rule(clinic: office.Office) -> None:
    request = do(office.filed(), "extend", "grant", "deliver", "close", "reopen")

    lines = said("explain", request.reference)

    assert [line for line in lines if line.startswith("Step")] == [
        "Step 1, start, 2026-03-02 17:00 UTC",
        "Step 2, extend, 2026-03-02 17:00 UTC",
        "Step 4, stop, 2026-03-02 17:00 UTC",
        "Step 6, resume, 2026-03-02 17:00 UTC",
    ]
    text = "\n".join(lines)
    assert "30 calendar days after receipt, which is Wednesday, April 1, 2026" in text
    assert "A written notice provided on Monday, March 2, 2026 names Monday, April 20" in text
    assert "Answered; recorded on Monday, March 2, 2026." in text
    assert "The due day was and stays Monday, April 20, 2026." in text
    assert "Demo" not in text


def test_explain_tells_the_law_of_the_day_and_not_the_packs_of_today(
    clinic: office.Office, present_pack: PackOf
) -> None:
    request = office.filed()
    before = said("explain", request.reference)
    present_pack(days=10, citation="45 CFR 999.1")

    assert said("explain", request.reference) == before


def test_explain_shows_the_practices_own_target_beside_it(clinic: office.Office) -> None:
    raw = {"kind": "access", "days": 10, "in_force_from": "2026-01-01"}
    targets.set_target(raw, actor=office.OFFICER, now=office.NOON)

    lines = said("explain", office.filed().reference)

    assert lines[-2].endswith("April 1, 2026 in America/New_York (45 CFR 164.524(b)(2)(i)).")
    assert lines[-1].startswith("The practice itself aims for Thursday, March 12, 2026.")


def test_explain_knows_no_other_request(clinic: office.Office) -> None:
    with pytest.raises(CommandError, match="There is no request PR-NONE"):
        said("explain", "PR-NONE")


def test_what_was_stored_and_does_not_follow_is_named(clinic: office.Office) -> None:
    request = _with_a_wrong_row(clinic)
    for command in (("explain", request.reference), ("policies", "--differ")):
        with pytest.raises(CommandError, match=f"{request.reference}: the stored due day"):
            said(*command)


def _with_a_wrong_row(clinic: office.Office) -> Kind:
    """A request whose later clock row says another day than follows from its facts."""
    request = office.filed()
    first = ClockRow.objects.get(request_id=request.pk)
    wrong = first.answer | {"due": "2026-04-02"}
    ClockRow.objects.create(
        request_id=request.pk, version=2, cause="extend", at=first.at, due_on=first.due_on, answer=wrong
    )  # fmt: skip
    return request


SAME = "0 open requests would be due on another day. Their due days stay as they are."


def test_the_packs_of_today_do_not_differ_from_themselves(clinic: office.Office) -> None:
    office.filed()
    do(office.filed(), "extend")
    office.filed("accounting")

    assert said("policies", "--differ") == [SAME]


def test_a_changed_pack_lists_the_open_requests_and_changes_none(
    clinic: office.Office, present_pack: PackOf
) -> None:
    plain, extended = office.filed(), do(office.filed(), "extend")
    answered = do(office.filed(), "deny")
    rows = list(ClockRow.objects.values_list("answer", flat=True).order_by("pk"))
    present_pack(days=20)

    lines = said("policies", "--differ")

    # The extended one keeps its day: the notice satisfies the changed row as well.
    assert lines[:-1] == [f"{plain.reference}: due 2026-04-01; now 2026-03-22"]
    assert lines[-1].startswith("1 open requests")
    assert answered.reference not in "".join(lines)
    assert list(ClockRow.objects.values_list("answer", flat=True).order_by("pk")) == rows
    for request in (plain, extended):
        assert type(request).objects.get(pk=request.pk).due_on == request.due_on


def test_an_extension_that_a_changed_pack_would_not_allow_is_listed(
    clinic: office.Office, present_pack: PackOf
) -> None:
    request = do(office.filed(), "extend")
    present_pack(days=20, extension=None)

    assert said("policies", "--differ")[0] == f"{request.reference}: due 2026-04-20; now 2026-03-22"


def test_a_request_that_no_present_row_covers_is_listed(
    clinic: office.Office, present_pack: PackOf
) -> None:
    request = office.filed()
    present_pack(kinds=("accounting",))

    assert said("policies", "--differ")[0].startswith(
        f"{request.reference}: due 2026-04-01; now no day"
    )


def test_the_comparison_streams_from_a_cursor_of_the_database(
    clinic: office.Office, present_pack: PackOf
) -> None:
    for _ in range(3):
        office.filed()
    present_pack(days=20)
    found = trail.differing()
    next(found)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '_django_curs%'")
        assert cursor.fetchone() == (1,)
    assert len(list(found)) == 2


def test_the_list_counts_what_is_in_use_and_what_waits(db: None) -> None:
    lines = said("policies")

    wa = "us-wa.access: access, 15 working days, once to day 21 working; RCW 70.02.080"
    assert wa in lines
    assert any(line.startswith("us-ny.inspect") and "(not in use: " in line for line in lines)
    assert lines[-1] == "21 rows are in use; 9 are listed and not in use."


def test_sites_are_listed_with_what_has_not_been_said_of_them(clinic: office.Office) -> None:
    (line,) = said("policies", "--sites")

    assert line.startswith("Main Street (NC): nothing said; not said: electronic_records, ")


def test_a_wrong_row_stops_the_start(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = "# Nothing yet.\n[[policy]]\nid = 'us-zz.access'\n"
    (tmp_path / "us-zz.toml").write_text(wrong, encoding="utf-8")
    monkeypatch.setattr(packs, "FOLDER", tmp_path)
    packs.policies.cache_clear()
    packs.listed.cache_clear()
    try:
        with pytest.raises(packs.WrongRow, match=r"us-zz.toml, row 1, line 2 \(us-zz.access\): "):
            apps.get_app_config("requests_app").ready()
    finally:
        packs.policies.cache_clear()
        packs.listed.cache_clear()
