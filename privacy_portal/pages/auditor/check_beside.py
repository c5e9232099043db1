"""What the check said of a line of the ledger, as it was kept: the answer, without the facts."""

import json
from typing import Any

from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages.parts import SummaryRow
from requests_app import events
from requests_app.disclosures.check.findings import Verdict
from requests_app.disclosures.check.models import CheckMade
from requests_app.disclosures.models import Disclosure


def checked(line: Disclosure, actor: Actor) -> list[SummaryRow]:
    """The answer that stands beside a line; nothing where none does. Reading it is an entry."""
    row = CheckMade.objects.filter(disclosure_id=line.pk).first()
    if row is None:
        return []
    with logged(events.READ_CHECK, actor, patient=row.patient_id) as seen:
        seen.append(str(row.pk))
        answer: dict[str, Any] = json.loads(row.kept.answer)
    return [
        SummaryRow(_("Answer"), [_words()[Verdict(answer["verdict"])]]),
        SummaryRow(_("Why"), _said(answer["reasons"])),
        SummaryRow(_("Questions"), _said(answer["questions"], "question")),
        SummaryRow(_("If it goes"), _said(answer["obligations"])),
    ]


def _words() -> dict[Verdict, str]:
    return {
        Verdict.PERMIT: _("It may go"),
        Verdict.CONDITIONS: _("It may go, with conditions"),
        Verdict.QUESTIONS: _("Not yet: answer the questions"),
        Verdict.DENY: _("It must not go"),
    }


def _said(found: list[dict[str, Any]], name: str = "sentence") -> list[str]:
    return [f"{one[name]} {one['citation']}" for one in found] or [_("Nothing")]
