"""One colour a meaning: a request that was denied is not shown as good news, to anybody."""

import pytest

from privacy_portal.pages.officer import wording
from privacy_portal.pages.parts import Tone, tone
from privacy_portal.pages.patient import status
from requests_app.kinds import registry
from requests_app.kinds.base import ENDED, MOVED
from requests_app.reports.cases import OF_STATE, Outcome
from tests.support import office
from tests.support.office import NOON

#: What an answer was → its colour, once the request is answered.
COLOURS = {
    Outcome.GIVEN: {Tone.GOOD},
    Outcome.IN_PART: {Tone.NEUTRAL, Tone.OPEN},
    Outcome.DENIED: {Tone.NEUTRAL},
    Outcome.ELSEWHERE: {Tone.NEUTRAL},
    Outcome.UNVERIFIED: {Tone.NEUTRAL},
    Outcome.WITHDRAWN: {Tone.NEUTRAL},
    Outcome.MOVED: {Tone.NEUTRAL},
}


@pytest.mark.parametrize("state", OF_STATE)
def test_the_colour_says_what_the_report_counts(state: str) -> None:
    assert tone(state, answered=True) in COLOURS[OF_STATE[state]]


def test_nothing_is_good_news_before_it_is_answered() -> None:
    states = {state.value for kind in registry.all_kinds() for state in kind.State}
    colours = {state: tone(state, answered=False) for state in states}

    assert Tone.GOOD not in colours.values()
    assert {one for one in states if colours[one] is Tone.NEUTRAL} == states & {*ENDED, MOVED}


def test_patient_and_officer_see_the_same_colour(db: None) -> None:
    office.set_up()
    denied = office.do(office.filed("access"), "deny")

    assert status.tag(denied, now=NOON).tone == wording.state_tag(denied).tone == Tone.NEUTRAL
