"""What a state lets a copy cost at most, beside 164.524(c)(4): the lower of both governs."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from requests_app.kinds import fee_caps, fees
from requests_app.kinds.access_asked import Asked, Form, Manner, Send
from requests_app.kinds.fee_caps import Purpose
from requests_app.kinds.fees import FeePart, FeeQuote, Method, Part
from requests_app.practice.models import Site

PDF, PAPER = Form.PDF, Form.PAPER
APPEAL, SOCIAL, INJURY = (
    Purpose.BENEFIT_APPEAL,
    Purpose.SOCIAL_SECURITY_APPEAL,
    Purpose.INJURY_CLAIM,
)


def asked(form: Form) -> Asked:
    return Asked(
        records="All", manner=Manner.COPY, form=form, send=Send.POST, send_to="3", summary=False
    )


def quote(cents: int, pages: int | None = None, **more: Any) -> FeeQuote:
    told: dict[str, Any] = {"method": Method.ACTUAL, "postage": 0} | more
    parts = ((Part.LABOUR, cents), (Part.POSTAGE, told.pop("postage")))
    return FeeQuote(
        parts=tuple(FeePart(what=what, amount=amount) for what, amount in parts),
        per_page=False,
        kept_electronically=False,
        pages=pages,
        **told,
    )


def refused(state: str, given: FeeQuote, form: Form, *types: str) -> list[str]:
    site = Site(state=state, provider_types=list(types))
    return [one.field for one in fees.state_problems(given, asked(form), site)]


@pytest.mark.parametrize(
    ("state", "given", "form", "where"),
    [
        pytest.param("CA", quote(300, 12), PAPER, [], id="CA, 25 cents a page"),
        pytest.param("CA", quote(301, 12), PAPER, ["/fee/parts"], id="CA, a cent more"),
        pytest.param("CA", quote(300, 12, postage=900), PAPER, [], id="CA, postage apart"),
        pytest.param("CA", quote(300), PAPER, ["/fee/pages"], id="CA, pages not told"),
        pytest.param("CA", quote(0), PAPER, [], id="CA, nothing charged, nothing asked"),
        pytest.param("CA", quote(2000), PDF, [], id="CA, an electronic copy has no page"),
        pytest.param("CA", quote(1, purpose=APPEAL), PDF, ["/fee"], id="CA, free for an appeal"),
        pytest.param("WA", quote(1, purpose=SOCIAL), PAPER, ["/fee"], id="WA, free for an appeal"),
        pytest.param("WA", quote(9_999, 1), PAPER, [], id="WA, else the federal rule alone"),
        pytest.param("FL", quote(2_500, 25), PAPER, [], id="FL, a dollar to page 25"),
        pytest.param("FL", quote(2_525, 26), PAPER, [], id="FL, then 25 cents"),
        pytest.param("FL", quote(2_526, 26), PAPER, ["/fee/parts"], id="FL, a cent more"),
        pytest.param("NY", quote(901, 12), PDF, ["/fee/parts"], id="NY, 75 cents, any form"),
        pytest.param("NC", quote(9_999), PAPER, [], id="NC, an access request has no cap"),
        pytest.param("NC", quote(1_000, 1, purpose=INJURY), PAPER, [], id="NC, ten dollars"),
        pytest.param("NC", quote(1_001, 1, purpose=INJURY), PAPER, ["/fee/parts"],
                     id="NC, one page is no more than that"),
        pytest.param("NC", quote(1_875 + 3_750 + 25, 101, purpose=INJURY), PAPER, [],
                     id="NC, three prices"),
        pytest.param("NC", quote(5_651, 101, purpose=INJURY), PAPER, ["/fee/parts"],
                     id="NC, a cent more"),
        pytest.param("LA", quote(99_999), PAPER, [], id="LA is listed and not in use"),
        pytest.param("KY", quote(99_999), PAPER, [], id="KY is listed and not in use"),
        pytest.param("CO", quote(99_999), PAPER, [], id="CO has the federal fee"),
    ],
)  # fmt: skip
def test_the_states_limit(state: str, given: FeeQuote, form: Form, where: list[str]) -> None:
    assert refused(state, given, form) == where


@pytest.mark.parametrize("method", Method)
def test_it_holds_whatever_the_method(method: Method) -> None:
    assert refused("CA", quote(301, 12, method=method), PAPER) == ["/fee/parts"]


def test_a_rule_for_one_profession_reaches_that_and_whoever_has_not_said() -> None:
    dear = quote(99_999, 1)
    assert refused("FL", dear, PAPER, "physician") == ["/fee/parts"]
    assert refused("FL", dear, PAPER) == ["/fee/parts"]
    assert refused("FL", dear, PAPER, "physical_therapist") == []


def test_the_refusal_names_the_states_rule_and_why_it_governs() -> None:
    site = Site(state="CA", provider_types=[])
    (problem,) = fees.state_problems(quote(301, 12), asked(PAPER), site)
    assert "at most $3.00" in problem.sentence
    assert "123110; 45 CFR 160.203(b)" in problem.sentence


def test_rows_that_were_read_second_hand_or_whole_are_in_use_and_no_other() -> None:
    assert {row.id for row in fee_caps.listed() if not row.enabled} == {"us-la.page", "us-ky.first"}


ROW = '[[cap]]\nid = "us-nc.x"\njurisdiction = "us-nc"\ncitation = "A rule"\n'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ROW, id="no price"),
        pytest.param(f"{ROW}free = true\nsteps = [{{ cents = 1 }}]", id="free at a price"),
        pytest.param(f"{ROW}steps = [{{ to = 5, cents = 1 }}]", id="no end"),
        pytest.param(f"{ROW}steps = [{{ cents = 1 }}, {{ cents = 1 }}]", id="two ends"),
        pytest.param(
            f"{ROW}steps = [{{ to = 5, cents = 1 }}, {{ to = 5, cents = 1 }}, {{ cents = 1 }}]",
            id="out of order",
        ),
        pytest.param(f"{ROW}steps = [{{ cents = 0 }}]", id="a price of nothing"),
        pytest.param(f"{ROW}free = true\nenabled = false", id="off without saying what to verify"),
        pytest.param(f'{ROW}free = true\nverify = "x"', id="in use and to be verified"),
        pytest.param(f'{ROW}free = true\nforms = ["stone"]', id="an unknown form"),
        pytest.param(f'{ROW}free = true\npurposes = ["fun"]', id="an unknown purpose"),
        pytest.param(f"{ROW}free = true\nprice = 1", id="an unknown name"),
        pytest.param(f"{ROW}free = true\n{ROW}free = true", id="one id twice"),
        pytest.param(ROW.replace("us-nc.x", "us-sc.x") + "free = true", id="another state's id"),
        pytest.param(ROW.replace("us-nc", "us-zz") + "free = true", id="no state"),
        pytest.param(ROW.replace("A rule", " ") + "free = true", id="no citation"),
        pytest.param("[[other]]\nx = 1", id="another table"),
    ],
)
def test_a_row_that_would_not_have_been_written_this_way_stops(text: str) -> None:
    with pytest.raises((ValueError, msgspec.ValidationError)):
        fee_caps.listed(text)


def test_the_page_of_caps_is_the_one_the_rows_give() -> None:
    page = Path(__file__).parents[2] / "docs" / "fee-caps.md"
    assert page.read_text(encoding="utf-8") == fee_caps.page(fee_caps.listed())
