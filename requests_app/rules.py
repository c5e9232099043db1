"""Guards: the conditions of the law, each a function that raises a sentence with its citation.

They see a Move and nothing else, and change nothing.  Whether a button is shown, what the API says
is possible, and what the action door enforces all come from here.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from requests_app.deadlines import extensions
from requests_app.errors import BadInput, NotNow
from requests_app.kinds import clock
from requests_app.kinds.base import Move
from requests_app.kinds.decided import latest
from requests_app.kinds.grounds import AccessGround, reviewable
from requests_app.kinds.models import Channel, Decision, Involvement, Part
from requests_app.people import endings
from requests_app.people.models import CheckMethod, Representative
from requests_app.words import written

AnyMove = Move[Any]

#: The moves that decide an access request, and those that review a denial.
DECISIONS = ("grant", "grant_in_part", "deny", "redirect")
REVIEWS = ("uphold", "reverse")


def identity_confirmed(move: AnyMove) -> None:
    """164.514(h)(1): verify identity, and authority, before anything is given or told."""
    if move.request.identity_confirmed_at is None:
        raise NotNow(
            "Confirm first who is asking: record the identity check.",
            citation="45 CFR 164.514(h)(1)",
        )


def identity_open(move: AnyMove) -> None:
    """The identity check is still to be made."""
    if move.request.identity_confirmed_at is not None:
        raise NotNow("Who is asking has already been confirmed.")


def somewhere_to_write(move: AnyMove) -> None:
    """164.524(b)(2): an answer in silence is none; the notice needs somebody it can reach."""
    request, to = move.request, move.input.to
    if to == "on_file" and request.patient_id is None:
        raise BadInput.one(
            "/to", "This request is matched to no patient, so there is no address on file."
        )
    reached = request.filed.asker.contact or request.channel == Channel.PORTAL
    if to in {None, "asked_from"} and not reached:
        raise BadInput.one("/to", "No address came with this request. Choose another way.")


def patient_matched(move: AnyMove) -> None:
    """Nothing is confirmed against nobody: the request names whose records it is about."""
    if move.request.patient_id is None:
        raise NotNow("Find first whose records this is about: match the request to a patient.")


def method_by_staff(move: AnyMove) -> None:
    """Signing in is recorded by the service itself, not by a member of staff."""
    if move.input.method == CheckMethod.SIGNED_IN:
        raise BadInput.one("/method", "Choose how you checked it yourself.")


def authority_shown(move: AnyMove) -> None:
    """164.514(h)(1)(i): a representative's authority is verified beside the identity."""
    if move.request.representative_id is not None and not move.input.authority:
        raise BadInput.one("/authority", "Enter what shows the representative's authority.")


def authority_in_force(move: AnyMove) -> None:
    """164.502(g): a personal representative is treated as the individual while the authority lasts."""
    if move.request.representative is not None:
        check_authority(move.request.representative, today=move.today, at=move.now)


def check_authority(representative: Representative, *, today: date, at: datetime) -> None:
    """NotNow unless this person is treated as the individual now: recognised, begun, not ended."""
    declined = endings.declined(representative, at=at)
    if declined is not None:
        raise NotNow(
            "The practice no longer treats this person as the personal representative."
            if declined.ended_at
            else "The practice has declined to treat this person as the personal representative.",
            citation=declined.citation,
        )
    begins = representative.authority_from
    if begins > today:
        raise NotNow(
            _("The representative's authority begins on %(day)s.") % {"day": written(begins)},
            citation="45 CFR 164.502(g)",
        )
    until = representative.authority_until
    if until is not None and until < today:
        raise NotNow(
            _("The representative's authority ended on %(day)s. Ask for what shows it anew.")
            % {"day": written(until)},
            citation="45 CFR 164.502(g)",
        )


def not_answered(move: AnyMove) -> None:
    """The clock is still running: all that the law calls acting has not been done."""
    if move.request.answered_at is not None:
        raise NotNow("This request has already been answered.")


def answered(move: AnyMove) -> None:
    """A request closes when what the law asks has been done, never before."""
    if move.request.answered_at is None:
        raise NotNow("This request has not been answered in full, so it cannot be closed.")


def nothing_decided(move: AnyMove) -> None:
    """What was decided stays: a denial or finding carries rights that end with no other kind."""
    decided = Decision.objects.filter(request_id=move.request.pk).exclude(move="determine")
    if decided.exclude(grounds=[]).exists():
        raise NotNow(
            _(
                "This has been decided on as the kind it is, and the decision stays. File the other "
                "kind beside it, with the same day of receipt."
            )
        )


def extension_possible(move: AnyMove) -> None:
    """One extension, and its notice inside the limit (164.524(b)(2)(iii) and its like)."""
    not_answered(move)
    extensions.check_open(clock.answer(move.request), provided=move.today)


def extension_lawful(move: AnyMove) -> None:
    """The named date lies after the present due date and inside the regime's last day."""
    extensions.check_extension(
        clock.answer(move.request),
        provided=clock.provided_on(move),
        until=move.input.completion_date,
        reasons=move.input.reasons,
    )


def determined_by_professional(move: AnyMove) -> None:
    """164.524(a)(3): the reviewable grounds rest on a licensed professional's determination."""
    used = {ground.code.value for ground in move.input.grounds}
    made = _codes(move, "determine")
    for position, ground in enumerate(move.input.grounds):
        code = ground.code.value
        if code in reviewable(sorted(used)) and code not in made:
            raise BadInput.one(
                f"/grounds/{position}/code",
                "This ground needs a licensed health care professional's determination first "
                "(45 CFR 164.524(a)(3)).",
            )


def licence_recorded(move: AnyMove) -> None:
    """A determination names the professional's licence."""
    if not move.actor.licence:
        raise NotNow(
            "Record your licence with the administrator first.", citation="45 CFR 164.524(a)(3)"
        )


