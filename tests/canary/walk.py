"""A walk through every operation of the OpenAPI document, on the roads that end well and the others."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from drf_spectacular.generators import SchemaGenerator

from privacy_portal.accounts.model_roles import RoleGrant
from privacy_portal.accounts.model_tokens import ApiToken
from requests_app.actions import (
    amendments,
    casework,
    charts,
    documents,
    held,
    involved,
    log_reviews,
    patients,
)
from requests_app.disclosures.associates import AssociateInquiry
from requests_app.documents.models import Document
from requests_app.falling_due.models import Outage
from requests_app.kinds import registry
from requests_app.kinds.base import UNBORN, Kind
from requests_app.notices.models import NoticeVersion
from requests_app.outbox import OutboxRow
from requests_app.people.models import AccountLink
from requests_app.practice.models import BusinessAssociate, Designation, RecordSet, Target
from requests_app.standing.stop_lists import StopList
from requests_app.subscriptions import Subscription
from tests.canary import standing
from tests.canary.bodies import Body, Path, Schema, planted, shapes
from tests.canary.people import NEWCOMER, STAFF, People, fresh_account, identity, link_code
from tests.canary.web import Answer, Web
from tests.support import exporting, office
from tests.support.canary import BIRTH_DATE, TELEPHONE, Cage, Mark
from tests.support.database import OwnDatabase
from tests.support.office import NOON, PATIENT
from tests.support.places import PLACES, state_of

NOBODY = str(UUID(int=0))
#: What is sent there is about the practice and its staff, and may stand in the clear.
OFFICE = re.compile(
    r"/api/v1/(practice|sites|designations|record-sets|business-associates|users|grants"
    r"|machine-tokens|notices)(/|$)"
)
TRIES = 12
#: What an example names and this office has not: an authorization on file, a way that is not chosen.
LEFT_OPEN = ("authorization", "telephone")
HELD = {"reason": "The archive looks", "until": "2026-03-16"}
GIVEN = {"department": "Billing", "what": "The bill", "due_on": "2026-03-16"}
BY: dict[str, Any] = {"actor": office.OFFICER, "now": NOON}
#: Walked before all others, by tests/canary/pages.py: wrong tokens use up the attempts.
ALONE = {"/api/v1/sign-in"}
_METHODS = ("get", "post", "put", "patch", "delete")
_ACTION = re.compile(r"/api/v1/requests/\{reference\}/actions/(\w+)")


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    described: Schema

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def body(self) -> Schema | None:
        content = self.described.get("requestBody", {}).get("content", {})
        found: Schema | None = content.get("application/json", {}).get("schema")
        return found

    @property
    def takes_a_file(self) -> bool:
        content = self.described.get("requestBody", {}).get("content", {})
        return "application/octet-stream" in content

    @property
    def shapes(self) -> list[Schema | None]:
        """Each shape its body may have; None alone where it takes no body."""
        return [None] if self.body is None else [*shapes(self.body)]

    def named(self, where: str) -> list[str]:
        parameters = self.described.get("parameters", ())
        return [one["name"] for one in parameters if one["in"] == where]

    def turn(self) -> tuple[bool, bool, bool]:
        """Last what ends something; before it what changes the practice; reading after writing."""
        ends = self.path.endswith(("/end", "/deactivate", "/sign-out"))
        ends = ends and not _ACTION.fullmatch(self.path)
        return ends, self.mark is Mark.OPEN, self.method == "GET"

    @property
    def mark(self) -> Mark:
        return Mark.OPEN if OFFICE.match(self.path) else Mark.SHUT


def operations() -> list[Operation]:
    """Every operation of the document, references resolved."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return [
        Operation(method.upper(), path, _resolved(described, document))
        for path, methods in document["paths"].items()
        for method, described in methods.items()
        if method in _METHODS
    ]


