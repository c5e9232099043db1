"""What the log and the patients' accountings are told of an export."""

from audit import log
from audit.actors import Actor
from privacy_portal.api.models import Export
from privacy_portal.exports.asked import DISCLOSED_TO, Whom
from privacy_portal.exports.sources import SOURCES
from requests_app.disclosures.shown import Shown


def tell(
    name: str, export: Export, actor: Actor, *, outcome: str = "success", **facts: str | int
) -> None:
    log.append(
        name,
        actor=actor,
        obj=log.Obj("export", str(export.pk)),
        outcome=outcome,
        purpose=f"export of the {SOURCES[export.register].title}",
        reason=export.asked.filter.get("reason"),
        recipient=export.asked.for_whom.get("name"),
        extra={"format": export.format, **facts},
    )


def shown_of(export: Export) -> Shown | None:
    """What goes into the patients' accountings; None where showing it is operations."""
    basis = DISCLOSED_TO.get(Whom(export.whom))
    if basis is None:
        return None
    said = export.asked.for_whom
    held = {
        "OVS": {"agency": said["name"], "authority": said["authority"]},
        "SEC": {"request": said["letter"]},
    }[basis]
    purpose = {
        "OVS": f"Health oversight: {said['authority']}",
        "SEC": "To check our compliance with the privacy rule",
    }[basis]
    return Shown(
        basis=basis,
        recipient=said["name"],
        address=said["address"],
        what=f"What our {SOURCES[export.register].title} holds about you",
        purpose=purpose,
        letter=said["letter"],
        held=held,
    )
