"""The gates before any basis, and restrictions, by tables of labelled cases. No database."""

from datetime import date

import pytest
from msgspec.structs import replace

from requests_app.disclosures.check.decide import decide
from requests_app.disclosures.check.facts import (
    Content,
    Dispute,
    Facts,
    Line,
    RecipientKind,
    Restricted,
    Stands,
    Way,
    read,
    written,
)
from requests_app.disclosures.check.findings import Verdict
from requests_app.disclosures.taxonomy import taxonomy
from tests.law.test_taxonomy_conditions import NOT_PLANNED, NOTICE, right

SIX = (Content.DEMOGRAPHIC, Content.OUTCOME)
PLAN, PROVIDER = RecipientKind.HEALTH_PLAN, RecipientKind.PROVIDER
VISIT = date(2026, 3, 2)
CASH = Restricted(
    record="CASH",
    kind="out_of_pocket",
    information="Dry needling",
    recipients=("health_plan",),
    named="Plan P",
    codes=("20560",),
    reveals="97032, through the needles",
    first_day=VISIT,
    last_day=VISIT,
)
AGREED = Restricted(
    record="AGREED",
    kind="discretionary",
    information="Needling records",
    recipients=("provider",),
    named="Dr. X Example",
)


def against(one: Restricted, code: str = "PAY", **asked: object) -> Facts:
    usual = {"recipient": "Plan P", "recipient_kind": PLAN, "contents": (Content.BILLING,)}
    return replace(right(code, **usual | asked), restricted=(one,))


def verdict(facts: Facts) -> str:
    return decide(facts).verdict.value


DENY, GOES, ASKS = "deny", "permit_with_conditions", "questions"


@pytest.mark.parametrize(
    ("line", "asked", "expected"),
    [
        pytest.param(Line(code="20560", on=VISIT), {}, DENY, id="the line itself"),
        pytest.param(Line(code="97032", on=VISIT), {}, DENY, id="what reveals it"),
        pytest.param(Line(code="97110", on=VISIT), {}, GOES, id="another line of the visit"),
        pytest.param(Line(code="20560", on=date(2026, 3, 3)), {}, GOES, id="the day after"),
        pytest.param(Line(code="20560", on=date(2026, 3, 1)), {}, GOES, id="the day before"),
        pytest.param(Line(code="20560"), {}, ASKS, id="day not told: no guess"),
        pytest.param(
            Line(code="20560"), {"first_day": VISIT}, DENY, id="day told for all of it"
        ),
        pytest.param(
            Line(code="20560", on=VISIT), {"recipient_kind": None}, ASKS, id="to whom not told"
        ),
        pytest.param(
            Line(code="20560", on=VISIT), {"recipient": "Plan Q"}, ASKS, id="another plan: asks"
        ),
        pytest.param(
            Line(code="20560", on=VISIT),
            {"recipient": "Dr. Y", "recipient_kind": PROVIDER}, GOES, id="not a plan",
        ),
        pytest.param(
            Line(code="97110", on=VISIT), {"contents": (Content.WHOLE_RECORD,)}, DENY,
            id="the whole record holds it",
        ),
    ],
)  # fmt: skip
def test_what_is_paid_out_of_pocket_is_kept_from_the_plan(
    line: Line, asked: dict[str, object], expected: str
) -> None:
    facts = against(CASH, lines=(line,), **{"whole_record_because": "All of it", **asked})
    assert verdict(facts) == expected


@pytest.mark.parametrize("code", sorted(set(taxonomy().all) - NOT_PLANNED))
def test_a_restriction_stops_payment_and_operations_and_nothing_of_164_512(code: str) -> None:
    line = Line(code="20560", on=VISIT)
    facts = against(CASH, code, lines=(line,))
    stopped = any(one.code == "restriction" for one in decide(facts).reasons)
    assert stopped == (code in {"PAY", "OPS", "BA", "UND", "AMN"})


@pytest.mark.parametrize("code", sorted(set(taxonomy().all) - NOT_PLANNED))
def test_what_no_restriction_can_stop_says_so(code: str) -> None:
    basis = taxonomy().basis(code)
    facts = replace(right(code), restricted=(AGREED,))
    never = {one.citation for one in decide(facts).reasons if not one.stops}
    expected = "164.512" in basis.citation or code in {"SEC", "DIR"}
    assert ("45 CFR 164.522(a)(1)(v)" in never) == expected


