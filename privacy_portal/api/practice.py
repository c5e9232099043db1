"""The practice: its own name and contacts, its sites, what is still missing."""

from typing import Any
from zoneinfo import ZoneInfo

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import pages, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.schemas import TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app.actions import practice as actions
from requests_app.actions import sites
from requests_app.errors import NotFound
from requests_app.permissions import Permission, require
from requests_app.practice import selectors
from requests_app.practice.models import Practice, Site

TAG = "practice"
PRACTICE = an_object(
    name=like(TEXT, "Example Physical Therapy"),
    address=like(TEXT, "1 Example Street, Sampletown, NC 00000"),
    telephone=like(TEXT, "919-555-0100"),
    email=like(TEXT, "office@example.org"),
    quiet_from=like(maybe("string"), "20:00"),
    quiet_until=like(maybe("string"), "07:00"),
)
SITE = an_object(
    id=TEXT,
    name=like(TEXT, "Main Street"),
    address=like(TEXT, "1 Example Street, Sampletown, NC 00000"),
    state=like(TEXT, "NC"),
    time_zone=like(TEXT, "America/New_York"),
    provider_types=a_list(like(TEXT, "physical_therapist")),
    settings=a_list(like(TEXT, "electronic_records")),
    closed_on=like(maybe("string", format="date"), None),
)
SET_UP = an_object(
    complete=like(schemas.FLAG, False),
    missing=a_list(like(TEXT, "Say who holds this duty: Alternate complaint contact.")),
)


class OnePractice(Resource):
    """The covered entity as its notice names it."""

    @described(tag=TAG, gives=PRACTICE, refused=(404,))
    def get(self, request: Call) -> Response:
        """Read the practice's name and contacts."""
        try:
            return Response(_practice(selectors.practice()))
        except LookupError:
            raise NotFound from None

    @described(tag=TAG, asks=actions.PracticeAnswers, gives=PRACTICE)
    def put(self, request: Call) -> Response:
        """Enter or change the practice's name and contacts."""
        return Response(_practice(actions.set_practice(body(request), **self.who)))


class Sites(Resource):
    """Places of the practice; a request belongs to one, and it decides the day and the law."""

    queries = frozenset(schemas.names(schemas.PAGING))

    @described(
        tag=TAG,
        name="sites_list",
        gives=schemas.paged(SITE),
        refused=(422,),
        parameters=schemas.PAGING,
    )
    def get(self, request: Call) -> Response:
        """List the sites by name."""
        return Response(pages.page(Site.objects.all(), request, by=("name", "id"), render=_site)[0])

    @described(
        tag=TAG,
        asks=sites.SiteAnswers,
        gives=SITE,
        status=201,
        refused=(409,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Add a site."""
        return self.once(
            lambda: Response(_site(sites.add_site(body(request), **self.who)), status=201)
        )


class SiteFacts(Resource):
    """What a site is and how it keeps records, which decides the time limits that bind it."""

    @described(tag=TAG, asks=sites.SiteFacts, gives=SITE, refused=(404,))
    def put(self, request: Call, pk: str) -> Response:
        """Say what a site is and how it keeps its records."""
        return Response(_site(sites.describe_site(pk, body(request), **self.who)))


class SetUp(Resource):
    """Whether patients can file."""

    @described(tag=TAG, gives=SET_UP)
    def get(self, request: Call) -> Response:
        """Read what is missing before patients can file, each as a sentence."""
        require(self.actor, Permission.READ_PRACTICE)
        missing = selectors.missing_set_up(on=self._today)
        return Response({"complete": not missing, "missing": missing})

    @property
    def _today(self) -> Any:
        site = selectors.open_sites().first()
        return self.now.astimezone(ZoneInfo(site.time_zone if site else "UTC")).date()


def _practice(row: Practice) -> dict[str, Any]:
    return {
        "name": row.name,
        "address": row.address,
        "telephone": row.telephone,
        "email": row.email,
        "quiet_from": f"{row.quiet_from:%H:%M}" if row.quiet_from else None,
        "quiet_until": f"{row.quiet_until:%H:%M}" if row.quiet_until else None,
    }


def _site(row: Site) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "address": row.address,
        "state": row.state,
        "time_zone": row.time_zone,
        "provider_types": row.provider_types,
        "settings": row.settings,
        "closed_on": row.closed_on.isoformat() if row.closed_on else None,
    }
