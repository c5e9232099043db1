"""May this be sent to the patient, and where to: a table, the registers, and the stop lists."""

import csv
import hmac
import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from msgspec.structs import replace

from audit import clock, log
from audit.log import Facet
from requests_app import events
from requests_app.actions import communications
from requests_app.disclosures.check.facts import Against, Notice, Paper, Stands, Way
from requests_app.disclosures.check.sending import (
    ALWAYS,
    SendFacts,
    SendQuestion,
    decide_sending,
)
from requests_app.permissions import Permission, Role
from requests_app.standing.opt_outs import Sending
from requests_app.standing.preferences import Means
from tests.support import api, office
from tests.support.office import NOON, OFFICER, Office

BOX = "P.O. Box 12, Sampletown, NC 00000"
POST_ONLY = Way(record="w", means=("post",), address=BOX)
OUT = Stands(answer="no", sentence="Asked not to.", citation="45 CFR 164.514", record="o")
SAYS = Notice(record="n", fundraising=True)
PAPER = Paper(record="p", recipient="Us", description="Marketing")
EXPIRED = Against(sentence="It has expired.", citation="45 CFR 164.508(b)(2)(i)", record="p")


def facts(sending: str, *, means: str = "post", address: str = "", **more: Any) -> SendFacts:
    inside = {name: more.pop(name) for name in ("paid_by_others", "face_to_face_or_gift", "answers")
              if name in more}  # fmt: skip
    asked = SendQuestion(
        at=NOON, sending=Sending(sending), means=Means(means), address=address, **inside
    )
    return SendFacts(asked=asked, **more)


CASES = [
    ("nothing stands: the address on file", "bill", {}, "send", ""),
    ("another address was asked", "bill", {"way": POST_ONLY}, "use_this_address", BOX),
    ("already that address", "bill", {"way": POST_ONLY, "address": "p.o. box 12 Sampletown NC 00000"}, "send", BOX),
    ("not by that means", "bill", {"way": POST_ONLY, "means": "email"}, "do_not", ""),
    ("a privacy letter goes the way asked, too", "privacy_letter", {"way": POST_ONLY}, "use_this_address", BOX),
    ("a wish about something: is it about that?", "bill",
     {"way": replace(POST_ONLY, only_about="Results")}, "questions", BOX),
    ("a wish about something else", "bill",
     {"way": replace(POST_ONLY, only_about="Results"), "answers": {"about_wish": False}}, "send", ""),
    ("a wish nobody has confirmed holds it back", "bill", {"unconfirmed": (POST_ONLY,)}, "do_not", ""),
    ("what fits that wish may go", "bill", {"unconfirmed": (POST_ONLY,), "address": BOX}, "send", ""),
    ("treatment alternatives: who pays?", "treatment_alternatives", {}, "questions", ""),
    ("paid by nobody", "treatment_alternatives", {"paid_by_others": False}, "send", ""),
    ("paid by others it is marketing", "treatment_alternatives",
     {"paid_by_others": True, "face_to_face_or_gift": False}, "do_not", ""),
    ("opted out", "treatment_alternatives", {"paid_by_others": False, "stop": OUT}, "do_not", ""),
    ("a newsletter is such material", "newsletter", {"paid_by_others": False}, "send", ""),
    ("marketing: authorized, or face to face?", "marketing", {}, "questions", ""),
    ("face to face", "marketing", {"face_to_face_or_gift": True}, "send", ""),
    ("not authorized", "marketing", {"face_to_face_or_gift": False}, "do_not", ""),
    ("authorized: for this?", "marketing", {"paper": PAPER}, "questions", ""),
    ("authorized for this", "marketing",
     {"paper": PAPER, "answers": {"authorizes_marketing": True}}, "send", ""),
    ("authorized for something else", "marketing",
     {"paper": PAPER, "answers": {"authorizes_marketing": False}}, "do_not", ""),
    ("the authorization has expired", "marketing",
     {"paper": replace(PAPER, against=(EXPIRED,)), "answers": {"authorizes_marketing": True}}, "do_not", ""),
    ("funds, with the statement in the notice", "fundraising", {"notice": SAYS}, "send", ""),
    ("funds, without it", "fundraising", {"notice": replace(SAYS, fundraising=False)}, "do_not", ""),
    ("funds, no notice", "fundraising", {}, "do_not", ""),
    ("funds after the opt-out", "fundraising", {"notice": SAYS, "stop": OUT}, "do_not", ""),
]  # fmt: skip


@pytest.mark.parametrize(("sending", "more", "verdict", "address"),
                         [pytest.param(*case[1:], id=case[0]) for case in CASES])  # fmt: skip
def test_what_may_be_sent_and_where_to(
    sending: str, more: dict[str, Any], verdict: str, address: str
) -> None:
    found = decide_sending(facts(sending, **more))
    assert (found.verdict, found.address) == (verdict, address)
    assert bool(found.reasons) == (verdict == "do_not")
    assert all(one.citation and one.sentence for one in found.reasons)