CONTAINS = {"contains:AGREED": True}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({}, ASKS, id="what it holds is not told"),
        pytest.param({"answers": CONTAINS}, DENY, id="it holds it"),
        pytest.param({"answers": {"contains:AGREED": False}}, GOES, id="it does not: leave out"),
        pytest.param({"answers": CONTAINS, "recipient": "Dr. Y Sample"}, "permit", id="another"),
        pytest.param({"answers": CONTAINS, "recipient": "dr x example"}, DENY, id="folded name"),
        pytest.param({"answers": CONTAINS, "recipient": "X. Other"}, ASKS, id="could be"),
        pytest.param({"answers": CONTAINS, "recipient_kind": PLAN}, "permit", id="not a provider"),
        pytest.param({"answers": CONTAINS, "emergency": True}, ASKS, id="emergency, no reason"),
        pytest.param(
            {"answers": CONTAINS, "emergency": True, "emergency_need": "Lung"}, GOES,
            id="emergency with its reason",
        ),
    ],
)  # fmt: skip
def test_an_agreed_restriction_toward_a_provider(asked: dict[str, object], expected: str) -> None:
    usual = {"recipient": "Dr. X Example", "recipient_kind": PROVIDER}
    assert verdict(against(AGREED, "TRT", **usual | asked)) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2026, 4, 1), DENY, id="received by the day of the notice"),
        pytest.param(date(2026, 4, 2), GOES, id="received after it: leave the old out"),
        pytest.param(None, DENY, id="when is not told, and it holds it"),
    ],
)
def test_ended_by_notice_only_the_old_stays_restricted(on: date | None, expected: str) -> None:
    ended = replace(AGREED, covers_until=date(2026, 4, 1))
    usual = {"recipient": "Dr. X Example", "recipient_kind": PROVIDER, "answers": CONTAINS}
    assert verdict(against(ended, "TRT", **usual | {"first_day": on})) == expected


def test_a_restriction_on_use_alone_stops_no_disclosure() -> None:
    used = replace(AGREED, limit="use")
    facts = against(used, "TRT", recipient="Dr. X Example", recipient_kind=PROVIDER)
    assert verdict(facts) == "permit"


@pytest.mark.parametrize(
    ("code", "contents", "statement", "opted_out", "expected"),
    [
        pytest.param("OPS", SIX, True, False, GOES, id="all is so"),
        pytest.param("OPS", SIX, False, False, DENY, id="the notice does not say it"),
        pytest.param("OPS", SIX, True, True, DENY, id="after an opt-out"),
        pytest.param("BA", (*SIX, Content.RESULTS), True, False, DENY, id="a seventh item"),
        pytest.param("PAY", SIX, True, False, DENY, id="not as payment"),
    ],
)
def test_funds_are_raised_only_as_514_f_says(
    code: str, contents: tuple[Content, ...], statement: bool, opted_out: bool, expected: str
) -> None:
    out = Stands(answer="no", sentence="Asked not to.", citation="45 CFR 164.514(f)", record="o")
    facts = replace(
        right(code, contents=contents, fundraising=True),
        notice=replace(NOTICE, fundraising=statement),
        no_fundraising=out if opted_out else None,
    )
    decision = decide(facts)
    assert decision.verdict == expected
    assert {one.code for one in decision.reasons} <= {"fundraising"}


HEARD, UNHEARD = {"ordered_after_hearing": True}, {"ordered_after_hearing": False}


@pytest.mark.parametrize(
    ("code", "answers", "asked", "stopped"),
    [
        pytest.param("JUD-S", {}, "against_patient", False, id="a subpoena: asked what for"),
        pytest.param("JUD-S", {"against_patient": False}, "", False, id="not against the patient"),
        pytest.param(
            "JUD-S", {"against_patient": True}, "ordered_after_hearing", False, id="order?"
        ),
        pytest.param("JUD-S", {"against_patient": True} | UNHEARD, "", True, id="no order"),
        pytest.param("JUD-O", {"against_patient": True} | HEARD, "", False, id="ordered and heard"),
        pytest.param(
            "JUD-O", {"against_patient": True} | UNHEARD, "", True, id="without a hearing"
        ),
        pytest.param("LE1", {"against_patient": True} | UNHEARD, "", True, id="a warrant alone"),
        pytest.param("OVS", {}, "against_patient", False, id="oversight may lead to one"),
        pytest.param("AUTH", {}, "", False, id="the patient consents"),
        pytest.param("TRT", {}, "", False, id="treatment is no proceeding"),
    ],
)
def test_substance_use_records_are_not_used_against_the_patient(
    code: str, answers: dict[str, bool], asked: str, stopped: bool
) -> None:
    """42 CFR 2.12(d)(1)."""
    whole = right(code)
    facts = replace(
        whole,
        asked=replace(
            whole.asked, contents=(Content.PART_2,), answers=whole.asked.answers | answers
        ),
    )
    found = decide(facts)
    fields = {one.field for one in found.questions if one.citation == "42 CFR 2.12(d)(1)"}
    assert fields == ({f"/answers/{asked}"} if asked else set())
    assert ("part_2" in {one.code for one in found.reasons}) is stopped
    assert (found.verdict is Verdict.DENY) >= stopped


def test_whether_it_is_for_funds_is_asked_of_operations() -> None:
    fields = [one.field for one in decide(right("OPS", fundraising=None)).questions]
    assert fields == ["/fundraising"]


