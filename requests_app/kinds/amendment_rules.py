"""Guards of an amendment: the conditions of 164.526, each a sentence with its citation."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings

from requests_app.deadlines.calendars import day_of
from requests_app.disclosures.models import Disclosure
from requests_app.errors import BadInput, NotNow, Problem
from requests_app.kinds.amendment_grounds import AmendmentGround
from requests_app.kinds.base import Move
from requests_app.kinds.grounds import AccessGround, reviewable
from requests_app.kinds.models import Decision
from requests_app.practice import selectors as practice
from requests_app.practice.models import BusinessAssociate
from requests_app.selectors import uuid_at
from requests_app.standing import amendment_links, amendment_notices
from requests_app.standing.amendment_links import PaperKind
from requests_app.standing.amendment_notices import OPEN, Matter, Stand, Why

AnyMove = Move[Any]

DECISIONS = ("accept", "accept_in_part", "deny")
#: No setting makes a statement of disagreement shorter than this, in characters.
LEAST_STATEMENT = 4_000


# --- the decision --------------------------------------------------------------------------------
def items_asked(move: AnyMove) -> None:
    """Every number names one of the things that were asked."""
    most = len(move.request.details.items)
    _raise(
        Problem(f"{at}/item", f"Only {most} things were asked. Give the number of one of them.")
        for at, item in _numbers(move.input)
        if item > most
    )


def every_item_decided(move: AnyMove) -> None:
    """164.526(c)-(d): nothing asked is passed over; each item is accepted or denied in writing."""
    decided = {item for _, item in _numbers(move.input)}
    asked = range(1, len(move.request.details.items) + 1)
    passed_over = [str(item) for item in asked if item not in decided]
    if passed_over:
        raise BadInput.one(
            "/grounds",
            f"Decide every thing that was asked. Still open: number {', '.join(passed_over)}.",
        )


def originator_answered(move: AnyMove) -> None:
    """164.526(a)(2)(i): "not ours" falls if the originator can, on a reasonable basis, not be asked."""
    items = move.request.details.items
    _raise(
        Problem(
            f"/grounds/{place}/originator_reachable",
            "The individual says why whoever created this can no longer be asked. Enter why that is "
            "no reasonable basis, or decide on the amendment itself (45 CFR 164.526(a)(2)(i)).",
        )
        for place, ground in enumerate(move.input.grounds)
        if ground.code == AmendmentGround.NOT_OURS
        and items[ground.item - 1].originator_gone
        and not ground.originator_reachable
    )


def closed_ground_holds(move: AnyMove) -> None:
    """164.526(a)(2)(iii): a record is closed to inspection only as 164.524 closes it."""
    made = _determined(move)
    for place, ground in enumerate(move.input.grounds):
        if ground.closed is None:
            continue
        code, at = ground.closed.value, f"/grounds/{place}/closed"
        if code == AccessGround.HARM_BY_REPRESENTATIVE and move.request.representative_id is None:
            raise BadInput.one(
                at,
                "This ground is about a personal representative, and the individual asks in person.",
            )
        if reviewable([code]) and code not in made:
            raise BadInput.one(
                at,
                "This ground needs a licensed health care professional's determination first "
                "(45 CFR 164.524(a)(3)).",
            )


# --- the link ------------------------------------------------------------------------------------
def every_accepted_item_linked(move: AnyMove) -> None:
    """164.526(c)(1): every record an accepted item is about carries the amendment or a link to it."""
    linked = {record.item for record in move.input.records}
    accepted = set(decision(move).facts.items)
    if linked != accepted:
        wanted = ", ".join(str(item) for item in sorted(accepted))
        raise BadInput.one(
            "/records",
            f"Name the records of each accepted thing, and of no other: number {wanted}.",
        )


def linked_after_decision(move: AnyMove) -> None:
    """The link was not made before the amendment was accepted."""
    _not_before_decision(move, move.input.given_on, at="/given_on")


# --- who is told ---------------------------------------------------------------------------------
def something_accepted(move: AnyMove) -> None:
    """164.526(c)(2): who is to be told is asked once something is accepted."""
    waiting = move.request.state in {"accepted", "accepted_in_part"}
    if not waiting and not amendment_links.amended(move.request).exists():
        raise NotNow("Nothing was amended here, so there is nobody to tell of it.")


def reliance_shown(move: AnyMove) -> None:
    """Who relied is a line of the ledger about this patient, a business associate, or named."""
    for place, holder in enumerate(move.input.relied or ()):
        _known(move, holder, at=f"/relied/{place}")


def holder_known(move: AnyMove) -> None:
    """The same, of somebody found later."""
    _known(move, move.input, at="")


def answers_fit(move: AnyMove) -> None:
    """The individual answers for those who were listed to be asked about, until they are told."""
    asked = {
        matter.person.number
        for matter in amendment_notices.matters(move.request)
        if matter.person.why == Why.RELIED and matter.stand != Stand.TOLD
    }
    _raise(
        Problem(f"/answers/{place}/person", "Give the number of somebody we asked about.")
        for place, answer in enumerate(move.input.answers or ())
        if answer.person not in asked
    )


def somebody_to_tell(move: AnyMove) -> None:
    """Somebody is still to be told."""
    if not _with(move, Stand.TO_TELL):
        raise NotNow("There is nobody left who may be told.", citation="45 CFR 164.526(c)(3)")


def person_may_be_told(move: AnyMove) -> None:
    """164.526(c)(2): with the individual's agreement, or by the officer's recorded decision."""
    matter = _matter(move)
    if matter.stand in {Stand.UNASKED, Stand.CONFLICT}:
        raise BadInput.one(
            "/person",
            "The individual has not agreed that this person is told. The privacy officer decides "
            "(45 CFR 164.526(c)(2)).",
        )
    if matter.stand != Stand.TO_TELL:
        raise BadInput.one("/person", "This person's matter is settled already.")


def told_after_decision(move: AnyMove) -> None:
    """Nobody was told of the amendment before it was accepted."""
    _not_before_decision(move, move.input.on, at="/on")


def something_to_settle(move: AnyMove) -> None:
    """The individual refused or was silent about somebody who relied, or somebody was not reached."""
    if not any(_can_be_settled(m) for m in amendment_notices.matters(move.request)):
        raise NotNow(
            "There is nothing to settle: nobody was refused, left unanswered, or tried in vain.",
            citation="45 CFR 164.526(c)(3)",
        )


def settled_person_fits(move: AnyMove) -> None:
    """Whom the individual wants told is left out only after a recorded effort (c)(3)."""
    if not _can_be_settled(_matter(move)):
        raise BadInput.one(
            "/person", "Record first that this person was tried and could not be reached."
        )


def everybody_told(move: AnyMove) -> None:
    """164.526(c)(3): an amendment closes when everybody is told, or the officer has settled it.

    A denial or a withdrawal closes without it: what an earlier amendment still owes is done on the
    closed request, and stays on the list of those not told until then.
    """
    if move.request.state in {"denied", "withdrawn", "unverified"}:
        return
    if any(m.stand in OPEN for m in amendment_notices.matters(move.request)):
        raise NotNow(
            "Somebody is still to be told of the amendment, or the officer is to decide on it.",
            citation="45 CFR 164.526(c)(3)",
        )


# --- disagreement --------------------------------------------------------------------------------
def denial_stands(move: AnyMove) -> None:
    """164.526(d)(2): something is denied, and the denial stands."""
    if not amendment_links.is_disputed(move.request):
        raise NotNow("Nothing that was asked here has been denied.", citation="45 CFR 164.526(d)")


def statement_fits(move: AnyMove) -> None:
    """164.526(d)(2): the length of a statement may be limited, reasonably."""
    if len(move.input.statement) > statement_limit():
        raise BadInput.one(
            "/statement", f"A statement has {statement_limit():,} characters at most. Shorten it."
        )


def statement_unanswered(move: AnyMove) -> None:
    """164.526(d)(3): a rebuttal answers a statement of disagreement."""
    last = amendment_links.papers(move.request, PaperKind.STATEMENT, PaperKind.REBUTTAL).last()
    if last is None or last.what != PaperKind.STATEMENT:
        raise NotNow(
            "There is no statement of disagreement that was not answered yet.",
            citation="45 CFR 164.526(d)(3)",
        )


def not_carried_yet(move: AnyMove) -> None:
    """164.526(d)(5)(ii): the wish is for whoever has filed no statement, and once is enough."""
    if _carried(move):
        raise NotNow(
            "What was asked and denied goes with every later disclosure of the record already.",
            citation="45 CFR 164.526(d)(5)",
        )


def something_carried(move: AnyMove) -> None:
    """164.526(d)(5): a summary takes the place of what goes along."""
    if not _carried(move):
        raise NotNow(
            "Nothing goes with later disclosures here: no statement is filed, and nobody asked for it.",
            citation="45 CFR 164.526(d)(5)",
        )


# --- shared --------------------------------------------------------------------------------------
def statement_limit() -> int:
    """Characters a statement may have; a setting, with a floor that no setting goes below."""
    return max(int(settings.STATEMENT_LIMIT), LEAST_STATEMENT)


def decision(move: AnyMove) -> Decision:
    """The decision that stands: the latest."""
    rows = Decision.objects.filter(request_id=move.request.pk, move__in=DECISIONS)
    return rows.latest("version")


def _numbers(given: Any) -> Iterable[tuple[str, int]]:
    for part in ("accepted", "grounds"):
        for place, row in enumerate(getattr(given, part, ())):
            yield f"/{part}/{place}", row.item


def _raise(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise BadInput(found)


def _determined(move: AnyMove) -> set[str]:
    rows = Decision.objects.filter(request_id=move.request.pk, move="determine")
    return {code for codes in rows.values_list("grounds", flat=True) for code in codes}


def _known(move: AnyMove, holder: Any, *, at: str) -> None:
    """The line is one of the ledger about this patient; the associate is under contract today."""
    if holder.disclosure:
        line, field = uuid_at(holder.disclosure, at=f"{at}/disclosure"), f"{at}/disclosure"
        if not Disclosure.objects.filter(pk=line, patient_id=move.request.subject).exists():
            raise BadInput.one(field, "The ledger has no such line about this patient.")
    if holder.associate:
        associate, field = uuid_at(holder.associate, at=f"{at}/associate"), f"{at}/associate"
        under_contract = BusinessAssociate.objects.filter(practice.in_force(move.today))
        if not under_contract.filter(pk=associate).exists():
            raise BadInput.one(field, "Choose a business associate under contract today.")


def _not_before_decision(move: AnyMove, day: date | None, *, at: str) -> None:
    decided = day_of(decision(move).decided_at, move.request.site.time_zone)
    if day is not None and day < decided:
        raise BadInput.one(at, "The day must be on or after the day of the decision.")


def _with(move: AnyMove, stand: Stand) -> list[Matter]:
    return [m for m in amendment_notices.matters(move.request) if m.stand == stand]


def _matter(move: AnyMove) -> Matter:
    for matter in amendment_notices.matters(move.request):
        if matter.person.number == move.input.person:
            return matter
    raise BadInput.one("/person", "Nobody has this number here.")


def _can_be_settled(matter: Matter) -> bool:
    return matter.stand in {Stand.UNASKED, Stand.CONFLICT} or (
        matter.stand == Stand.TO_TELL and matter.tried
    )


def _carried(move: AnyMove) -> bool:
    added = amendment_links.papers(move.request, PaperKind.STATEMENT, PaperKind.WISH)
    return added.exists()
