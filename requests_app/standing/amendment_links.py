"""What is linked to a record because somebody asked to amend it (164.526(c)(1), (d)(4)-(5)).

Nothing in the record is erased.  An accepted amendment is appended or linked; a denied one leaves
the record disputed, and what was said about it is linked: the request, the denial, the statement of
disagreement, the rebuttal.  `linked_set` says what a disclosure of a record must carry with it.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.compiled import Compiled
from requests_app.kinds.models import Request
from requests_app.people import charts
from requests_app.people.models import Patient
from requests_app.standing.amendment_notices import IncomingNotice


class Outcome(models.TextChoices):
    """Why something is linked to the record."""

    AMENDED = "amended", _("Amended")
    DISPUTED = "disputed", _("Amendment denied")


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """The record as the practice names it, what was asked of it, and how the link is made."""

    record: str
    asked: str
    how: str = ""


class AmendmentLink(models.Model):
    """One record that carries an amendment, or the dispute about one. Ended once, never changed.

    A link is kept for the life of the record.  It ends only when the same request is decided anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="amendment_links")
    request = models.ForeignKey(
        Request, null=True, on_delete=models.PROTECT, related_name="amendment_links"
    )
    notice = models.ForeignKey(
        IncomingNotice, null=True, on_delete=models.PROTECT, related_name="links"
    )
    version = models.PositiveIntegerField(help_text="The request's, when the link was made; or 0.")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    facts = SealedRecord(LinkFacts, name="standing.amendment_link", version=1)
    made_by = models.CharField(max_length=64)
    in_force_from = models.DateTimeField()
    in_force_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=False, notice__isnull=True)
                | Q(request__isnull=True, notice__isnull=False),
                name="amendment_link_from_one",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True)
                | Q(in_force_until__gte=F("in_force_from")),
                name="amendment_link_in_order",
            ),
        ]


class PaperKind(models.TextChoices):
    """What can be added to a dispute, in the order the rule names it."""

    WISH = "wish", _("Asked that request and denial go along")
    STATEMENT = "statement", _("Statement of disagreement")
    REBUTTAL = "rebuttal", _("Rebuttal")
    SUMMARY = "summary", _("Accurate summary")


@dataclass(frozen=True, slots=True)
class PaperText:
    """The words; empty for a wish, which has none."""

    words: str


class AmendmentPaper(models.Model):
    """A paper that belongs to a denial, from the instant it was added, for good. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="amendment_papers")
    version = models.PositiveIntegerField()
    what = models.CharField(max_length=9, choices=PaperKind.choices)
    text = SealedRecord(PaperText, name="standing.amendment_paper", version=1)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()


@dataclass(frozen=True)
class Paper:
    """One paper as it goes along with a disclosure."""

    title: str
    words: str
    at: datetime


@dataclass(frozen=True)
class LinkedSet:
    """What a disclosure of one record must carry: every paper, or the summary in their place.

    `summary` is empty unless it was written after the last of the papers, and so is accurate.  A
    standard transaction that has no room for it may be sent with the set apart (d)(5)(iii).
    """

    papers: tuple[Paper, ...]
    summary: str = ""


def in_force(at: datetime) -> Q:
    """The filter for links in force at that instant."""
    return Q(in_force_from__lte=at) & (Q(in_force_until__isnull=True) | Q(in_force_until__gt=at))


def links(patient: UUID, *, at: datetime) -> QuerySet[AmendmentLink]:
    """Everything linked to this patient's records at that instant, oldest first."""
    rows = AmendmentLink.objects.filter(
        in_force(at), patient_id__in=charts.same_person(patient, at=at)
    )
    return rows.select_related("request").order_by("in_force_from", "id")


def disputes(request: Request) -> QuerySet[AmendmentLink]:
    """The records this request leaves disputed: its denial stands."""
    return _disputes(request.pk)


def is_disputed(request: Request) -> bool:
    """Whether there are any."""
    return bool(_DISPUTED.rows(request=request.pk))


def _disputes(request: UUID) -> QuerySet[AmendmentLink]:
    return AmendmentLink.objects.filter(
        request_id=request, outcome=Outcome.DISPUTED, in_force_until__isnull=True
    )


_DISPUTED = Compiled(lambda request: _disputes(request).values_list("pk")[:1], request=UUID)


def amended(request: Request) -> QuerySet[AmendmentLink]:
    """The records this request has amended."""
    return AmendmentLink.objects.filter(request_id=request.pk, outcome=Outcome.AMENDED)


def papers(request: Request, *kinds: PaperKind) -> QuerySet[AmendmentPaper]:
    """The papers added to this request's denial, in order; only of these kinds, if any is named."""
    rows = AmendmentPaper.objects.filter(request_id=request.pk).order_by("added_at", "version")
    return rows.filter(what__in=kinds) if kinds else rows


def linked_set(patient: UUID, item: str, *, at: datetime) -> LinkedSet | None:
    """What a disclosure of this record at that instant must carry (d)(5); None: nothing.

    item  the record as the practice names it; capitals and blanks make no difference

    With a statement on file everything goes along.  Without one, the request and the denial do, and
    only when the individual asked for that.
    """
    named = [
        link for link in links(patient, at=at).filter(outcome=Outcome.DISPUTED)
        if same_record(link.facts.record, item)
    ]  # fmt: skip
    sets = [found for link in named if (found := _set_of(link, at=at)) is not None]
    if not sets:
        return None
    together = dict.fromkeys(paper for found in sets for paper in found.papers)
    summaries = [found.summary for found in sets]
    return LinkedSet(tuple(together), "\n\n".join(summaries) if all(summaries) else "")


def same_record(one: str, other: str) -> bool:
    """Whether two names mean one record."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _set_of(link: AmendmentLink, *, at: datetime) -> LinkedSet | None:
    assert link.request is not None  # only a request is denied
    added = list(papers(link.request).filter(added_at__lte=at))
    if not {paper.what for paper in added} & {PaperKind.STATEMENT, PaperKind.WISH}:
        return None
    found = [
        Paper(str(_("Request for amendment")), link.facts.asked, link.request.received_at),
        *_denial(link.request, link.version),
        *_added(added),
    ]
    return LinkedSet(tuple(found), _summary(added, after=max(paper.at for paper in found)))


def _denial(request: Request, version: int) -> list[Paper]:
    """The letter that denied it, word for word."""
    letters = request.letters.filter(version=version)
    return [Paper(str(_("Denial")), letter.text.body, letter.sent_at) for letter in letters]


def _added(rows: list[AmendmentPaper]) -> Iterable[Paper]:
    carried = (PaperKind.STATEMENT, PaperKind.REBUTTAL)
    return [
        Paper(str(PaperKind(row.what).label), row.text.words, row.added_at)
        for row in rows
        if row.what in carried
    ]


def _summary(rows: list[AmendmentPaper], *, after: datetime) -> str:
    written = [r for r in rows if r.what == PaperKind.SUMMARY and r.added_at >= after]
    return written[-1].text.words if written else ""