@pytest.mark.parametrize(
    ("code", "kind", "denied"),
    [
        pytest.param("OPS", RecipientKind.OVERSIGHT_AGENCY, True, id="a regulator as operations"),
        pytest.param("BA", RecipientKind.SECRETARY, True, id="the Secretary as an associate"),
        pytest.param("OVS", RecipientKind.OVERSIGHT_AGENCY, False, id="a regulator as oversight"),
        pytest.param("SEC", RecipientKind.SECRETARY, False, id="the Secretary"),
        pytest.param("OPS", RecipientKind.AUDITOR, False, id="our own auditor"),
    ],
)
def test_showing_a_file_to_a_regulator_is_a_disclosure_to_it(
    code: str, kind: RecipientKind, denied: bool
) -> None:
    decision = decide(right(code, recipient_kind=kind))
    assert (decision.verdict is Verdict.DENY) == denied
    assert denied == ("regulator" in {one.code for one in decision.reasons})


def test_a_whole_record_needs_its_reason_where_the_minimum_is_asked() -> None:
    whole = {"contents": (Content.WHOLE_RECORD,)}
    asked = decide(right("OPS", **whole))
    assert [one.field for one in asked.questions] == ["/whole_record_because"]
    assert asked.questions[0].citation == "45 CFR 164.514(d)(5)"
    assert verdict(right("OPS", whole_record_because="The review needs it", **whole)) == GOES
    assert verdict(right("TRT", **whole)) == "permit", "not for treatment (502(b)(2))"


def test_a_gate_that_stops_asks_nothing_of_the_basis() -> None:
    facts = right("JUD-S", contents=(Content.PSYCHOTHERAPY_NOTES,), answers={}, held={})
    decision = decide(facts)
    assert decision.verdict is Verdict.DENY
    assert decision.questions == ()
    assert decision.obligations == ()


@pytest.mark.parametrize(
    ("describes", "warned"),
    [
        pytest.param(("public_health",), False, id="it does"),
        pytest.param(("treatment",), True, id="it does not"),
        pytest.param(None, True, id="nobody has said"),
    ],
)
def test_what_the_notice_does_not_describe_is_a_warning_and_no_more(
    describes: tuple[str, ...] | None, warned: bool
) -> None:
    facts = replace(right("PH"), notice=replace(NOTICE, describes=describes))
    decision = decide(facts)
    assert decision.verdict.lets_go
    assert bool(decision.warnings) == warned


@pytest.mark.parametrize(
    ("answer", "answers", "expected"),
    [
        pytest.param("yes", {}, GOES, id="on record as told"),
        pytest.param("no", {}, DENY, id="objected to"),
        pytest.param("ask", {}, ASKS, id="nothing on record"),
        pytest.param("ask", {"patient_agrees": True}, GOES, id="the patient agrees now"),
        pytest.param("ask", {"patient_agrees": False}, ASKS, id="not able: judgment"),
        pytest.param(
            "ask", {"patient_agrees": False, "best_interest": True}, GOES, id="best interest"
        ),
        pytest.param(
            "ask", {"patient_agrees": False, "best_interest": False}, DENY, id="neither"
        ),
    ],
)  # fmt: skip
def test_family_is_told_by_what_is_on_record_or_by_asking(
    answer: str, answers: dict[str, bool], expected: str
) -> None:
    said = Stands(answer=answer, sentence="So it is.", citation="45 CFR 164.510(b)", record="r")
    assert verdict(replace(right("FAM", answers=answers), speaking=said)) == expected


def test_what_goes_to_the_patient_goes_where_the_patient_asked() -> None:
    way = Way(record="w", means=("post",), address="P.O. Box 12, Sampletown", never="call me")
    (duty,) = decide(replace(right("IND"), way=way)).obligations
    assert (duty.code, duty.record) == ("use_address", "w")
    assert "P.O. Box 12" in duty.sentence
    assert "never" in duty.sentence.lower()


@pytest.mark.parametrize(
    ("records", "said"),
    [
        pytest.param(("visit of 12 January",), "Send with it", id="named: certain"),
        pytest.param((), "If it holds", id="records not told: on condition"),
        pytest.param(("another",), None, id="another record"),
    ],
)
def test_a_disputed_record_goes_with_its_linked_set(
    records: tuple[str, ...], said: str | None
) -> None:
    dispute = Dispute(record="D", item="Visit of 12 January", papers=("Denial",), summary=True)
    duties = decide(replace(right("TRT", records=records), disputes=(dispute,))).obligations
    found = [one.sentence for one in duties if one.code == "attach_set_or_summary"]
    assert [sentence.startswith(said) for sentence in found] == ([True] if said else [])
    assert all("summary may go instead" in sentence for sentence in found)


@pytest.mark.parametrize("code", sorted(taxonomy().all))
def test_the_same_facts_give_the_same_answer_after_they_were_kept(code: str) -> None:
    facts = against(CASH, code, lines=(Line(code="20560", on=VISIT),))
    again = read(written(facts))
    assert again == facts
    assert decide(again) == decide(facts)
    assert written(again) == written(facts)
