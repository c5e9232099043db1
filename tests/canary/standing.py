"""Canaries in what stands in force and in who stands around a patient.

These rooms are filled by actions that no route of the API reaches yet, or by details that the walk
sends whole; so each is filled here by its action, for a patient of its own.
"""

from typing import Any

from requests_app.actions import (
    amendments,
    authorizations,
    check,
    communications,
    disclosures,
    involved,
    notices,
    patients,
    releases,
)
from requests_app.intake import taking
from tests.canary.people import People, identity, mail_address
from tests.support import office
from tests.support.canary import TELEPHONE, Cage
from tests.support.office import NOON, OFFICER, act, do

BY: dict[str, Any] = {"actor": OFFICER, "now": NOON}


def stand(cage: Cage, site: str) -> None:
    """All of it."""
    patient = patients.add(identity(cage, "standing") | {"site": site}, **BY)
    who = {"patient": str(patient.pk)}
    statements(cage, who)
    papers(cage, who)
    wishes(cage, who)
    amended(cage, who)
    asked(cage, who)
    researched(cage, who)


def words(cage: Cage, place: str, *names: str) -> dict[str, str]:
    return {name: cage.canary(f"{place}.{name}") for name in names}


def statements(cage: Cage, who: dict[str, str]) -> None:
    """What was said of a person involved, and the effort to get an acknowledgment."""
    said = words(cage, "involved", "name", "relation", "by_whom", "part")
    involved.record(who | said | {"ground": "agreed"}, **BY)
    effort = words(cage, "acknowledgment", "effort")
    notices.acknowledge(who | effort | {"outcome": "not_obtained"}, **BY)


def papers(cage: Cage, who: dict[str, str]) -> None:
    """A consent on file, and a notice of amendment from somebody else."""
    paper = office.AUTHORIZATION | words(cage, "consent", "description", "where_kept")
    authorizations.record(paper | who | {"paper": "treatment"}, **BY)
    notice = words(cage, "incoming notice", "sender", "contact", "amended")
    amendments.receive_notice(who | notice | {"received_on": "2026-03-01"}, **BY)


def wishes(cage: Cage, who: dict[str, str]) -> None:
    """An objection that names people, the means somebody asked for, and in which language."""
    person = words(cage, "objection", "name", "relation")
    objection = {"wish": "object", "scopes": ["family"], "people": [person]}
    language = words(cage, "objection wishes", "language")
    office.taken_down("objection", details=objection, wishes=language, **who)
    reach = words(cage, "preference", "address", "never", "only_about", "payment") | {
        "email": mail_address(cage, "preference.email"),
        "telephone": TELEPHONE,
        "means": ["email", "post", "telephone"],
    }
    asked = office.taken_down("confidential_communications", details=reach, **who)
    do(asked, "confirm_identity")


def amended(cage: Cage, who: dict[str, str]) -> None:
    """What was asked to be amended, linked to the record it is about."""
    item = words(cage, "amendment", "record", "wrong", "should")
    asked = office.taken_down("amendment", details={"items": [item]}, **who)
    do(asked, "confirm_identity", "accept")
    linked = words(cage, "amendment link", "record", "where") | {"item": 1, "how": "linked"}
    act(asked, "link", {"records": [linked]})


def asked(cage: Cage, who: dict[str, str]) -> None:
    """What was asked of the checks, what was planned after one, and whom not to write to."""
    paper = office.AUTHORIZATION | who | words(cage, "checked paper", "description")
    found = authorizations.record(paper, **BY).authorization
    assert found is not None
    question = (
        who
        | words(cage, "check", "recipient", "purpose", "whole_record_because")
        | {
            "basis": "AUTH",
            "authorization": str(found.pk),
            "answers": [{"name": "names_recipient", "answer": True}],
            "contents": ["visit_notes"],
        }
    )
    check.ask(question, **BY)
    plan = words(cage, "planned release", "description", "recipient_address")
    plan |= {"at": NOON.isoformat()}
    releases.plan(plan | {"check": question}, **BY)  # type: ignore[dict-item]
    communications.make_stop_lists(now=NOON)


def researched(cage: Cage, who: dict[str, str]) -> None:
    """Research on fifty or more individuals, told in its six items."""
    told = words(cage, "research line", "recipient_name", "description", "purpose")
    research = words(cage, "research", "protocol", "purpose", "information")
    people = {
        part: words(cage, f"research.{part}", "name", "address", "telephone")
        for part in ("sponsor", "researcher")
    }
    shape = {"basis": "RES-W", "disclosed_on": "2026-02-01"}
    asked = {"research": research | people | {"individuals": 200}}
    disclosures.record(who | told | shape | asked, **BY)

    series = words(cage, "series", "frequency") | {"count": 4}
    several = {"basis": "PH", "disclosed_on": "2026-01-05", "disclosed_until": "2026-01-26"}
    disclosures.record(who | told | several | {"series": series}, **BY)
    kept = words(cage, "earlier accounting", "where_kept") | {"fee": 0, "key": "1"}
    days = {"requested_on": "2026-01-05", "given_on": "2026-01-20", "line": "accounting"}
    report = taking.take([who | kept | days], **BY)
    assert not report.refused


def somebody_else(cage: Cage, people: People) -> str:
    """The id of another patient of the same site."""
    site = {"site": str(people.clinic.site.pk)}
    number = {"record_number": cage.canary(f"somebody else {len(cage.places)}")}
    return str(patients.add(identity(cage, "somebody else") | number | site, **BY).pk)


def in_doubt(people: People) -> str:
    """A statement of an agency that the officer has yet to answer."""
    return str(office.held_back(people.clinic.patient, would_impede=False).pk)
