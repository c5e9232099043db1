"""What goes along or is owed whatever the basis is, and what the officer should know."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from requests_app.disclosures.check.facts import Content, Dispute, Facts, RecipientKind
from requests_app.disclosures.check.findings import Finding, Obligation, Remark
from requests_app.disclosures.taxonomy import Basis
from requests_app.standing.amendment_links import same_record


def duty_findings(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """Linked sets, the address the patient asked for, and the notice."""
    for part in (_linked_sets, _address, _notice, _which_was_it):
        yield from part(facts, basis)


def _linked_sets(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """164.526(d)(5): a disputed record goes with what was said about it."""
    asked = facts.asked
    for one in facts.disputes:
        named = any(same_record(one.item, record) for record in asked.records)
        whole = Content.WHOLE_RECORD in asked.contents
        if asked.records and not named and not whole:
            continue
        yield Obligation(
            code="attach_set_or_summary",
            sentence=_set_sentence(one, certain=named or whole),
            citation="45 CFR 164.526(d)(5)(i)-(ii)",
            record=one.record,
        )
        if asked.standard_transaction or basis.code == "PAY":
            yield Obligation(
                code="send_apart",
                sentence=_("Where a standard claim has no room for it, send it to the same recipient apart."),
                citation="45 CFR 164.526(d)(5)(iii)", record=one.record,
            )  # fmt: skip


def _set_sentence(one: Dispute, *, certain: bool) -> str:
    titles = ", ".join(one.papers)
    words = {"item": one.item, "papers": titles}
    if certain:
        what = _("Send with it what belongs to “%(item)s”: %(papers)s.") % words
    else:
        what = _("If it holds “%(item)s”, send with it: %(papers)s.") % words
    return what + (_(" The accurate summary may go instead.") if one.summary else "")


def _address(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """164.522(b): what goes to the patient goes where and how the patient asked."""
    if facts.way is None or facts.asked.recipient_kind != RecipientKind.PATIENT:
        return
    way = facts.way
    places = [place for place in (way.address, way.email, way.telephone) if place]
    sentence = _("Reach the patient only by these means: %(means)s.") % {
        "means": ", ".join(way.means)
    }
    if places:
        sentence += _(" Use: %(places)s.") % {"places": "; ".join(places)}
    if way.never:
        sentence += _(" Never: %(never)s.") % {"never": way.never}
    yield Obligation(
        code="use_address", sentence=sentence, citation="45 CFR 164.522(b)(1)", record=way.record
    )


def _notice(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """164.502(i): what the notice in force does not describe is a warning."""
    if facts.notice is None:
        sentence = _("No notice of privacy practices was in force on that day.")
    elif facts.notice.describes is None:
        sentence = _("Nobody has said yet which disclosures the notice in force describes.")
    elif basis.notice.value in facts.notice.describes:
        return
    else:
        sentence = _("The notice in force does not describe this kind of disclosure.")
    yield Remark(code="notice", sentence=sentence, citation="45 CFR 164.502(i)")


def _which_was_it(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """With a subpoena and an authorization, the one it is really made under is the basis."""
    if facts.paper is not None and basis.code != "AUTH":
        yield Remark(
            code="two_grounds",
            sentence=_("If it is really made under the authorization, ask again with that basis."),
            citation="45 CFR 164.528(a)(1)(iv)",
        )