def grounds_fit(move: AnyMove) -> None:
    """164.524(a)(3)(iii): a ground about the representative needs one who asks."""
    for position, ground in enumerate(move.input.grounds):
        _fits(move, ground.code.value, at=f"/grounds/{position}/code")


def determined_ground_fits(move: AnyMove) -> None:
    """The same, of a determination before the denial."""
    _fits(move, move.input.ground.value, at="/ground")


def denial_reviewable(move: AnyMove) -> None:
    """164.524(a)(4): only the grounds of (a)(3) carry a right of review, of each denial once."""
    last = latest(move.request.pk, *DECISIONS, *REVIEWS)
    if last is not None and last.move in REVIEWS:
        raise NotNow(
            "This denial has been reviewed already. You can complain to the practice or to the "
            "Secretary of Health and Human Services, and ask anew at any time.",
            citation="45 CFR 164.524(d)(4)",
        )
    if last is None or not reviewable(last.grounds):
        raise NotNow(
            "The law gives no review of the ground used here. You can complain to the practice or to "
            "the Secretary of Health and Human Services.",
            citation="45 CFR 164.524(a)(2)",
        )


def not_part_of_denial(move: AnyMove) -> None:
    """164.524(d)(4): the reviewer was not directly involved in the denial. Persons, not roles."""
    if _took_part(move, move.actor.id):
        raise NotNow(
            "Whoever took part in the denial cannot review it.", citation="45 CFR 164.524(d)(4)"
        )


def reviewer_is_an_account(move: AnyMove) -> None:
    """An account is named, by its id: persons are compared, and no name stands in the clear."""
    account_id(move.input.reviewer, at="/reviewer")


def named_reviewer_free(move: AnyMove) -> None:
    """The person referred to was not directly involved in the denial."""
    if _took_part(move, move.input.reviewer):
        raise BadInput.one(
            "/reviewer",
            "Name someone who took no part in the denial (45 CFR 164.524(d)(4)).",
        )


def invited_reviewer(move: AnyMove) -> None:
    """The review is decided by the professional it was referred to."""
    if move.request.reviewer != move.actor.id:
        raise NotNow("Only the reviewer named in the referral can decide the review.")


def granted_part_open(move: AnyMove) -> None:
    """What was granted beside the denial is still to be given (164.524(d)(1))."""
    not_answered(move)
    last = latest(move.request.pk, *DECISIONS)
    if last is None or last.move != "grant_in_part":
        raise NotNow("Nothing was granted in part here, so there is nothing to give yet.")


def nothing_stays_withheld(move: AnyMove) -> None:
    """After a review all is given, unless part of the denial was on grounds without a review."""
    if move.request.state == "review_reversed" and _withheld_for_good(move):
        raise NotNow(
            "Part of the denial stands: it was made on grounds that no review reaches. Give what the "
            "review opened, and say that it is part.",
            citation="45 CFR 164.524(a)(2), (d)(4)",
        )


def part_stays_withheld(move: AnyMove) -> None:
    """The denial was mixed: the review opened a part, the unreviewable grounds keep the rest."""
    if not _withheld_for_good(move):
        raise NotNow("Nothing stays withheld here: give the records whole.")


def email_warning_given(move: AnyMove) -> None:
    """E-mail in the clear only after the individual was warned and still wants it.

    Who asks in this service is warned by the question itself; the answer is kept with the request.
    """
    known = move.input.warned or move.request.details.accepts_risk
    if move.input.channel.value == "email_clear" and not known:
        raise BadInput.one(
            "/warned",
            "Record that the individual was told the risk of unencrypted e-mail and still wants it.",
        )


def address_given(move: AnyMove) -> None:
    """What is sent somewhere needs the place."""
    if move.input.channel.needs_address and not move.input.address:
        raise BadInput.one("/address", "Enter where it was sent.")


def nothing_left_to_give(move: AnyMove) -> None:
    """164.524(d)(1): whatever the grounds do not reach must be given."""
    if not move.input.nothing_left:
        raise BadInput.one(
            "/nothing_left",
            "Some of the record can be given: grant it in part and withhold only what the grounds reach "
            "(45 CFR 164.524(d)(1)).",
        )


def given_on_possible(move: AnyMove) -> None:
    """An answer was not given before the request was received."""
    if move.input.given_on is not None and move.input.given_on < move.request.received_on:
        raise BadInput.one(
            "/given_on", "The day must be on or after the day the request was received."
        )


def account_id(asked: str, *, at: str) -> str:
    """The account's id as ids are written here; BadInput at the pointer for anything else."""
    try:
        if str(UUID(asked)) == asked:
            return asked
    except ValueError:
        pass
    raise BadInput.one(at, "Give the account's id as this service shows it.")


def _withheld_for_good(move: AnyMove) -> bool:
    last = latest(move.request.pk, *DECISIONS)
    return last is not None and len(reviewable(last.grounds)) < len(last.grounds)


def _fits(move: AnyMove, code: str, *, at: str) -> None:
    if code == AccessGround.HARM_BY_REPRESENTATIVE and move.request.representative_id is None:
        raise BadInput.one(
            at,
            "This ground is about giving records to a personal representative, and the individual "
            "asks in person (45 CFR 164.524(a)(3)(iii)).",
        )


def _codes(move: AnyMove, name: str) -> set[str]:
    rows = Decision.objects.filter(request_id=move.request.pk, move=name)
    return {code for codes in rows.values_list("grounds", flat=True) for code in codes}


def _took_part(move: AnyMove, person: str) -> bool:
    return Involvement.objects.filter(
        request_id=move.request.pk, person=person, part=Part.DENIAL
    ).exists()
