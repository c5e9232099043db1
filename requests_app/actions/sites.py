"""Sites: where requests belong, with what decides the day and the law."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import uuid4
from zoneinfo import available_timezones

from django.db import transaction

from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.actions.dated import log_change
from requests_app.deadlines.policy import SETTING_QUESTIONS, STATES, ProviderType, SiteSetting
from requests_app.errors import BadInput, NotNow, Problem
from requests_app.permissions import Permission, require
from requests_app.practice.models import Practice, Site
from requests_app.questions import choices, group, text


@dataclass(frozen=True, kw_only=True)
class SiteFacts:
    """What decides which time limits of the site's state bind it."""

    provider_types: tuple[ProviderType, ...] = choices(
        ProviderType,
        name="what the site is",
        question="What is this site?",
        hint="Choose all that fit. Some time limits bind one profession or kind of facility only.",
        example=(ProviderType.PHYSICAL_THERAPIST,),
    )
    settings: tuple[SiteSetting, ...] = choices(
        SiteSetting,
        name="how it keeps records",
        question="How and where are the records kept?",
        hint="On paper, electronically or both; in the state, outside it or both.",
        example=(SiteSetting.ELECTRONIC_RECORDS, SiteSetting.RECORDS_IN_STATE),
    )

    def problems(self) -> Iterable[Problem]:
        """Each question about the records is answered one way or the other."""
        if any(question.isdisjoint(self.settings) for question in SETTING_QUESTIONS):
            yield Problem("/settings", "Say both how the records are kept and where.")


@dataclass(frozen=True)
class SiteAnswers:
    """A place of the practice, with what decides the law and the day."""

    name: str = text(
        name="the name of the site",
        question="Name of the site",
        max_length=200,
        example="Second Street",
    )
    address: str = text(
        name="the address",
        question="Address",
        max_length=400,
        example="2 Example Street, Sampletown, NC 00000",
    )
    state: str = text(name="the state", question="State, two letters", max_length=2, example="NC")
    time_zone: str = text(
        name="the time zone", question="Time zone", max_length=64, example="America/New_York"
    )
    facts: SiteFacts | None = group(
        SiteFacts, name="what the site is", question="What is this site?", optional=True
    )


@cache
def _zones() -> frozenset[str]:
    """All that this machine knows; hundreds of files are looked at to tell."""
    return frozenset(available_timezones())


def add_site(raw: object, *, actor: Actor, now: datetime) -> Site:
    """Add a site; its state picks the law, its time zone the day."""
    require(actor, Permission.MANAGE_PRACTICE)
    asked = questions.parse(SiteAnswers, raw, at="", today=now.date())
    if asked.time_zone not in _zones():
        raise BadInput.one("/time_zone", "Choose a time zone such as America/New_York.")
    if asked.state.upper() not in STATES:
        raise BadInput.one("/state", "Enter the state as two letters, such as NC.")
    practice = Practice.objects.first()
    if practice is None:
        raise NotNow("Enter the practice first.")
    with transaction.atomic():
        row = Site.objects.create(
            id=uuid4(),
            practice=practice,
            name=asked.name,
            address=asked.address,
            state=asked.state.upper(),
            time_zone=asked.time_zone,
            **_site_facts(asked.facts),
        )
        log_change(events.SITE_ADDED, row.pk, "site", actor)
    return row


def describe_site(pk: str, raw: object, *, actor: Actor, now: datetime) -> Site:
    """Say what a site is and how it keeps its records. Requests received before keep their clock."""
    require(actor, Permission.MANAGE_PRACTICE)
    facts = questions.parse(SiteFacts, raw, at="", today=now.date())
    found = selectors.uuid_or_not_found(pk)
    with transaction.atomic():
        row = selectors.one(Site.objects.select_for_update().filter(pk=found))
        said = _site_facts(facts)
        row.provider_types, row.settings = said["provider_types"], said["settings"]
        row.save(update_fields=["provider_types", "settings"])
        words = {name: " ".join(values) for name, values in said.items()}
        log_change(events.SITE_CHANGED, row.pk, "site", actor, **words)
    return row


def _site_facts(facts: SiteFacts | None) -> dict[str, list[str]]:
    if facts is None:
        return {"provider_types": [], "settings": []}
    return {
        "provider_types": [one.value for one in facts.provider_types],
        "settings": [one.value for one in facts.settings],
    }
