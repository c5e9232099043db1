"""A policy file is read whole or not at all, and says what is wrong with it."""

from pathlib import Path

import pytest

from requests_app.deadlines.packs import WrongRow, load

RIGHT = """
[[policy]]
id = "us-demo.access"
title = "Demo"
jurisdiction = "us"
kinds = ["access"]
citation = "45 CFR 164.524(b)(2)(i)"
in_force_from = 2013-09-23
days = 30
count = "calendar"
extension = { citation = "(ii)", to_day = 60, needs = ["reasons", "completion_date"] }
"""


def pack(folder: Path, text: str) -> Path:
    (folder / "us-demo.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_right_row_loads(tmp_path: Path) -> None:
    (row,) = load(pack(tmp_path, RIGHT))

    assert (row.id, row.days, row.extension and row.extension.to_day) == ("us-demo.access", 30, 60)


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        pytest.param("days = 30", "days = 0", "`days` is 1 to 200", id="no days"),
        pytest.param("days = 30", 'days = "30"', "Expected `int`", id="days as text"),
        pytest.param("days = 30", "days = true", "Expected `int`", id="days as yes"),
        pytest.param("days = 30", "days = 30\ndayz = 1", "unknown field `dayz`", id="misspelt"),
        pytest.param('count = "calendar"', "", "missing required field `count`", id="no count"),
        pytest.param('"calendar"', '"business"', "Invalid enum value", id="unknown count"),
        pytest.param('["access"]', '["acess"]', "only known ones", id="misspelt kind"),
        pytest.param('["access"]', "[]", "at least one kind", id="no kind"),
        pytest.param('jurisdiction = "us"', 'jurisdiction = "uk"', "`us-`", id="jurisdiction"),
        pytest.param("2013-09-23", '"2013-09-31"', "RFC3339", id="no such day"),
        pytest.param("2013-09-23", "2013-09-23T10:00:00", "Expected `date`", id="an instant"),
        pytest.param("2013-09-23", "2013-09-23\nin_force_until = 2013-09-22", "not before",
                     id="ends before it begins"),
        pytest.param("to_day = 60", "to_day = 30", "later than `days`", id="no longer than days"),
        pytest.param('"reasons", "completion_date"', '"reasons"', "completion date",
                     id="extension without a date"),
        pytest.param('citation = "45 CFR 164.524(b)(2)(i)"', 'citation = " "', "blank",
                     id="no citation"),
        pytest.param('"us-demo.access"', '"US access"', "`id`", id="id"),
        pytest.param('"us-demo.access"', '"us-other.access"', "name of its pack", id="other pack"),
        pytest.param('jurisdiction = "us"', 'jurisdiction = "us-zz"', "`us-`", id="no such state"),
        pytest.param("days = 30", "days = 30\nenabled = false", "`verify` together",
                     id="out of use without a reason"),
        pytest.param("days = 30", 'days = 30\nverify = "Read it."', "`verify` together",
                     id="in use and to be verified"),
        pytest.param("days = 30", "days = 30\nenabled = 0", "Expected `bool`", id="enabled as 0"),
        pytest.param("days = 30", 'days = 30\nprovider_types = ["other"]', "no `other`",
                     id="a rule that binds the others"),
    ],
)  # fmt: skip
def test_a_wrong_row_stops_with_file_row_and_reason(
    tmp_path: Path, right: str, wrong: str, reason: str
) -> None:
    text = RIGHT.replace("us-demo.access", "us-demo.first") + RIGHT.replace(right, wrong)

    with pytest.raises(WrongRow) as refused:
        load(pack(tmp_path, text))
    assert "us-demo.toml, row 2, line 13 (" in str(refused.value)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(RIGHT + RIGHT, "more than one row", id="the same id twice"),
        pytest.param(RIGHT + "[more]\n", "nothing else", id="another table"),
        pytest.param("[[policy]\n", "us-demo.toml", id="not TOML"),
        pytest.param("", "no policy row", id="empty"),
    ],
)
def test_a_wrong_file_stops_too(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(WrongRow, match=reason):
        load(pack(tmp_path, text))
