"""What an officer does, for the links and buttons of each move; the timeline says what was done."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy_portal.language.remembered import by_language

VERBS: Mapping[str, str | Promise] = {
    "confirm_identity": _("Confirm who is asking"),
    "ask": _("Ask the person a question"),
    "answer": _("Record the person's answer"),
    "extend": _("Take more time"),
    "determine": _("Record a professional determination"),
    "grant": _("Grant the request"),
    "grant_in_part": _("Grant the request in part"),
    "deny": _("Deny the request"),
    "redirect": _("Say that the records are elsewhere"),
    "could_not_verify": _("Write that identity could not be verified"),
    "arrange_inspection": _("Arrange a time to look at the records"),
    "record_inspection": _("Record that the records were looked at"),
    "propose_summary": _("Propose a summary and its fee"),
    "agree_summary": _("Record that the summary is agreed to"),
    "deliver": _("Record that the records were given"),
    "deliver_granted_part": _("Record that the granted part was given"),
    "ask_for_review": _("Record that a review is asked for"),
    "refer": _("Refer to a reviewer"),
    "uphold": _("Uphold the denial on review"),
    "reverse": _("Reverse the denial on review"),
    "deliver_reviewed_part": _("Record that what the review opened was given"),
    "withdraw": _("Record that the request is withdrawn"),
    "close": _("Close the request"),
    "reopen": _("Take the request up again"),
    "quote_fee": _("Tell the fee in advance"),
    "agree_fee": _("Record that the fee is agreed to"),
    "narrow": _("Make the period shorter"),
    "provide": _("Give the accounting"),
    "supplement": _("Supplement the accounting"),
    "accept": _("Accept the amendment"),
    "accept_in_part": _("Accept the amendment in part"),
    "link": _("Record that the record is amended"),
    "name_persons": _("Record whom the person wants told"),
    "add_person": _("Add somebody who holds the old text"),
    "settle": _("Decide whether somebody is told"),
    "tell": _("Record that somebody was told"),
    "disagree": _("File a statement of disagreement"),
    "rebut": _("Answer the statement of disagreement"),
    "ask_to_accompany": _("Record that request and denial go along"),
    "summarise": _("Write an accurate summary"),
    "acknowledge": _("Acknowledge the complaint"),
    "name_person": _("Name the person it is about"),
    "resolve": _("Resolve the complaint"),
    "accommodate": _("Agree to the request"),
    "end": _("Record that the wish is ended"),
    "carry_out": _("Carry out the wish"),
    "give": _("Give the notice"),
    "email_failed": _("Record that the e-mail came back"),
    "hold_claim": _("Hold the claim until the visit"),
    "agree_out_of_pocket": _("Agree, because it was paid for in full"),
    "not_qualifying": _("Say that it does not qualify as it stands"),
    "ask_again": _("Record that it is asked again"),
    "consider": _("Take it as one the practice may agree to"),
    "agree": _("Agree to the restriction"),
    "agree_in_part": _("Agree to the restriction in part"),
    "refuse": _("Refuse the restriction"),
    "emergency": _("Record use or disclosure in an emergency"),
    "ask_no_further_use": _("Record that the provider was asked to go no further"),
    "payment_reversed": _("Record that the payment was reversed"),
    "payment_made_good": _("Record that the payment was made good"),
    "lapse": _("Say that it is no longer paid in full"),
    "end_at_request": _("End it at the person's wish"),
    "end_by_notice": _("End it for later information"),
    "tell_how": _("Tell how to put it in writing"),
    "take_effect": _("Put the revocation into effect"),
    "record_contest": _("Record the exception for an insurer"),
    "pass_to_care_team": _("Pass it to the care team"),
}


@by_language
def verbs() -> Mapping[str, str]:
    """The words of every move, in the reader's language."""
    return {move: str(words) for move, words in VERBS.items()}


def verb(move: str) -> str:
    """The words of a move; KeyError for one that has none, which a test finds first."""
    return verbs()[move]
