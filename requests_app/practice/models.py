"""The practice, its sites, and who held which duty on which day.

Nothing here is protected: these names stand in the notice and on the wall.  Designations, record
sets and contracts are dated and never overwritten, so that "who, on 3 May 2024" has an answer
(164.530(a), 164.524(e), 164.526(f), 164.528(d)).
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from requests_app.deadlines.policy import ProviderType, SiteSetting


class Practice(models.Model):
    """The covered entity. One row; the notice of privacy practices speaks in its name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    only = models.BooleanField(default=True, unique=True, editable=False)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=400)
    telephone = models.CharField(max_length=40)
    email = models.EmailField()
    quiet_from = models.TimeField(null=True, help_text="From when the office is not written to.")
    quiet_until = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="practice_one_row"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="practice_quiet_from_and_until",
            ),
        ]


class Site(models.Model):
    """A place of the practice. A request belongs to a site, and the site decides "the day"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=400)
    state = models.CharField(max_length=2, help_text="Two letters; picks the law that applies.")
    time_zone = models.CharField(max_length=64, help_text="IANA name, such as America/New_York.")
    provider_types = models.JSONField(
        default=list, blank=True, help_text="Which rules bind it; empty until it has been said."
    )
    settings = models.JSONField(
        default=list, blank=True, help_text="How it keeps records; empty until it has been said."
    )
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(provider_types__contained_by=[one.value for one in ProviderType]),
                name="site_provider_types_known",
            ),
            models.CheckConstraint(
                condition=Q(settings__contained_by=[one.value for one in SiteSetting]),
                name="site_settings_known",
            ),
        ]


class Duty(models.TextChoices):
    """What a person or an office is designated for."""

    PRIVACY_OFFICIAL = "privacy_official", _("Privacy official")
    COMPLAINT_CONTACT = "complaint_contact", _("Complaint contact")
    COMPLAINT_ALTERNATE = "complaint_alternate", _("Alternate complaint contact")
    ACCESS_HANDLER = "access_handler", _("Handles access requests")
    AMENDMENT_HANDLER = "amendment_handler", _("Handles amendment requests")
    ACCOUNTING_HANDLER = "accounting_handler", _("Handles accounting requests")


class Dated(models.Model):
    """A fact in force from a day, until a day or still. Ended once, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    in_force_from = models.DateField()
    in_force_until = models.DateField(null=True, blank=True, help_text="Last day in force.")
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


def _in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(in_force_until__isnull=True) | Q(in_force_until__gte=F("in_force_from")),
        name=name,
    )


class Designation(Dated):
    """Who holds a duty, with the title and telephone that letters must name."""

    duty = models.CharField(max_length=32, choices=Duty.choices)
    title = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    account = models.UUIDField(null=True, blank=True, help_text="The holder's account, if any.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duty"],
                condition=Q(in_force_until__isnull=True),
                name="designation_one_in_force",
            ),
            _in_order("designation_in_order"),
        ]


class RecordSet(Dated):
    """A designated record set subject to access, and where it is kept (164.524(e)(1))."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="record_sets")
    name = models.CharField(max_length=200)
    where_kept = models.CharField(max_length=400)
    holder_title = models.CharField(max_length=200)

    class Meta:
        constraints = [_in_order("record_set_in_order")]


class BusinessAssociate(Dated):
    """A business associate and the term of its contract (164.502(e), 164.504(e))."""

    name = models.CharField(max_length=200)
    service = models.CharField(max_length=400)
    contact_name = models.CharField(max_length=200)
    telephone = models.CharField(max_length=40)
    email = models.EmailField(blank=True)

    class Meta:
        constraints = [_in_order("associate_in_order")]


class Target(Dated):
    """The practice's own aim for one kind: days after receipt, fewer than the law's.

    Shown beside the legal day and never in its place.
    """

    kind = models.CharField(max_length=32)
    days = models.PositiveSmallIntegerField(help_text="Calendar days after receipt.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(in_force_until__isnull=True),
                name="target_one_in_force",
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="target_has_days"),
            _in_order("target_in_order"),
        ]
