"""The acts the demo's month is told in; each is one real action, done by somebody on the stage."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit import clock
from privacy_portal.demo.stage import Stage, Step
from requests_app.actions import (
    associates,
    check,
    disclosures,
    door,
    messages,
    suspensions,
    work,
)
from requests_app.actions.file import file
from requests_app.disclosures.associates import open_inquiries
from requests_app.kinds.models import Request

Raw = Mapping[str, Any]


def filed(at: datetime, name: str, *, kind: str, by: str, details: Raw) -> Step:
    """A request from an account of the person's own."""

    def act(stage: Stage) -> None:
        raw = {"kind": kind, "details": dict(details)}
        stage.references[name] = file(raw, actor=stage.actors[by], now=clock.now()).reference

    return Step(at, act)


def taken_down(
    at: datetime,
    name: str,
    *,
    kind: str,
    received: datetime,
    channel: str,
    asker: str,
    details: Raw,
    patient: str | None = None,
    by: str = "desk",
) -> Step:
    """A request that came by paper, telephone or at the counter, keyed in at `at`."""

    def act(stage: Stage) -> None:
        raw: dict[str, Any] = {
            "kind": kind, "details": dict(details), "channel": channel,
            "received_at": received.isoformat(), "asker": {"name": asker},
        }  # fmt: skip
        if patient is not None:
            raw["patient"] = str(stage.patients[patient].pk)
        stage.references[name] = file(raw, actor=stage.actors[by], now=clock.now()).reference

    return Step(at, act)


def moved(at: datetime, name: str, move: str, *, by: str, raw: Raw | None = None) -> Step:
    """One move of a request, on its version as it stands."""

    def act(stage: Stage) -> None:
        reference = stage.references[name]
        version = Request.objects.values_list("version", flat=True).get(reference=reference)
        door.act(
            reference, move, actor=stage.actors[by], now=clock.now(),
            raw=dict(raw or {}), version=version,
        )  # fmt: skip

    return Step(at, act)


def associates_answered(at: datetime, name: str, *, by: str = "staff") -> Step:
    """Each business associate asked for an accounting says that it disclosed nothing."""

    def act(stage: Stage) -> None:
        request = Request.objects.get(reference=stage.references[name])
        for inquiry in open_inquiries(request):
            raw = {"found": "nothing", "words": "By telephone"}
            associates.answer(str(inquiry.pk), raw, actor=stage.actors[by], now=clock.now())

    return Step(at, act)


def assigned(at: datetime, name: str, *, to: str, by: str = "officer") -> Step:
    """Somebody of the office takes a request."""

    def act(stage: Stage) -> None:
        raw = {"person": stage.actors[to].id}
        work.assign(stage.references[name], raw, actor=stage.actors[by], now=clock.now())

    return Step(at, act)


def wrote(at: datetime, name: str, *, by: str, raw: Raw) -> Step:
    """A message, or a note of the office."""

    def act(stage: Stage) -> None:
        messages.write(stage.references[name], dict(raw), actor=stage.actors[by], now=clock.now())

    return Step(at, act)


def disclosed(
    at: datetime, patient: str, *, name: str | None = None, by: str = "staff", raw: Raw
) -> Step:
    """A line of the ledger, recorded on the day of the disclosure."""

    def act(stage: Stage) -> None:
        line = dict(raw) | {
            "patient": str(stage.patients[patient].pk),
            "disclosed_on": stage.when.local_day(at).isoformat(),
        }
        row = disclosures.record(line, actor=stage.actors[by], now=clock.now())
        if name is not None:
            stage.lines[name] = str(row.pk)

    return Step(at, act)


def checked(at: datetime, patient: str, *, by: str = "staff", raw: Raw) -> Step:
    """Somebody asks whether something may go, before anything does."""

    def act(stage: Stage) -> None:
        asked = dict(raw) | {"patient": str(stage.patients[patient].pk)}
        check.ask(asked, actor=stage.actors[by], now=clock.now())

    return Step(at, act)


def stated(at: datetime, patient: str, *, by: str, raw: Raw) -> Step:
    """An agency says on that day that an accounting would impede its work."""

    def act(stage: Stage) -> None:
        said = dict(raw) | {
            "patient": str(stage.patients[patient].pk),
            "stated_on": stage.when.local_day(at).isoformat(),
        }
        suspensions.record(said, actor=stage.actors[by], now=clock.now())

    return Step(at, act)
