"""Of one person: the charts that are theirs, parts a minor controls, and accounts that are tied."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal.pages import parts
from privacy_portal.pages.officer.standing import Asked, Line, Section, adds
from requests_app.people import selectors as people
from requests_app.people.charts import ChartLink
from requests_app.people.models import AccountLink, CheckMethod
from requests_app.people.segments import CITATION, Segment
from requests_app.permissions import Permission as P
from requests_app.permissions import may


def sections(asked: Asked) -> list[Section]:
    """What whoever may change a chart reads of it."""
    # The person's charts, as far as the actor's sites reach.
    asked = replace(asked, person=_seen(asked))
    return [
        Section("charts", _("Linked charts"), list(_charts(asked)), "",
                adds(asked, "link-charts")),
        Section("segments", _("Parts the minor controls"), list(_segments(asked)), CITATION,
                adds(asked, "split-chart")),
        Section("accounts", _("Accounts tied to this chart"), list(_accounts(asked)), "",
                adds(asked, "link-code")),
    ]  # fmt: skip


def _seen(asked: Asked) -> frozenset[UUID]:
    rows = people.visible(asked.actor, permission=P.MANAGE_PATIENTS)
    return frozenset(rows.filter(pk__in=asked.person).values_list("pk", flat=True))


def _charts(asked: Asked) -> Iterable[Line]:
    rows = ChartLink.objects.filter(
        Q(one_id__in=asked.person) | Q(other_id__in=asked.person), in_force_until=None
    ).order_by("in_force_from", "id")
    found = list(rows)
    ids = {pk for row in found for pk in (row.one_id, row.other_id)}
    seen = people.visible(asked.actor, permission=P.MANAGE_PATIENTS).filter(pk__in=ids)
    charts = {row.pk: f"{row.identity.full_name} ({row.identity.record_number})" for row in seen}
    for row in found:
        both = (row.one_id, row.other_id)
        words = " – ".join(charts.get(one, _("a chart of another site")) for one in both)
        since = _("Since %(day)s, by %(name)s.") % {
            "day": parts.short_day(row.in_force_from.date()), "name": row.recorded_by_name,
        }  # fmt: skip
        end = (
            _end("end-chart-link", row.pk, asked, P.MANAGE_PATIENTS)
            if charts.keys() >= set(both)
            else ""
        )
        yield Line(words, f"{row.facts.why}\n{since}", None, end, _("End this link"), number=words)


def _segments(asked: Asked) -> Iterable[Line]:
    rows = Segment.objects.filter(patient_id__in=asked.person, in_force_until=None)
    for row in rows.prefetch_related("items").order_by("in_force_from", "id"):
        care = row.facts.care
        because = str(row.get_because_display())  # type: ignore[attr-defined]
        marked = _("Marked so far: %d") % len(row.items.all())
        mark = _end("mark-part", row.pk, asked, P.MANAGE_PATIENTS)
        yield Line(
            care,
            "\n".join(one for one in (because, row.facts.evidence, marked) if one),
            None,
            _end("end-split", row.pk, asked, P.DECIDE),
            _("Open this part again"),
            ((mark, _("Mark what belongs to it")),) if mark else (),
            number=f"{care} {str(row.pk)[:8]}",
        )


def _accounts(asked: Asked) -> Iterable[Line]:
    rows = AccountLink.objects.filter(patient_id__in=asked.person).select_related("representative")
    for row in rows.order_by("-linked_at", "-id")[:20]:
        whose = row.representative.facts.name if row.representative else _("The patient's own")
        told = [_("Tied on %(day)s: %(how)s.") % {
            "day": parts.short_day(row.linked_at.date()), "how": CheckMethod(row.method).label}]  # fmt: skip
        if row.ends_on:
            told.append(_("Until %s.") % parts.short_day(row.ends_on))
        ended = row.ended_at
        tag = parts.Tag(_("Ended")) if ended else parts.Tag(_("Tied"), parts.Tone.GOOD)
        end = "" if ended else _end("end-link", row.pk, asked, P.LINK_ACCOUNTS)
        yield Line(
            whose, " ".join(told), tag, end, _("End the tie"), number=f"{whose} {str(row.pk)[:8]}"
        )


def _end(name: str, pk: object, asked: Asked, permission: P) -> str:
    if not may(asked.actor, permission, site=str(asked.row.site_id)):
        return ""
    return reverse("office_errand_about", args=[name, pk])
