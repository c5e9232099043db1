"""One of everything the API's addresses name, and bodies in which the examples' ids are real."""

from datetime import datetime, timedelta
from typing import Any

from audit import clock, log
from audit.actors import Actor
from privacy_portal.accounts import tokens
from privacy_portal.accounts.model_roles import RoleGrant
from requests_app.actions import (
    amendments,
    casework,
    charts,
    communications,
    disclosures,
    documents,
    held,
    involved,
    links,
    practice,
    representatives,
    targets,
)
from requests_app.disclosures.associates import AssociateInquiry
from requests_app.documents.models import Document
from requests_app.kinds import registry
from requests_app.notices.models import NoticeVersion
from requests_app.outbox import OutboxRow
from requests_app.permissions import Permission, Role
from requests_app.practice.models import BusinessAssociate, Designation, RecordSet, Target
from requests_app.questions import EXAMPLE_ID
from requests_app.standing.stop_lists import StopList
from tests.support import api, exporting, office
from tests.support.accounts import COMMAND
from tests.support.api import Caller
from tests.support.office import OFFICER, Office
from tests.support.openapi import Operation

#: Each move is tried on a request of the first kind that has it.
KIND_OF = {move: kind.name for kind in reversed(registry.all_kinds()) for move in kind.moves()}


