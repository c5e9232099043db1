"""Days are written as Django writes them, in every form and language in use."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.formats import date_format

from requests_app.days import in_form

#: Where a form is used → the form, in English and as its translation has it.
FORMS = {
    "a long day": ("l, F j, Y", r"l j \d\e F \d\e Y"),
    "a day": ("F j, Y", r"j \d\e F \d\e Y"),
    "a day in a table": ("M j, Y", "M j, Y"),
    "the language's own": ("DATE_FORMAT", "DATE_FORMAT"),
    "with a letter that is not known here": ("jS F Y", "jS F y"),
}
MOMENTS = {
    "a moment": ("F j, Y, P", r"j \d\e F \d\e Y, P"),
    "a moment of the timeline": ("F j, Y, g:i a", r"j \d\e F \d\e Y, g:i a"),
    "a clock of 24 hours": ("H:i", "H:i"),
}
#: Every day of a leap year, and years that are written with fewer digits.
DAYS = [date(2028, 1, 1) + timedelta(n) for n in range(366)] + [date(999, 3, 1), date(1899, 12, 31)]


@pytest.mark.parametrize("forms", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_day_is_written_as_django_writes_it(forms: tuple[str, str], language: str) -> None:
    with translation.override(language):
        form = forms[language == "es"]
        assert [in_form(day, form) for day in DAYS] == [date_format(day, form) for day in DAYS]


@pytest.mark.parametrize("forms", MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_moment_is_written_by_the_clock_it_is_given_in(
    forms: tuple[str, str], language: str
) -> None:
    start = datetime(
        2026, 3, 7, 23, 59, 59, tzinfo=UTC
    )  # midnight, noon, and an hour that is left out
    moments = [
        (start + timedelta(minutes=7 * n)).astimezone(ZoneInfo("America/New_York"))
        for n in range(300)
    ]
    with translation.override(language):
        form = forms[language == "es"]
        assert [in_form(at, form) for at in moments] == [date_format(at, form) for at in moments]


def test_a_day_has_no_time_of_day() -> None:
    with pytest.raises(TypeError):
        in_form(date(2026, 3, 2), "F j, Y, P")
