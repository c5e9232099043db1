"""The log through the API: opened with a reason, and every opening is an entry."""

from typing import Any

import pytest

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.permissions import Role
from tests.support import api
from tests.support.api import Caller
from tests.support.office import Office

pytestmark = pytest.mark.django_db
WHY = {"reason": "Yearly review"}


def search(caller: Caller, **asked: Any) -> Any:
    return caller.post("/log/entries/search", WHY | asked)


def test_an_auditor_reads_who_looked_for_a_patient(
    clinic: Office, auditor: Caller, desk: Caller
) -> None:
    desk.post("/patients/find", {"family_name": "Demo"})
    found = search(auditor, facet="name", value=events.READ_PATIENTS).json()["results"]
    assert [(one["actor"]["name"], one["extra"]["count"]) for one in found] == [("Fern Desk", 1)]
    assert found[0]["network"]["address"] == "127.0.0.1"


def test_opening_is_an_entry_with_its_reason(clinic: Office, auditor: Caller) -> None:
    count = len(search(auditor, facet="subject", value=str(clinic.patient.pk)).json()["results"])

    opened = log.find(Facet.NAME, events.READ_LOG).entries[0].entry
    assert (opened.reason, opened.patient) == ("Yearly review", str(clinic.patient.pk))
    assert opened.extra == {"count": count, "facet": "subject", "value": str(clinic.patient.pk)}


def test_the_whole_log_is_reached_by_cursor(clinic: Office, auditor: Caller) -> None:
    everything = [one.eid for one in log.recent(limit=1000).entries]
    seen: list[str] = []
    asked: dict[str, Any] = {"limit": 7}
    while asked.get("cursor", "first"):
        page = search(auditor, **asked).json()
        seen += [one["id"] for one in page["results"]]
        asked["cursor"] = page["next"]
    assert seen == [str(eid) for eid in everything]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        pytest.param({"reason": " "}, "/reason", id="no reason"),
        pytest.param({"facet": "name"}, "/value", id="nothing to look for"),
        pytest.param({"value": "x"}, "/facet", id="not said by what"),
        pytest.param({"facet": "subject", "value": "Demo"}, "/value", id="a name for an id"),
        pytest.param({"facet": "request", "value": "7KQW"}, "/value", id="half a reference"),
        pytest.param({"cursor": "x"}, "/cursor", id="no cursor"),
        pytest.param({"limit": True}, "/limit", id="no number"),
    ],
)
def test_a_search_that_is_incomplete_opens_nothing(
    auditor: Caller, asked: dict[str, Any], pointer: str
) -> None:
    answer = search(auditor, **asked)
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert not log.find(Facet.NAME, events.READ_LOG).entries


def test_a_role_at_one_site_does_not_open_the_log_of_all(clinic: Office) -> None:
    local = api.staff(Role.AUDITOR, name="Lo Cal", site=clinic.site.pk)
    assert search(local).status_code == 403
