"""The page that leads to the demo's stories. A clinic's service has no such page.

Links lead to the page itself; whoever is not signed in comes to it by the sign-in page. No password
stands anywhere: the terminal showed each of them once.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from privacy_portal.demo.cases import CASES, Way, Words
from privacy_portal.demo.cast import PATIENT_ADDRESS, STAFF
from privacy_portal.demo.places import Places
from privacy_portal.pages.parts import SummaryRow


@dataclass(frozen=True, slots=True)
class Link:
    """A way as the page shows it."""

    words: Words
    href: str
    whom: str


def shown(request: HttpRequest, places: Places) -> HttpResponse:
    """The page, from what was kept when the month was made."""
    cases = [(case, [_link(way, places) for way in case.ways]) for case in CASES]
    return render(request, "look_around.html", {"cases": cases, "people": _people()})


def _link(way: Way, places: Places) -> Link:
    named = [places[way.place[0]][way.place[1]]] if way.place else []
    return Link(
        way.words, reverse(way.route, args=[*named, *way.more]), addresses().get(way.whom, "")
    )


def addresses() -> dict[str, str]:
    """With which address each of the cast signs in."""
    return {"patricia": PATIENT_ADDRESS} | {key: who.address for key, who in STAFF.items()}


def _people() -> list[SummaryRow]:
    """Everybody by role, with the address to sign in with."""
    roles = {"patricia": "Patient"} | {key: who.label for key, who in STAFF.items()}
    return [SummaryRow(roles[key], [address]) for key, address in addresses().items()]
