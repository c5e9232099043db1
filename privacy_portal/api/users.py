"""Accounts of staff, their roles, and machine clients: for the administrator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.accounts import access, people, roles
from privacy_portal.accounts.model_roles import RoleGrant
from privacy_portal.accounts.model_users import User
from privacy_portal.api import pages, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.schemas import FLAG, INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import questions, selectors
from requests_app.errors import BadInput, Problem
from requests_app.permissions import Role
from requests_app.practice.models import Site
from requests_app.questions import EXAMPLE_ID, choice, text
from requests_app.questions.amounts import instant

TAG = "administration"
_ALONE = {Role.PATIENT, Role.MACHINE}


@dataclass(frozen=True)
class AddUser:
    """A member of staff, an auditor or an outside reviewer."""

    address: str = text(
        name="the work e-mail address",
        question="Work e-mail address",
        max_length=254,
        example="ada.example@example.org",
    )
    name: str = text(
        name="the name",
        question="Name, as records will show it",
        max_length=200,
        example="Ada Example",
    )


@dataclass(frozen=True)
class Grant:
    """A role from now on, everywhere or at one site."""

    role: Role = choice(Role, name="the role", question="Which role?", example=Role.AUDITOR)
    site: str | None = text(
        name="the site",
        question="Only at one site?",
        max_length=64,
        optional=True,
        example=EXAMPLE_ID,
    )
    until: datetime | None = instant(
        name="the end",
        question="Until when?",
        hint="Auditors and outside reviewers are always lent their role for a time.",
        optional=True,
        example="2036-03-02T17:00:00+00:00",
    )
    licence: str | None = text(
        name="the licence",
        question="The licence: its number and who issued it",
        hint="For a licensed professional or an outside reviewer.",
        max_length=120,
        optional=True,
    )

    def problems(self) -> list[Problem]:
        if self.role in _ALONE:
            sentence = "A patient's and a machine's account gets its role when it is made."
            return [Problem("/role", sentence)]
        return []


GRANT = an_object(
    id=TEXT,
    role=like(TEXT, "auditor"),
    site=like(maybe("string"), None),
    licence=like(TEXT, ""),
    since=INSTANT,
    until=maybe("string", format="date-time"),
    ended_at=like(maybe("string", format="date-time"), None),
)
USER = an_object(
    id=TEXT,
    address=like(TEXT, "ada.example@example.org"),
    name=like(TEXT, "Ada Example"),
    active=FLAG,
    created_at=INSTANT,
    grants=a_list(GRANT),
)
NEW_USER = {
    **USER,
    "properties": USER["properties"]
    | {"password": like(maybe("string"), "ABCD-EFGH-JKLM-NPQR-TUVW")},
}


class UserResource(Resource):
    """Base of what only those who manage users may do."""

    def initial(self, request: Call, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            access.require_user_manager(self.actor)

    def parsed(self, asks: type[Any]) -> Any:
        return questions.parse(asks, body(self.request), at="", today=self.now.date())

    def user(self, pk: str) -> User:
        return selectors.one(User.objects.filter(pk=selectors.uuid_or_not_found(pk)))


class Users(UserResource):
    """Everybody who signs in, except patients: that somebody is one is protected."""

    queries = frozenset(schemas.names(schemas.PAGING))

    @described(
        tag=TAG,
        name="users_list",
        gives=schemas.paged(USER),
        refused=(422,),
        parameters=schemas.PAGING,
    )
    def get(self, request: Call) -> Response:
        """List the accounts of staff and machine clients with the roles they hold."""
        rows = _staff().prefetch_related("grants")
        return Response(pages.page(rows, request, by=("username", "id"), render=_user)[0])

    @described(
        tag=TAG, asks=AddUser, gives=NEW_USER, status=201, parameters=[schemas.IDEMPOTENCY_KEY]
    )
    def post(self, request: Call) -> Response:
        """Make an account for a member of staff, an auditor or an outside reviewer.

        The password is shown in this answer and never again: given again under the same key, it is
        null. The account can do nothing until it is given a role.
        """

        def act() -> Response:
            asked, password = self.parsed(AddUser), people.random_password()
            made = people.create_staff(asked.address, asked.name, password, actor=self.actor)
            return Response(_user(made) | {"password": password}, status=201)

        return self.once(act, secret="password")  # noqa: S106  the member's name


class Deactivate(UserResource):
    """Switching an account off."""

    @described(tag=TAG, gives=USER, refused=(404,))
    def post(self, request: Call, pk: str) -> Response:
        """Switch an account off and end what it has open. Repeating it changes nothing."""
        people.deactivate(self.user(pk), actor=self.actor)
        return Response(_user(self.user(pk)))


class Grants(UserResource):
    """Roles given."""

    @described(
        tag=TAG,
        asks=Grant,
        gives=GRANT,
        status=201,
        refused=(404,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Give an account a role from now on."""
        return self.once(lambda: Response(_grant(self._given(pk)), status=201))

    def _given(self, pk: str) -> RoleGrant:
        asked, user = self.parsed(Grant), self.user(pk)
        site = selectors.uuid_at(asked.site, at="/site") if asked.site else None
        if site is not None and not Site.objects.filter(pk=site).exists():
            raise BadInput.one("/site", "Choose a site of the practice.")
        return roles.grant(
            user,
            asked.role,
            actor=self.actor,
            since=self.now,
            until=asked.until,
            site=site,
            licence=asked.licence or "",
        )


class EndGrant(UserResource):
    """Roles taken back."""

    @described(tag=TAG, gives=GRANT, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Take a role back. It ends now; that it was held stays on record."""
        found = RoleGrant.objects.filter(pk=selectors.uuid_or_not_found(pk))
        roles.end(selectors.one(found), **self.who)
        return Response(_grant(selectors.one(found.all())))


def _staff() -> QuerySet[User]:
    patients = RoleGrant.objects.filter(role=Role.PATIENT.value).values("user_id")
    return User.objects.exclude(pk__in=patients)


def _user(row: User) -> dict[str, Any]:
    grants = sorted(row.grants.all(), key=lambda grant: (grant.since, str(grant.pk)))
    return {
        "id": str(row.pk),
        "address": row.username,
        "name": row.name,
        "active": row.is_active,
        "created_at": row.created_at.isoformat(),
        "grants": [_grant(grant) for grant in grants],
    }


def _grant(row: RoleGrant) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "role": row.role,
        "site": str(row.site_id) if row.site_id else None,
        "licence": row.licence,
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }
