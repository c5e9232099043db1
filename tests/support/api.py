"""Callers of the API, signed in as the API itself signs people in."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from audit import clock
from audit.actors import Actor
from privacy_portal.accounts import people, tokens
from privacy_portal.accounts.model_users import User
from requests_app.actions import sites
from requests_app.permissions import Permission, Role
from requests_app.practice.models import Site
from tests.support import office
from tests.support.accounts import COMMAND, PASSWORD, give


@dataclass(frozen=True)
class Caller:
    """Somebody with a token."""

    user: User
    token: str

    def get(self, path: str, **query: str) -> Any:
        return Client().get(f"/api/v1{path}", query, headers=self._headers())

    def post(
        self, path: str, body: Any = None, *, key: str | None = "fresh", **headers: str
    ) -> Any:
        sent = self._headers() | headers
        if key is not None:
            sent["Idempotency-Key"] = str(uuid4()) if key == "fresh" else key
        return Client().post(
            f"/api/v1{path}",
            body if isinstance(body, bytes) else json.dumps(body if body is not None else {}),
            content_type="application/json",
            headers=sent,
        )

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return Client().put(
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            headers=self._headers() | headers,
        )

    def send_file(
        self, path: str, content: bytes, content_type: str = "application/octet-stream"
    ) -> Any:
        """The bytes of a file, as they are."""
        return Client().put(
            f"/api/v1{path}" if not path.startswith("/api/") else path,
            content,
            content_type=content_type,
            headers=self._headers(),
        )

    def act(
        self, reference: str, move: str, body: Any = None, *, version: int | None = None
    ) -> Any:
        """One move on the version as it stands, unless another is named."""
        etag = f'"{version}"' if version else self.get(f"/requests/{reference}")["ETag"]
        path = f"/requests/{reference}/actions/{move}"
        return self.post(path, body, key=None, **{"If-Match": etag})

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def actor(self) -> Actor:
        found = tokens.authenticate(self.token, now=clock.now())
        assert found is not None
        return found[1]


def staff(*roles: Role, name: str = "Olive Officer", site: UUID | None = None) -> Caller:
    """A member of staff with a token, perhaps limited to one site."""
    address = f"{name.lower().replace(' ', '.')}.{uuid4().hex[:6]}@example.org"
    user = people.create_staff(address, name, PASSWORD, actor=COMMAND)
    for role in roles:
        give(user, role, site=site)
    return Caller(user, tokens.make_for_person(user, now=clock.now()).text)


def other_site() -> Site:
    """A second site of the practice, where nobody is a patient."""
    return sites.add_site(
        {"name": "Second Street", "address": "2 Example Street", "state": "NC",
         "time_zone": "America/New_York"},
        actor=office.OFFICER, now=clock.now(),
    )  # fmt: skip


def machine(*scopes: Permission, name: str = "Example Client") -> Caller:
    """A machine client with a token of these scopes."""
    now = clock.now()
    user = people.create_machine(name, actor=COMMAND, now=now)
    made = tokens.make_for_machine(
        user, scopes, label="test", expires_at=now + timedelta(days=1), actor=COMMAND, now=now
    )
    return Caller(user, made.text)


def patient(address: str = "demo.patient@example.org") -> Caller:
    """A patient's account with a token, linked to nobody yet."""
    user = people.create_patient(address, PASSWORD, actor=COMMAND, now=clock.now())
    return Caller(user, tokens.make_for_person(user, now=clock.now()).text)
