"""Populations for auditors: what can be sampled, and samples drawn by a stated seed."""

from typing import Any

from drf_spectacular.utils import OpenApiTypes
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import asked, schemas
from privacy_portal.api.base import Resource
from privacy_portal.api.described import described
from privacy_portal.api.presenters import API
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import TEXT, WHOLE, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events, populations
from requests_app.errors import BadInput, NotFound
from requests_app.permissions import Permission, require
from requests_app.populations import POPULATIONS, Evidence

TAG = "populations"
LARGEST = 500
_ADDRESS = {
    Evidence.REQUEST: "{api}/requests/{of}",
    Evidence.DISCLOSURE: "{api}/disclosures/{of}",
    Evidence.REPRESENTATIVES: "{api}/patients/{of}/representatives",
    Evidence.AUTHORIZATIONS: "{api}/patients/{of}/authorizations",
    Evidence.PREFERENCES: "{api}/patients/{of}/preferences",
}
POPULATION = an_object(
    name=like(TEXT, "denials"),
    title=like(TEXT, "Denials, whole or in part"),
    protocol_lines=a_list(WHOLE),
    url=like(TEXT, f"{API}/populations/denials"),
)
SAMPLE = an_object(
    population=like(TEXT, "denials"),
    seed=like(TEXT, "2026-03-27"),
    count=WHOLE,
    rows=a_list(
        an_object(
            id=TEXT,
            facts={"type": "object", "examples": [{"grounds": "ACC-U1"}]},
            evidence_url=maybe("string"),
        )
    ),
)
_PARAMETERS = [
    schemas.query("since", "From this day.", schemas.DATE),
    schemas.query("until", "Until this day.", schemas.DATE),
    schemas.query("seed", "Any text: the same seed draws the same rows."),
    schemas.query("size", f"How many, 1 to {LARGEST}; 25 unless told.", OpenApiTypes.INT),
]


class Populations(Resource):
    """What can be sampled."""

    @described(tag=TAG, gives=an_object(populations=a_list(POPULATION)), name="populations_list")
    def get(self, request: Call) -> Response:
        """List the populations, with the lines of the audit protocol that ask for each."""
        require(self.actor, Permission.EXPORT_DISCLOSURES)
        return Response({"populations": [_population(one) for one in POPULATIONS.values()]})


class Sample(Resource):
    """A sample of one."""

    queries = frozenset(schemas.names(_PARAMETERS))

    @described(tag=TAG, gives=SAMPLE, refused=(404,), parameters=_PARAMETERS)
    def get(self, request: Call, pk: str) -> Response:
        """Draw a sample of a population over a range of days, each row with its evidence."""
        require(self.actor, Permission.EXPORT_DISCLOSURES)
        if pk not in POPULATIONS:
            raise NotFound
        query = request.query_params
        seed = query.get("seed", "")
        with logged(events.READ_POPULATION, self.actor, purpose=f"sample: {pk}") as seen:
            found = populations.sample(
                pk,
                **self.who,
                since=asked.day(query, "since"),
                until=asked.day(query, "until"),
                seed=seed,
                size=_size(query.get("size", "25")),
            )
            seen += [str(row.pk) for row in found.rows]
            rows = [_row(found.population, row) for row in found.rows]
        body = {"population": pk, "seed": seed, "count": found.count, "rows": rows}
        return Response(body)


def _size(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= LARGEST:
        return int(text)
    raise BadInput.one("/query/size", f"The size must be a whole number from 1 to {LARGEST}.")


def _population(one: populations.Population) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "protocol_lines": list(one.lines),
        "url": f"{API}/populations/{one.name}",
    }


def _row(population: populations.Population, row: Any) -> dict[str, Any]:
    form = _ADDRESS.get(population.evidence)
    of = population.of(row)
    address = form.format(api=API, of=of) if form and of else None
    return {"id": str(row.pk), "facts": population.facts(row), "evidence_url": address}
