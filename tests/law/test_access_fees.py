"""What a copy may cost (164.524(c)(4)) and in which form it is given (c)(2): tables from the rule."""

from typing import Any

import pytest

from requests_app.kinds import fees
from requests_app.kinds.access_asked import Asked, Form, Manner, Send
from requests_app.kinds.access_rules import form_problem
from requests_app.kinds.delivery import Deliver, Way
from requests_app.kinds.fees import PARTS, FeePart, FeeQuote, Method, Part

CHARGED = {Part.LABOUR, Part.PAPER, Part.MEDIA, Part.POSTAGE}
PDF, ELSE, PAPER = Form.PDF, Form.OTHER_ELECTRONIC, Form.PAPER


def asked(form: Form = PDF, send: Send = Send.EMAIL, manner: Manner = Manner.COPY) -> Asked:
    return Asked(records="All", manner=manner, form=form, send=send, send_to="3", summary=False)


def quote(*parts: tuple[Part, int], method: Method = Method.ACTUAL, **more: bool) -> FeeQuote:
    told = {"per_page": False, "kept_electronically": True} | more
    return FeeQuote(
        method=method,
        parts=tuple(FeePart(what=what, amount=amount) for what, amount in parts),
        **told,
    )


def refused(given: FeeQuote, of: Asked) -> list[str]:
    return [problem.field for problem in fees.problems(given, of)]


def test_only_copying_supplies_and_postage_are_ever_charged() -> None:
    assert {part for part, law in PARTS.items() if law.allowed} == CHARGED
    assert set(PARTS) == set(Part)
    assert all("164.524(c)(4)" in law.citation for law in PARTS.values())


@pytest.mark.parametrize("part", sorted(set(Part) - CHARGED))
def test_what_is_never_charged_is_refused_with_its_rule(part: Part) -> None:
    (problem,) = fees.problems(quote((part, 1)), asked(PAPER, Send.POST))
    assert "is never charged (45 CFR 164.524(c)(4)" in problem.sentence


@pytest.mark.parametrize(
    ("given", "of", "where"),
    [
        pytest.param(quote((Part.LABOUR, 400)), asked(), [], id="labour for an e-copy"),
        pytest.param(quote((Part.LABOUR, 2000)), asked(), [],
                     id="6.50 is a choice and no cap on what a copy costs"),
        pytest.param(quote((Part.PAPER, 90)), asked(), ["/fee/parts/0/what"],
                     id="paper for an electronic copy"),
        pytest.param(quote((Part.PAPER, 90), (Part.POSTAGE, 400)), asked(PAPER, Send.POST), [],
                     id="paper and postage by post"),
        pytest.param(quote((Part.POSTAGE, 400)), asked(PAPER, Send.PICK_UP),
                     ["/fee/parts/0/what"], id="postage for what is picked up"),
        pytest.param(quote((Part.MEDIA, 500)), asked(ELSE, Send.PICK_UP), [],
                     id="a stick that was asked for"),
        pytest.param(quote((Part.MEDIA, 500)), asked(), ["/fee/parts/0/what"],
                     id="a stick with e-mail"),
        pytest.param(quote((Part.LABOUR, 1)), asked(send=Send.PORTAL), ["/fee"],
                     id="through the portal nothing"),
        pytest.param(quote((Part.LABOUR, 1)), asked(manner=Manner.INSPECT),
                     ["/fee"], id="looking costs nothing"),
        pytest.param(quote((Part.LABOUR, 650), method=Method.FLAT), asked(), [], id="flat, 6.50"),
        pytest.param(quote((Part.LABOUR, 651), method=Method.FLAT), asked(), ["/fee/parts"],
                     id="flat, a cent more"),
        pytest.param(quote((Part.LABOUR, 650), method=Method.FLAT), asked(PAPER),
                     ["/fee/method"], id="flat on paper"),
        pytest.param(quote((Part.LABOUR, 650), method=Method.FLAT, kept_electronically=False),
                     asked(), ["/fee/method"], id="flat for a paper chart"),
        pytest.param(quote((Part.LABOUR, 250), per_page=True), asked(), ["/fee/per_page"],
                     id="by the page, electronic"),
        pytest.param(quote((Part.LABOUR, 250), per_page=True, kept_electronically=False), asked(),
                     [], id="by the page, scanned from paper"),
        pytest.param(quote((Part.PAPER, 250), method=Method.AVERAGE, per_page=True), asked(PAPER),
                     [], id="by the page, on paper"),
    ],
)  # fmt: skip
def test_a_quote_holds_what_the_rule_allows(given: FeeQuote, of: Asked, where: list[str]) -> None:
    assert refused(given, of) == where


def given(form: Form, **more: Any) -> Deliver:
    usual: dict[str, Any] = dict.fromkeys(
        ("address", "warned", "given_on", "kept_electronically", "agreed", "summary", "directed",
         "from_ehr", "charged", "not_producible")
    )  # fmt: skip
    return Deliver(**usual | {"given": "All", "channel": Way.EMAIL_SECURE, "form": form} | more)


WHY = {"not_producible": "The system writes no such form."}


@pytest.mark.parametrize(
    ("of", "delivered", "where"),
    [
        pytest.param(PDF, given(PDF), None, id="as asked"),
        pytest.param(PDF, given(PAPER), "/form", id="paper instead, no reason"),
        pytest.param(ELSE, given(PDF, **WHY), "/agreed",
                     id="another electronic form, not agreed"),
        pytest.param(ELSE, given(PDF, **WHY, agreed=True), None,
                     id="another electronic form, agreed"),
        pytest.param(PDF, given(PAPER, **WHY, kept_electronically=True), "/agreed",
                     id="kept electronically: paper only if each electronic form is declined"),
        pytest.param(PDF, given(PAPER, **WHY, kept_electronically=True, agreed=True), None,
                     id="kept electronically, and every electronic form declined"),
        pytest.param(PDF, given(PAPER, **WHY, kept_electronically=False), None,
                     id="kept on paper: a readable hard copy"),
        pytest.param(PAPER, given(PDF), "/form", id="electronic where paper was asked for"),
        pytest.param(PAPER, given(PDF, **WHY), "/agreed", id="the same with a reason alone"),
        pytest.param(PAPER, given(PDF, agreed=True), None, id="the same, agreed"),
    ],
)  # fmt: skip
def test_the_form_is_as_asked_or_as_the_rule_puts_in_its_place(
    of: Form, delivered: Deliver, where: str | None
) -> None:
    found = form_problem(asked(of), delivered)
    assert (found.field if found else None) == where
    assert found is None or "164.524(c)(2)" in found.sentence
