"""The packs as a table for a reader: docs/policies.md and `manage.py policies` come from here."""

from collections.abc import Iterable

from requests_app.deadlines.packs import Listed
from requests_app.deadlines.policy import Count, Policy, RequestForm
from requests_app.deadlines.wording import counted

_HEAD = """# Time limits

Written by `manage.py policies --write` from the policy packs in
`requests_app/deadlines/policies/`; a test compares. For every request all rows that match it are
counted and the earliest day governs.

- **Matches**: what the site and the request must be; a dash matches everything.
- **Extension**: the last day one written notice may name, counted from receipt.
- **In use**: a row whose text has not been read in the statute is listed and never counted.

"""
_COLUMNS = ("State", "Kind", "Row", "Days", "Extension to", "Matches", "Citation", "In use")


def page(rows: Iterable[Listed]) -> str:
    """The Markdown page of these rows."""
    rows = tuple(rows)
    table = [_COLUMNS, ("---",) * len(_COLUMNS), *map(_cells, rows)]
    lines = [f"| {' | '.join(cells)} |" for cells in table]
    return _HEAD + "\n".join(lines) + f"\n\n{totals(rows)}\n"


def line(row: Listed) -> str:
    """One row on one line of a terminal."""
    policy = row.policy
    days = f"{counted(policy)}{_to_day(policy, ', once to day ')}"
    said = "" if row.enabled else f" (not in use: {row.verify})"
    return f"{policy.id}: {' '.join(policy.kinds)}, {days}; {policy.citation}{said}"


def totals(rows: Iterable[Listed]) -> str:
    """How many rows are in use and how many wait."""
    used = [row.enabled for row in rows]
    return f"{used.count(True)} rows are in use; {used.count(False)} are listed and not in use."


def _cells(row: Listed) -> tuple[str, ...]:
    policy = row.policy
    state = policy.jurisdiction.removeprefix("us-").upper()
    return (
        "federal" if state == "US" else state,
        ", ".join(policy.kinds),
        f"`{policy.id}`",
        counted(policy),
        _to_day(policy) or "none",
        _matches(policy),
        policy.citation,
        "yes" if row.enabled else f"no: {row.verify}",
    )


def _to_day(policy: Policy, before: str = "") -> str:
    terms = policy.extension
    if terms is None:
        return ""
    working = (terms.count or policy.count) is Count.WORKING
    return f"{before}{terms.to_day} {'working' if working else 'calendar'}"


def _matches(policy: Policy) -> str:
    form = ["in writing"] if policy.request_form is RequestForm.WRITTEN else []
    named = [*policy.objects, *policy.provider_types, *policy.settings]
    return ", ".join([*form, *(name.value.replace("_", " ") for name in named)]) or "–"
