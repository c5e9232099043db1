"""Values that we read or write faster than the usual way come out the same."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from hypothesis import given
from hypothesis import strategies as st

from privacy_portal import sheets
from privacy_portal.postgres.loaders import InstantLoader
from requests_app.people import folding

CELLS = st.one_of(
    st.none(), st.integers(), st.text(st.sampled_from("ab ,;\"'\r\n=+\té"), max_size=6)
)


class Usual(BaseTzLoader):  # type: ignore[misc]
    timezone = UTC


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-27 14:05:00+00",
        "2026-03-27 14:05:00.123+00",
        "2026-03-27 14:05:00.000001+00",
        "0001-01-01 00:00:00+00",
        "9999-12-31 23:59:59.999999+00",
    ],
)
def test_an_instant_is_read_as_by_the_usual_loader(written: str) -> None:
    found = InstantLoader(1184).load(written.encode())
    assert (found, found.tzinfo) == (Usual(1184).load(written.encode()), UTC)


@pytest.mark.parametrize("written", ["infinity", "10000-01-01 00:00:00+00"])
def test_what_is_no_instant_of_ours_is_refused_as_ever(written: str) -> None:
    for loader in (Usual(1184), InstantLoader(1184)):
        with pytest.raises(Exception, match="timestamp"):
            loader.load(written.encode())


@pytest.mark.django_db
def test_every_connection_reads_instants_so() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT timestamptz '2026-03-27 14:05:00.25+02', now()")
        told, now = cursor.fetchone()
        loader = cursor.cursor.adapters.get_loader(1184, 0)
    assert (told, told.tzinfo, now.tzinfo) == (
        datetime(2026, 3, 27, 12, 5, 0, 250_000, UTC), UTC, UTC,
    )  # fmt: skip
    assert loader is InstantLoader


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4)
    )
)
def test_a_sheet_is_what_the_librarys_writer_makes(rows: list[list[sheets.Cell]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(
        [sheets.cell(one) for one in row] for row in rows
    )
    assert sheets.csv_bytes(rows) == text.getvalue().encode()


@given(st.text(st.characters(max_codepoint=127), max_size=12))
def test_a_name_in_plain_letters_is_folded_as_among_others(text: str) -> None:
    """What is not plain takes the long way: there both must give the same words."""
    assert folding.fold_words(f"{text} \u00e9") == (*folding.fold_words(text), "e")