class World:
    """An office with something under every address."""

    def __init__(self, clinic: Office) -> None:
        self.clinic, self.now = clinic, clock.now()
        self.owner, self.stranger = api.patient(), api.patient("stranger@example.org")
        office.link(self.owner.actor, clinic.patient)
        self.somebody = api.staff(Role.PRIVACY_STAFF, name="Some Body")
        self.who = {"actor": OFFICER, "now": self.now}
        self._make_rows()
        self._make_requests()

    def _make_rows(self) -> None:
        patient = str(self.clinic.patient.pk)
        shown = {
            "patient": patient, "kind": "estate", "name": "Ada Example", "evidence": "Papers seen",
            "authority_from": "2025-01-01",
        }  # fmt: skip
        self.representative = representatives.recognise(shown, **self.who)
        told = {
            "patient": patient, "basis": "PH", "disclosed_on": "2026-01-02", "purpose": "Reporting",
            "recipient_name": "Example County", "description": "One result",
        }  # fmt: skip
        self.line = disclosures.record(told, **self.who)
        self.authorization = office.authorized(self.clinic.patient, now=self.now)
        # It says nothing that could be applied: a question to the officer.
        self.suspension = office.held_back(self.clinic.patient, now=self.now, would_impede=False)
        contract = {
            "name": "Example Billing", "service": "Sends bills", "contact_name": "Bea Example",
            "telephone": "919-555-0161", "in_force_from": "2024-01-01",
        }  # fmt: skip
        practice.add_associate(contract, **self.who)
        aim = {"kind": "accounting", "days": 20, "in_force_from": "2024-01-01"}
        targets.set_target(aim, **self.who)
        other = office.add_patient(self.clinic.site, number="MR-0003", now=self.now)
        self.other = other
        self.code = links.make_code({"patient": str(other.pk)}, **self.who)
        said = {"patient": patient, "name": "Dora Demo", "relation": "Daughter", "ground": "agreed"}
        self.involved = involved.record(said, **self.who)
        notice = {
            "patient": patient, "sender": "Example Hospital", "amended": "The day of the injury",
            "received_on": "2026-03-01",
        }  # fmt: skip
        self.amendment_notice = amendments.receive_notice(notice, **self.who)
        self.listener = office.listening(now=self.now)
        self.exporter = api.staff(Role.AUDITOR, name="Exa Porter")
        self.export, _ = exporting.written("disclosures", self.exporter.actor)
        self.token = tokens.make_for_machine(
            api.machine(Permission.ASK_CHECK, name="Other Client").user,
            [Permission.ASK_CHECK],
            label="",
            expires_at=self.now + timedelta(days=1),
            actor=COMMAND,
            now=self.now,
        ).row
        self.release = office.planned(self.clinic.patient, now=self.now)
        communications.make_stop_lists(now=self.now)
        self.stop_list = StopList.objects.earliest("sending")

    def _make_requests(self) -> None:
        self.references = {
            kind: office.filed(kind, actor=self.owner.actor, now=self.now).reference
            for kind in sorted(set(KIND_OF.values()))
        }
        self.unmatched = office.taken_down(now=self.now).reference
        self.misfiled = office.taken_down(patient=str(self.other.pk), now=self.now).reference
        self.dead = office.dead_letter()
        self.outage = office.outage(now=self.now)
        told = OutboxRow.objects.filter(request__isnull=False, outcome="")
        self.held = held.keep(told.earliest("id"), now=self.now)
        self._make_documents()
        self._make_casework()
        self.review = office.reviewed(now=self.now)

    def _make_documents(self) -> None:
        """One that the owner has announced, one that the owner may fetch, and a record to give."""
        mine = {"actor": self.owner.actor, "now": self.now}
        self.announced = document(self.references["access"], **mine)
        own = document(self.references["access"], content=b"A letter.", **mine)
        self.download = documents.allow_download(str(own.pk), **mine)
        granted = office.filed(actor=self.owner.actor, now=self.now)
        self.record = document(granted.reference, "release", content=b"A record.", **self.who)
        office.act(granted, "grant", office.INPUT["grant"], now=self.now)

    def _make_casework(self) -> None:
        """Something of the office's own that can be ended, and charts to link and to split."""
        reference, who = self.references["access"], self.who
        self.hold = casework.place_hold(
            reference, {"reason": "The archive looks", "until": "2026-03-16"}, **who
        )
        asked = {"department": "Billing", "what": "The bill", "due_on": "2026-03-16"}
        self.task = casework.give_task(reference, asked, **who)
        one, two, three = (
            office.add_patient(self.clinic.site, number=f"MR-010{number}", now=self.now)
            for number in range(3)
        )
        self.second = one
        both = {"patient": str(two.pk), "other": str(three.pk), "why": "The same telephone"}
        self.chart_link = charts.link(both, **who)
        part = {"patient": str(two.pk), "because": "consented", "care": "Counselling"}
        self.segment = charts.split(part, **who)
        self.line_of_part = office.disclosed(two, "2026-02-01", now=self.now)

    def address(self, operation: Operation) -> str:
        """The path with the id of something that is there."""
        path = operation.path.removeprefix("/api/v1")
        path = path.replace("{version}", "1").replace("{reference}", self._reference(path))
        path = path.replace("{place}", "0/000").replace("{index}", "0").replace("{old}", "0")
        return path.replace("{id}", str(self._id(path)))

    def body(self, example: Any) -> Any:
        """The example with the ids and secrets of this world in it."""
        if not isinstance(example, dict):
            return example
        real = {
            "patient": self.clinic.patient.pk,
            "site": self.clinic.site.pk,
            "representative": self.representative.pk,
            "account": self.stranger.user.pk,
            "person": self.somebody.user.pk,
            "authorization": self.authorization.pk,
            "business_associate": BusinessAssociate.objects.earliest("id").pk,
        }
        filled = {
            key: str(real[key]) if value == EXAMPLE_ID and key in real else self.body(value)
            for key, value in example.items()
        }
        if "patients" in filled:
            filled["patients"] = [str(self.clinic.patient.pk), str(self.second.pk)]
        if "other" in filled:
            filled["other"] = str(self.second.pk)
        if set(filled) == {"document", "disclosure"}:
            return {"disclosure": str(self.line_of_part.pk)}
        if "others" in filled:
            filled["others"] = [{"patient": str(self.other.pk)}]
        return filled | ({"code": self.code} if set(filled) == {"code"} else {})

    def _reference(self, path: str) -> str:
        if path.endswith("/patient"):
            return self.unmatched
        if path.endswith("/right-patient"):
            return self.misfiled
        move = path.rpartition("/")[2]
        kind = {
            "measures": "complaint", "persons-to-tell": "amendment", "associates": "accounting",
        }.get(move)  # fmt: skip
        if kind is not None:
            return self.references[kind]
        if move == "measures":
            return self.references["complaint"]
        if move == "accounting":
            return self.references["accounting"]
        return self.references[KIND_OF.get(move, "access")]

    def _id(self, path: str) -> Any:
        first = path.split("/")[1]
        found = {
            "amendment-notices": lambda: self.amendment_notice.pk,
            "inquiries": lambda: AssociateInquiry.objects.filter(replied_at=None).first().pk,  # type: ignore[union-attr]
            "authorizations": lambda: self.authorization.pk,
            "notices": lambda: NoticeVersion.objects.get().pk,
            "people-involved": lambda: self.involved.pk,
            "disclosures": lambda: self.line.pk,
            "dead-letters": lambda: self.dead.pk,
            "outages": lambda: self.outage.pk,
            "holds": lambda: self.hold.pk,
            "tasks": lambda: self.task.pk,
            "chart-links": lambda: self.chart_link.pk,
            "segments": lambda: self.segment.pk,
            "representatives": lambda: self.representative.pk,
            "documents": lambda: self.announced.pk if path.endswith("/content") else self.record.pk,
            "downloads": lambda: self.download.pk,
            "exports": lambda: self.export.pk,
            "populations": lambda: "authorizations",
            "suspensions": lambda: self.suspension.pk,
            "held-messages": lambda: self.held.pk,
            "grants": lambda: RoleGrant.objects.get(user=self.somebody.user).pk,
            "log": lambda: log.recent(limit=1).entries[0].eid,
            "links": lambda: self.clinic.patient.links.filter(account=self.owner.user.pk).get().pk,
            "machine-tokens": lambda: self.token.pk,
            "patients": lambda: self.clinic.patient.pk,
            "log-reviews": lambda: self.review.pk,
            "planned-releases": lambda: self.release.pk,
            "stop-lists": lambda: self.stop_list.pk,
            "users": lambda: self.somebody.user.pk,
            "designations": lambda: Designation.objects.earliest("id").pk,
            "record-sets": lambda: RecordSet.objects.get().pk,
            "business-associates": lambda: BusinessAssociate.objects.get().pk,
            "sites": lambda: self.clinic.site.pk,
            "targets": lambda: Target.objects.get().pk,
            "webhooks": lambda: self.listener.pk,
        }
        return found[first]() if first in found else EXAMPLE_ID


def _kind_with(move: str) -> str:
    """The first kind that has this move; access for whatever is no move."""
    return next((kind.name for kind in registry.all_kinds() if move in kind.moves()), "access")


def document(
    reference: str, sort: str = "came_in", *, content: bytes = b"", actor: Actor, now: datetime
) -> Document:
    """A document that was announced and, with a content, kept."""
    row = documents.announce(reference, {"sort": sort, "name": "Letter.txt"}, actor=actor, now=now)
    if not content:
        return row
    return documents.receive(str(row.pk), [content], size=len(content), actor=actor, now=now)


def send(caller: Caller, operation: Operation, address: str, body: Any, *, version: int = 1) -> Any:
    """The operation as a client would send it, with the headers it asks for."""
    if operation.method == "get":
        return caller.get(address)
    if operation.takes_a_file:
        return caller.send_file(address, b"A letter.")
    if operation.method == "put":
        return caller.put(address, body)
    asked = {one["name"] for one in operation.described.get("parameters", [])}
    etag = {"If-Match": f'"{version}"'} if "If-Match" in asked else {}
    return caller.post(address, body, key="fresh" if "Idempotency-Key" in asked else None, **etag)
