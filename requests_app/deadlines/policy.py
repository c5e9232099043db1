"""Policy rows: one time limit that one rule sets, as data. `packs` reads them from TOML.

Fields that only some jurisdictions use may be left out and then narrow nothing.
"""

import re
from datetime import date
from enum import StrEnum

import msgspec

from requests_app.kinds import registry

_STATES = (
    "AK AL AR AS AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT NC "
    "ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UM UT VA VI VT WA WI WV WY"
)
#: The states and territories whose holidays are known, in capitals; no other has a calendar here.
#: Written down, since the library imports the holidays of every country to say it.
STATES = frozenset(_STATES.split())

_ID = re.compile(r"[a-z0-9-]+(\.[a-z0-9_-]+)+")
#: More is a slip of the pen; and working days are counted with the holidays of two years only.
_MOST_DAYS = 200
_JURISDICTIONS = frozenset({"us", *(f"us-{state.lower()}" for state in STATES)})


class Count(StrEnum):
    """Which days count. Working days leave out weekends and federal and state holidays."""

    CALENDAR = "calendar"
    WORKING = "working"


class RequestForm(StrEnum):
    """Whether the limit runs for every request or only for one made in writing."""

    ANY = "any"
    WRITTEN = "written"


class RequestObject(StrEnum):
    """What is asked for, where a rule sets one limit for looking and another for a copy."""

    INSPECT = "inspect"
    COPY = "copy"
    SUMMARY = "summary"
    AMEND = "amend"
    AUTHORIZATION = "authorization"
    DEMAND = "demand"


class ProviderType(StrEnum):
    """Who is asked, where a rule binds one profession or one kind of facility.

    OTHER is a site's answer that it is none of these; no row may name it.
    """

    PHYSICIAN = "physician"
    CHIROPRACTOR = "chiropractor"
    PHYSICAL_THERAPIST = "physical_therapist"
    HOSPITAL = "hospital"
    LICENSED_FACILITY = "licensed_facility"
    NURSING_HOME = "nursing_home"
    HEALTH_PLAN = "health_plan"
    OTHER = "other"


class SiteSetting(StrEnum):
    """A fact about how a site keeps its records on which a rule depends."""

    ELECTRONIC_RECORDS = "electronic_records"
    PAPER_RECORDS = "paper_records"
    RECORDS_IN_STATE = "records_in_state"
    RECORDS_OUT_OF_STATE = "records_out_of_state"


#: Settings that answer one question. A site that has said none of them has not answered it.
SETTING_QUESTIONS = (
    frozenset({SiteSetting.ELECTRONIC_RECORDS, SiteSetting.PAPER_RECORDS}),
    frozenset({SiteSetting.RECORDS_IN_STATE, SiteSetting.RECORDS_OUT_OF_STATE}),
)


class Need(StrEnum):
    """What the written notice of an extension must say."""

    REASONS = "reasons"
    COMPLETION_DATE = "completion_date"


class ExtensionTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The one extension a rule allows, by written notice provided inside the first period.

    citation  where the rule says so
    to_day    the last day it may name, counted from receipt
    needs     what the notice must say
    count     which days `to_day` counts; None: the same as `Policy.count`
    """

    citation: str
    to_day: int
    needs: tuple[Need, ...]
    count: Count | None = None


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One time limit.

    id              stable for ever; stored with every request it was used for
    title           what a reader of an explanation is told the limit is
    jurisdiction    "us", or "us-" and a state ("us-wa")
    kinds           kinds of request it limits
    citation        where the rule stands
    in_force_from   first day of receipt it applies to; `in_force_until` the last, if it has one
    days, count     how many of which days after receipt; the day of receipt is not counted
    extension       the one extension it allows; None: it allows none
    request_form, objects, provider_types, settings
                    what the request and the site must match; empty matches everything
    remark          what a reader must know beside it; the explanation adds it word for word
    """

    id: str
    title: str
    jurisdiction: str
    kinds: tuple[str, ...]
    citation: str
    in_force_from: date
    days: int
    count: Count
    in_force_until: date | None = None
    extension: ExtensionTerms | None = None
    request_form: RequestForm = RequestForm.ANY
    objects: tuple[RequestObject, ...] = ()
    provider_types: tuple[ProviderType, ...] = ()
    settings: tuple[SiteSetting, ...] = ()
    remark: str = ""

    def __post_init__(self) -> None:
        for fault, wrong in _faults(self).items():
            if wrong:
                raise ValueError(fault)


def _faults(row: Policy) -> dict[str, bool]:
    """Each rule that types cannot state, and whether this row breaks it."""
    terms = row.extension
    return {
        "`id` is a pack and a name in lower case, joined by dots": not _ID.fullmatch(row.id),
        "`jurisdiction` is `us`, or `us-` and a state": row.jurisdiction not in _JURISDICTIONS,
        "`title` and `citation` may not be blank": not (row.title.strip() and row.citation.strip()),
        "`kinds` names at least one kind, and only known ones": not row.kinds
        or not registry.names().issuperset(row.kinds),
        f"`days` is 1 to {_MOST_DAYS}": not 1 <= row.days <= _MOST_DAYS,
        "`in_force_until` is not before `in_force_from`": (
            row.in_force_until is not None and row.in_force_until < row.in_force_from
        ),
        "the extension's `citation` may not be blank": bool(terms and not terms.citation.strip()),
        f"the extension's `to_day` is later than `days` and at most {_MOST_DAYS}": bool(
            terms and not _least(row, terms) < terms.to_day <= _MOST_DAYS
        ),
        "the extension's notice `needs` at least a completion date": bool(
            terms and Need.COMPLETION_DATE not in terms.needs
        ),
        "`provider_types` names no `other`": ProviderType.OTHER in row.provider_types,
    }


def _least(row: Policy, terms: ExtensionTerms) -> int:
    """What `to_day` must exceed; ten working days are at most twice as many calendar days."""
    mixed = row.count is Count.WORKING and terms.count is Count.CALENDAR
    return 2 * row.days if mixed else row.days