def _resolved(value: Any, document: Schema) -> Any:
    if isinstance(value, list):
        return [_resolved(one, document) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        found = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return _resolved(found, document)
    return {name: _resolved(one, document) for name, one in value.items() if name != "responses"}


@dataclass
class Walk:
    """Walks, and remembers which operation ended well."""

    web: Web
    cage: Cage
    people: People
    own: OwnDatabase
    well: set[str] = field(default_factory=set)
    number: int = 0

    def everywhere(self) -> None:
        """In an order in which there is something to read, and what is needed is not yet ended."""
        for operation in sorted(operations(), key=Operation.turn):
            if operation.path not in ALONE:
                self.along(operation)

    def unwalked(self, every: list[Operation]) -> list[str]:
        """The operations, and the shapes of a body, that never ended well: teach what they need."""
        wanted = {
            str(one) if _ACTION.fullmatch(one.path) else f"{one} shape {number}"
            for one in every
            if one.path not in ALONE
            for number, _ in enumerate(one.shapes)
        }
        return sorted(wanted - self.well)

    def along(self, operation: Operation) -> None:
        self.wrong_addresses(operation)
        if operation.takes_a_file:
            self.wrong_files(operation)
        if operation.body is not None:
            self.wrong_bodies(operation, operation.body)
        action = _ACTION.fullmatch(operation.path)
        if action:
            self.action(operation, action.group(1))
        else:
            self.any_other(operation)

    # --- roads that end badly --------------------------------------------------------------------
    def wrong_addresses(self, operation: Operation) -> None:
        """A canary for each part of the address and each query; a token that opens nothing."""
        call, place = self.web.call, str(operation)
        path = re.sub(r"\{\w+\}", self.cage.canary(f"{place} path"), operation.path)
        right = self.filled(operation.path, NOBODY)
        officer, patient = (self.people.tokens[who.id] for who in (office.OFFICER, PATIENT))
        for token in (officer, patient) if path != operation.path else ():
            call(operation.method, path, {}, token=token, If_Match='"1"')
        for name in (*operation.named("query"), self.cage.canary(f"{place} query name")):
            word = self.cage.canary(f"{place} query {name}")
            call(operation.method, f"{right}?{name}={word}", {}, token=officer)
        word = self.cage.canary(f"{place} header Authorization")
        call(operation.method, right, {}, token=word)
        if operation.method == "GET":
            call(operation.method, right, {}, Authorization=f"Basic {word}")
            call(operation.method, right, {}, Accept=f"text/{word}", token=officer)

    def wrong_bodies(self, operation: Operation, schema: Schema) -> None:
        place = str(operation)
        path = self.filled(operation.path, NOBODY)
        token = self.people.tokens[office.OFFICER.id]
        for body in self._wrong(place, schema):
            headers = {"If_Match": '"1"', "Idempotency_Key": self.key(place)}
            self.web.call(operation.method, path, body, token=token, **headers)
        word = self.cage.canary(f"{place} header If-Match")
        self.web.call(operation.method, path, {}, token=token, If_Match=word, Idempotency_Key=word)
        word = self.cage.canary(f"{place} file name")
        form = (
            f'--x\r\nContent-Disposition: form-data; name="{word}"; filename="{word}"\r\n\r\n{word}'
        )
        for kind in ("multipart/form-data; boundary=x", f"text/{word}"):
            sent = f"{form}\r\n--x--".encode()
            self.web.call(operation.method, path, sent, token=token, Content_Type=kind)

    def wrong_files(self, operation: Operation) -> None:
        """What is no kind of file that is taken, and what is no file at all."""
        word = self.cage.canary(f"{operation} wrong file").encode()
        for content in (b"MZ\0" + word, word + b"\0", b"\xff" + word):
            self.sent_as_file(operation, content)
        path = self.filled(operation.path, None)
        self.web.call("PUT", path, word, token=self.people.tokens[office.OFFICER.id])

    def sent_as_file(self, operation: Operation, content: bytes) -> Answer:
        path, token = self.filled(operation.path, None), self.people.tokens[office.OFFICER.id]
        kind = "application/octet-stream"
        return self.web.call(operation.method, path, content, token=token, Content_Type=kind)

    def _wrong(self, place: str, schema: Schema) -> Iterator[Any]:
        """Bodies of which no operation can make anything."""
        word = self.cage.canary(f"{place} wrong")
        for shape in shapes(schema):
            names = shape.get("properties", {})
            for wrong in (word * 700, {word: word}, [word, {word: [word]}], f"{word}\0"):
                yield dict.fromkeys(names, wrong)
        yield {word: word}
        yield [word]
        yield word
        yield f'{{"{word}": '.encode()
        yield b'{"a": "\xff%b"}' % word.encode()
        yield f'{{"{word}": 1, "{word}": 2}}'.encode()

    # --- roads that end well ---------------------------------------------------------------------
    def any_other(self, operation: Operation) -> None:
        """Offered to everybody, each on a fresh thing, with every shape its body may have."""
        if operation.takes_a_file:
            word = self.cage.canary(f"{operation} file").encode()
            if self.sent_as_file(operation, word).ok:
                self.well.add(f"{operation} shape 0")
            return
        for number, shape in enumerate(operation.shapes):
            for who in (*STAFF, PATIENT, NEWCOMER):
                answer = self.offered(operation, shape, who.id)
                if answer.ok:
                    self.well.add(f"{operation} shape {number}")
                if answer.ok and operation.method != "GET":
                    break

    def offered(self, operation: Operation, shape: Schema | None, who: str) -> Answer:
        path = self.filled(operation.path, None)
        usual = self.usual(operation, shape)
        return self.insisting(operation, shape, path=path, who=who, usual=usual, version=1)

    def action(self, operation: Operation, name: str) -> None:
        """From a place where the move is legal, by the first who may."""
        for kind in registry.all_kinds():
            if name in kind.moves():
                self._move(operation, kind, name)

    def _move(self, operation: Operation, kind: type[Kind], name: str) -> None:
        sources = kind.moves()[name].paths.keys() - {UNBORN}
        places = [one for one in PLACES[kind.name] if state_of(one) in sources]
        usual = office.usual(kind.name, name)
        for place in places:
            request = PLACES[kind.name][place](self.people.clinic, PATIENT)
            for who in (PATIENT, *STAFF):
                version = type(request)._base_manager.get(pk=request.pk).version
                path = operation.path.replace("{reference}", request.reference)
                for shape in shapes(operation.body or {"type": "object"}):
                    answer = self.insisting(
                        operation, shape, path=path, who=who.id, usual=usual, version=version
                    )
                    if answer.ok:
                        return

    def insisting(
        self, operation: Operation, shape: Schema | None, *, path: str, who: str, usual: Any,
        version: int,
    ) -> Answer:  # fmt: skip
        """Sent again and again, each time with what was wrong put right."""
        place = str(operation)
        value = planted(shape, self.plant(operation)) if shape is not None else None
        if operation.path == "/api/v1/planned-releases" and value is not None:
            self.answer_the_check(value["check"])
        if operation.path.endswith("/patients/{id}/documents") and value is not None:
            value["sort"] = "authority"
        body = Body(shape or {}, value, usual, self.known())
        for _ in range(TRIES):
            answer = self.web.call(
                operation.method, path, body.value, token=self.people.tokens[who],
                Idempotency_Key=self.key(place), If_Match=f'"{version}"',
            )  # fmt: skip
            if answer.ok:
                self.well.add(place)
            if not answer.pointers or not body.put_right(answer.pointers):
                break
        return answer

    def answer_the_check(self, check: dict[str, Any]) -> None:
        """What a planned report needs to be let go; no field of it is wrong without."""
        for name in ("answers", "authorization", "business_associate"):
            del check[name]
        check["held"] = [{"name": "legal_basis", "value": self.cage.canary("planned held")}]
        check["basis"], check["contents"], check["fundraising"] = "PH", ["results"], False

    # --- what is filled in -----------------------------------------------------------------------
    def plant(self, operation: Operation) -> Callable[[Path], str]:
        """The canary of each field; where an e-mail address is asked, one that looks like it."""

        def one(at: Path) -> str:
            word = self.cage.canary(f"{operation} {'/'.join(map(str, at))}", operation.mark)
            if at[-1:] == ("url",):
                return f"https://{word}.invalid/events".lower()
            return f"{word}@example.org".lower() if at[-1:] in {("email",), ("address",)} else word

        return one

    def key(self, place: str) -> str:
        """A fresh key each time, and a canary each time."""
        self.number += 1
        return self.cage.canary(f"{place} header Idempotency-Key {self.number}")

    def usual(self, operation: Operation, shape: Schema | None) -> Any:
        """What an accepted body holds where the schema's examples are of no use."""
        if operation.path.endswith(("/kind", "/submissions")):
            details = {"kind": "accounting", "details": {}, "channel": "telephone"}
            several = [str(self.people.clinic.patient.pk), self.second()]
            return details | {
                "received_at": NOON.isoformat(), "representative": None, "patients": several,
            }  # fmt: skip
        kind = (shape or {}).get("properties", {}).get("kind", {}).get("const")
        if operation.path.endswith("/disclosures/releases"):
            return {"others": [{"patient": standing.somebody_else(self.cage, self.people)}]}
        if "/exports/" in operation.path:
            return {"basis": None, "facet": None, "value": None, "kind": None, "reason": "Review"}
        if kind is None:
            return {}
        return {
            "details": dict.fromkeys(LEFT_OPEN) | office.DETAILS[kind],
            "channel": "telephone",
            "received_at": NOON.isoformat(),
            "representative": None,
        }

    def known(self) -> dict[str, Any]:
        people = self.people
        return {
            "patient": str(people.clinic.patient.pk),
            "site": str(people.clinic.site.pk),
            "representative": str(people.representative.pk),
            "person": office.STAFF.id,
            "reviewer": office.REVIEWER.id,
            "account": _Lazy(lambda: fresh_account(self.cage)),
            "other": _Lazy(self.second),
            "disclosure": str(people.disclosure.pk),
            "telephone": TELEPHONE,
            "birth_date": BIRTH_DATE,
            "code": _Lazy(lambda: link_code(people.clinic)),
            "basis": "PH",
            "state": "NC",
            "time_zone": "America/New_York",
        }

    def filled(self, path: str, instead: str | None) -> str:
        """The address of something there is; or of `instead`, which is nothing there is."""

        def one(found: "re.Match[str]") -> str:
            if instead is None and path.endswith("/measures"):
                return office.taken_down("complaint").reference
            if instead is None and path.endswith("/right-patient"):
                return office.taken_down(patient=self.second()).reference
            if instead is None and path.endswith("/accounting"):
                whom = str(self.people.clinic.patient.pk)
                return office.taken_down("accounting", patient=whom).reference
            return instead or self.there_is(found.group(1), path)

        return re.sub(r"(?<=/)([\w-]+)/\{\w+\}", lambda f: f"{f.group(1)}/{one(f)}", path)

    def there_is(self, what: str, path: str) -> str:
        """The id of one of these, such as the path asks for."""
        found: dict[str, Callable[[], Any]] = {
            "requests": lambda: office.taken_down().reference,
            "receipts": lambda: 1,
            "patients": lambda: self.people.clinic.patient.pk,
            "disclosures": lambda: self.people.disclosure.pk,
            "entries": lambda: self.people.disclosure.audit_eid,
            "holds": lambda: casework.place_hold(office.taken_down().reference, HELD, **BY).pk,
            "tasks": lambda: casework.give_task(office.taken_down().reference, GIVEN, **BY).pk,
            "chart-links": lambda: charts.link(self.two_charts(), **BY).pk,
            "segments": lambda: charts.split(self.part(), **BY).pk,
            "representatives": lambda: office.recognise(self.people.clinic.patient).pk,
            "documents": lambda: self.document(path).pk,
            "downloads": lambda: documents.allow_download(str(self.document("").pk), **BY).pk,
            "designations": lambda: _standing(Designation),
            "record-sets": lambda: _standing(RecordSet),
            "business-associates": lambda: _standing(BusinessAssociate),
            "users": lambda: office.BILLING.id,
            "grants": lambda: _first(RoleGrant.objects.filter(user_id=office.BILLING.id)),
            "targets": lambda: _standing(Target),
            "sites": lambda: self.people.clinic.site.pk,
            "held-messages": lambda: self.held_message(),
            "authorizations": lambda: office.authorized(self.people.clinic.patient).pk,
            "amendment-notices": lambda: self.amendment_notice(),
            "inquiries": lambda: self.inquiry(),
            "notices": lambda: _first(NoticeVersion.objects),
            "people-involved": lambda: self.somebody_involved(),
            "links": lambda: _first(AccountLink.objects.filter(ended_at=None)),
            "machine-tokens": lambda: _first(ApiToken.objects.exclude(scopes=None)),
            "dead-letters": lambda: self.dead_letter(),
            "outages": lambda: (
                _first(Outage.objects) if Outage.objects.exists() else office.outage().pk
            ),
            "populations": lambda: "authorizations",
            "suspensions": lambda: standing.in_doubt(self.people),
            "exports": lambda: self.export(),
            "webhooks": lambda: self.listener(),
            "planned-releases": lambda: office.planned(self.people.clinic.patient).pk,
            "stop-lists": lambda: _first(StopList.objects),
            "log-reviews": lambda: self.review(path),
        }
        return str(found[what]()) if what in found else NOBODY

    def listener(self) -> Any:
        """One that listens; few do, as each of them hears of everything that follows."""
        open_ones = Subscription.objects.filter(ended_at=None)
        return (open_ones.first() or office.listening()).pk

    def dead_letter(self) -> Any:
        """A message that was given up, about a request of its own."""
        row = OutboxRow.objects.filter(request=office.taken_down(), audience="office").get()
        OutboxRow.objects.filter(pk=row.pk).update(attempts=row.allowed, outcome="dead")
        return row.pk

    def second(self) -> str:
        """The id of another chart, new each time."""
        self.number += 1
        who = identity(self.cage, f"another chart {self.number}")
        row = patients.add(who | {"site": str(self.people.clinic.site.pk)}, **BY)
        return str(row.pk)

    def two_charts(self) -> dict[str, str]:
        return {"patient": self.second(), "other": self.second(), "why": self.cage.canary("linked")}

    def part(self) -> dict[str, str]:
        patient = str(self.people.clinic.patient.pk)
        return {"patient": patient, "because": "consented", "care": self.cage.canary("a part")}

    def document(self, path: str) -> Document:
        """One that waits for its file, or a record that may be released; both the officer's."""
        if path.endswith("/content"):
            return self.announced(office.taken_down().reference, "came_in")
        granted = office.filed()
        office.act(granted, "grant", office.INPUT["grant"])
        row, word = self.announced(granted.reference, "release"), self.cage.canary("a record")
        return documents.receive(str(row.pk), [word.encode()], size=len(word), **BY)

    def announced(self, reference: str, sort: str) -> Document:
        called = {name: self.cage.canary(f"document.{name}") for name in ("name", "description")}
        return documents.announce(reference, {"sort": sort, **called}, **BY)

    def somebody_involved(self) -> Any:
        """A statement that can still be ended."""
        said = {"name": "Dora Demo", "relation": "Daughter", "ground": "agreed"}
        whom = {"patient": str(self.people.clinic.patient.pk)}
        return involved.record(whom | said, actor=office.OFFICER, now=NOON).pk

    def inquiry(self) -> Any:
        """An associate of whom an accounting asks."""
        office.filed("accounting", actor=PATIENT, now=NOON)
        return _first(AssociateInquiry.objects.filter(replied_at=None))

    def amendment_notice(self) -> Any:
        """A notice of somebody else that waits."""
        told = {"sender": "Example Hospital", "amended": "A day", "received_on": "2026-03-01"}
        whom = {"patient": str(self.people.clinic.patient.pk)}
        return amendments.receive_notice(whom | told, actor=office.OFFICER, now=NOON).pk

    def review(self, path: str) -> Any:
        """One that its own officer has yet to sign, or one that another has signed."""
        if path.endswith("/sign"):
            return log_reviews.begin(people=[], **BY).pk
        return office.reviewed().pk

    def export(self) -> Any:
        """A file that is ready, asked for by the first of the staff."""
        return exporting.written("disclosures", STAFF[0])[0].pk

    def held_message(self) -> Any:
        """A message of the outbox that waits for the office to pass it on."""
        row = OutboxRow.objects.filter(request=office.taken_down()).earliest("id")
        return held.keep(row, now=NOON).pk


class _Lazy:
    """Made anew each time it is put into a body."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self.make()


def _standing(table: Any) -> Any:
    """One that can still be ended."""
    return _first(table.objects.filter(in_force_until=None).order_by("in_force_from"))


def _first(rows: Any) -> Any:
    found = rows.first()
    return found.pk if found else NOBODY
