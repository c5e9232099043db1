"""State limits as rows, to try the engine with more than one regime. Not a pack that is shipped."""

from datetime import date
from typing import Any

from requests_app.deadlines.policy import (
    Count,
    ExtensionTerms,
    Need,
    Policy,
    RequestForm,
    RequestObject,
    SiteSetting,
    policies,
)

INSPECT, COPY = RequestObject.INSPECT, RequestObject.COPY


def row(state: str, name: str, days: int, count: Count, citation: str, **more: Any) -> Policy:
    """A row for one state; `to_day` gives it an extension by written notice."""
    to_day = more.pop("to_day", None)
    terms = ExtensionTerms(
        citation=citation, to_day=to_day or 0, needs=(Need.REASONS, Need.COMPLETION_DATE)
    )
    return Policy(
        id=f"us-{state}.{name}",
        title=f"{state.upper()} {name}",
        jurisdiction=f"us-{state}",
        kinds=more.pop("kinds", ("access",)),
        citation=citation,
        in_force_from=date(2010, 1, 1),
        days=days,
        count=count,
        extension=terms if to_day else None,
        **more,
    )


WORKING, CALENDAR = Count.WORKING, Count.CALENDAR
WRITTEN = RequestForm.WRITTEN
ELECTRONIC = (SiteSetting.ELECTRONIC_RECORDS,)

STATES = (
    row("ca", "inspect", 5, WORKING, "Health & Safety Code 123110", objects=(INSPECT,)),
    row("ca", "copy", 15, CALENDAR, "Health & Safety Code 123110", objects=(COPY,)),
    row("tn", "copy", 10, WORKING, "T.C.A. 63-2-101(a)(1)", request_form=WRITTEN, objects=(COPY,)),
    row("nv", "inspect", 10, WORKING, "NRS 629.061", objects=(INSPECT,)),
    row(
        "tx",
        "electronic",
        15,
        WORKING,
        "Health & Safety Code 181.102",
        request_form=WRITTEN,
        objects=(COPY,),
        settings=ELECTRONIC,
    ),
    row("wa", "access", 15, WORKING, "RCW 70.02.080", request_form=WRITTEN, to_day=21),
    row(
        "wa",
        "amendment",
        10,
        CALENDAR,
        "RCW 70.02.100",
        request_form=WRITTEN,
        to_day=21,
        kinds=("amendment",),
    ),
    row("md", "access", 21, WORKING, "Health-Gen. 4-304, 4-309", request_form=WRITTEN),
)

ALL = policies() + STATES
