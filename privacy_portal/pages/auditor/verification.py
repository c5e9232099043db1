"""Whether the log is as it was signed: the newest head, the command for anybody, a check done here."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import log, published, standing, tiles
from audit.actors import Actor
from audit.checkpoint import read_unsigned
from audit.errors import MalformedProof
from audit.note import Verifier
from audit.verify.heads import Trust
from audit.verify.logdir import check_log
from audit.verify.report import Exit, Report
from audit.verify.source import Local
from privacy_portal.pages.door import actor_of, page
from privacy_portal.pages.parts import SummaryRow, local
from requests_app import events
from requests_app.errors import NotNow
from requests_app.log_readers import require_whole_log
from requests_app.practice import selectors as practice

#: What is checked while somebody waits; a longer log is checked by the command.
AT_MOST = 2_000_000


@dataclass(frozen=True)
class Head:
    """The newest signed head: how many entries, under which root, signed when, and how it is written."""

    size: int
    root: str
    at: datetime
    note: str


@page
def verification(call: HttpRequest) -> HttpResponse:
    """The head, the command, what a check proves; and after a check its result."""
    actor = actor_of(call)
    require_whole_log(actor)
    head, report = newest(), None
    if call.method == "POST":
        report = _checked(head, actor)
    facts = {
        "head": head,
        "rows": _rows(head) if head else [],
        "key": key_text(),
        "waiting": standing.standing().waiting,
        "report": report,
        "intact": report is not None and report.exit is Exit.OK,
        "size": f"{report.facts.get('size', 0):,}" if report else "",
        "first": str(report.first) if report and report.first else "",
        "counts": _counts(report) if report else [],
        "too_long": head is not None and head.size > AT_MOST,
        "back": reverse("audit_verification") if report else "",
    }
    return render(call, "audit/verification.html", facts)


def newest() -> Head | None:
    """The head signed last; None while nothing is sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT size, note, published_at FROM audit.checkpoint ORDER BY size DESC LIMIT 1"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    size, note, at = row
    root = note.splitlines()[2]
    return Head(size, root, at, note)


def key_text() -> str:
    """The log's public key, as the sealer writes it beside the log's files; empty without a folder."""
    if not settings.LOG_FOLDER:
        return ""
    try:
        return (published.place() / tiles.VKEYS).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _rows(head: Head) -> list[SummaryRow]:
    at = local(head.at, practice.zone())
    return [
        SummaryRow(_("Entries"), [f"{head.size:,}"]),
        SummaryRow(_("Root"), [head.root]),
        SummaryRow(_("Signed"), [f"{at:%Y-%m-%d %H:%M:%S}"]),
        SummaryRow(_("The head as it was signed"), [head.note]),
    ]


def _checked(head: Head | None, actor: Actor) -> Report:
    """Every entry and every hash against the signed head. That it was done is an entry."""
    folder, keys = settings.LOG_FOLDER and str(published.place()), key_text()
    if head is None or not folder or not keys:
        raise NotNow(_("Nothing is signed yet, or its files do not lie here. Use the command."))
    if head.size > AT_MOST:
        raise NotNow(_("The log is too long to be checked while you wait. Use the command."))
    report = check_log(Local(Path(folder)), Trust(_verifiers(keys)))
    with transaction.atomic():
        log.append(
            events.READ_LOG,
            actor=actor,
            purpose="verification",
            extra={"size": _size(folder, head), "result": report.exit.name.lower()},
        )
    return report


def _size(folder: str, head: Head) -> int:
    try:
        return read_unsigned((Path(folder) / "checkpoint").read_bytes()).size
    except (OSError, MalformedProof):
        return head.size


def _verifiers(lines: str) -> tuple[Verifier, ...]:
    return tuple(Verifier.parse(one) for one in lines.splitlines() if one)


def _counts(report: Report) -> list[str]:
    return [f"{number} × {fault.words}" for fault, number in report.counts.items()]