@pytest.mark.parametrize("sending", sorted(ALWAYS))
@pytest.mark.django_db
def test_no_opt_out_stops_what_always_goes(sending: str) -> None:
    clinic = office.set_up()
    everything = ["treatment_alternatives", "marketing", "fundraising"]
    office.filed("materials_opt_out", details={"wish": "stop", "materials": everything})
    asked = {"patient": str(clinic.patient.pk), "sending": sending, "means": "post"}
    assert communications.ask(asked, actor=OFFICER, now=NOON).decision.verdict == "send"


@pytest.mark.django_db
def test_the_registers_are_asked_through_the_api_and_the_answer_is_an_entry() -> None:
    with clock.frozen(NOON):
        clinic = office.set_up()
        desk = api.staff(Role.FRONT_DESK, name="Fern Desk")
        details = {"means": ["post"], "address": BOX}
        office.filed("confidential_communications", details=details)
        asked = {"patient": str(clinic.patient.pk), "sending": "bill", "means": "post"}
        sent = desk.post("/communications/check", asked, key=None).json()
        by_mail = desk.post("/communications/check", asked | {"means": "email"}, key=None).json()
    assert (sent["verdict"], sent["address"]) == ("use_this_address", BOX)
    assert by_mail["verdict"] == "do_not"
    assert by_mail["reasons"][0]["citation"] == "45 CFR 164.522(b)(1)"
    entries = log.find(Facet.NAME, events.COMMUNICATION_CHECKED).entries
    assert [one.entry.extra["verdict"] for one in entries if one.entry.extra] == [
        "do_not", "use_this_address",
    ]  # fmt: skip


# --- stop lists ------------------------------------------------------------------------------------
def lists(caller: api.Caller) -> dict[str, dict[str, Any]]:
    return {one["sending"]: one for one in caller.get("/stop-lists").json()["stop_lists"]}


@pytest.fixture
def stopped(db: None) -> Office:
    """MR-0001 wants no newsletter; MR-0002 is reached at another place; MR-0003 wants neither."""
    clinic = office.set_up()
    office.filed("materials_opt_out", details={"wish": "stop",
                 "materials": ["treatment_alternatives"]})  # fmt: skip
    second = office.add_patient(clinic.site, number="MR-0002")
    office.add_patient(clinic.site, number="MR-0003")
    details = {"means": ["post"], "address": BOX}
    asked = office.taken_down(
        "confidential_communications", details=details, patient=str(second.pk)
    )
    office.do(asked, "confirm_identity")
    return clinic


def test_a_list_a_day_for_each_sending_and_not_a_second_time(stopped: Office) -> None:
    assert communications.make_stop_lists(now=NOON) == len(Sending)
    assert communications.make_stop_lists(now=NOON + timedelta(hours=2)) == 0
    assert communications.make_stop_lists(now=NOON + timedelta(days=1)) == len(Sending)
    assert len(log.find(Facet.NAME, events.STOP_LIST_MADE).entries) == 2 * len(Sending)


def test_on_it_stand_who_opted_out_and_who_is_reached_in_another_way(stopped: Office) -> None:
    with clock.frozen(NOON):
        communications.make_stop_lists(now=NOON)
        officer = api.staff(Role.PRIVACY_OFFICER)
        made = lists(officer)
        by_number = {"form": "csv", "name_by": "record_number"}
        news = officer.post(f"/stop-lists/{made['newsletter']['id']}/give", by_number, key=None)
        bills = officer.post(f"/stop-lists/{made['bill']['id']}/give", by_number, key=None)
    assert _rows(news) == [["record_number"], ["MR0001"], ["MR0002"]]
    assert _rows(bills) == [["record_number"], ["MR0002"]]
    entry = log.find(Facet.NAME, events.STOP_LIST_GIVEN).entries[-1].entry
    assert entry.extra is not None
    assert entry.extra["count"] == 2
    assert entry.extra["sha256"] == sha256(_bytes(news)).hexdigest()


def test_with_tokens_a_sender_matches_its_own_list_and_learns_no_number(stopped: Office) -> None:
    with clock.frozen(NOON):
        communications.make_stop_lists(now=NOON)
        sender = api.machine(Permission.GIVE_STOP_LISTS)
        made = lists(sender)["newsletter"]
        asked = {"form": "ndjson", "name_by": "token"}
        given = sender.post(f"/stop-lists/{made['id']}/give", asked, key=None)
    key = bytes.fromhex(given["Stop-List-Key"])
    *lines, end = [json.loads(line) for line in _bytes(given).splitlines()]
    mine = {
        hmac.new(key, b"MR0001", sha256).hexdigest(),
        hmac.new(key, b"MR9999", sha256).hexdigest(),
    }
    assert len({line["token"] for line in lines} & mine) == 1
    assert end == {"end": {"count": 2}}
    assert b"MR0001" not in _bytes(given)


def test_a_list_of_everybody_is_not_given_to_who_works_for_one_site(stopped: Office) -> None:
    with clock.frozen(NOON):
        communications.make_stop_lists(now=NOON)
        limited = api.staff(Role.PRIVACY_STAFF, name="Sam Site", site=stopped.site.pk)
        assert limited.get("/stop-lists").status_code == 403


def _bytes(answer: Any) -> bytes:
    if not hasattr(answer, "read_whole"):
        answer.read_whole = b"".join(answer.streaming_content)
    return bytes(answer.read_whole)


def _rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(_bytes(answer).decode().splitlines()))
