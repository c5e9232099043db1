"""Exact lookups over sealed identities, by keyed blind index. A hit is a candidate, never an answer.

A patient is found by record number, family name, family name and birth date, telephone or e-mail.
How each is folded: people/folding.py.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from audit.crypto import blind_index
from requests_app.people import folding
from requests_app.people.models import Patient, PatientIdentity, PatientLookup

Keys = Callable[[PatientIdentity], Iterable[str]]

#: Facet → the folded keys an identity is found by.
FACETS: dict[str, Keys] = {
    "record_number": lambda who: [folding.fold_record_number(who.record_number)],
    "family": lambda who: folding.family_keys(who.family_name),
    "family_birth": lambda who: folding.family_and_birth_keys(who.family_name, who.birth_date),
    "telephone": lambda who: [folding.fold_phone(who.telephone)] if who.telephone else [],
    "email": lambda who: [folding.fold_email(who.email)] if who.email else [],
}
_SIGN_IN = "people.sign_in"
_LINK_CODE = "people.link_code"


def _index(facet: str) -> str:
    return f"people.{facet}"


blind_index.register(*(_index(facet) for facet in FACETS), _SIGN_IN, _LINK_CODE)


@dataclass(frozen=True)
class Search:
    """What somebody looks for; every field given must fit."""

    record_number: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    telephone: str | None = None
    email: str | None = None


def rows(patient: Patient) -> list[PatientLookup]:
    """The lookup rows of a patient as the identity stands."""
    return [
        PatientLookup(patient=patient, facet=facet, token=blind_index.token(_index(facet), key))
        for facet, keys in FACETS.items()
        for key in dict.fromkeys(keys(patient.identity))
    ]


def sign_in_token(folded: str) -> bytes:
    """The token of a folded sign-in address."""
    return blind_index.token(_SIGN_IN, folded)


def link_code_token(code: str) -> bytes:
    """The token of a link code; only this is kept of it."""
    return blind_index.token(_LINK_CODE, code)


def find(search: Search, *, limit: int = 20) -> list[Patient]:
    """Patients who fit every field of the search, opened and compared. BadInput for a bad value."""
    facet, key = _narrowest(search)
    token = blind_index.token(_index(facet), key)
    hits = Patient.objects.filter(lookups__facet=facet, lookups__token=token).select_related("site")
    return [hit for hit in hits.order_by("id")[: limit * 5] if _fits(hit.identity, search)][:limit]


def _narrowest(search: Search) -> tuple[str, str]:
    """The facet that says most, with its folded key; LookupError for an empty search."""
    if search.record_number:
        return "record_number", folding.fold_record_number(search.record_number)
    if search.email:
        return "email", folding.fold_email(search.email)
    if search.telephone:
        return "telephone", folding.fold_phone(search.telephone)
    if search.family_name and search.birth_date:
        keys = folding.family_and_birth_keys(search.family_name, search.birth_date)
        return "family_birth", keys[0]
    if search.family_name:
        return "family", folding.fold_family(search.family_name)
    raise LookupError("an empty search")


def _fits(who: PatientIdentity, search: Search) -> bool:
    asked = {
        "record_number": search.record_number and folding.fold_record_number(search.record_number),
        "family": search.family_name and folding.fold_family(search.family_name),
        "telephone": search.telephone and folding.fold_phone(search.telephone),
        "email": search.email and folding.fold_email(search.email),
    }
    named = all(key in FACETS[facet](who) for facet, key in asked.items() if key)
    return named and search.birth_date in {None, who.birth_date}
