"""Who holds which role, where and when. Dated rows that are added and ended, never overwritten."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import JSONObject

from audit import clock
from requests_app.permissions import Role

#: Roles that are lent for a time: the end stands in the grant from the first day.
TIME_BOXED = frozenset({Role.AUDITOR, Role.OUTSIDE_REVIEWER})
#: Roles that the law gives to a licensed health care professional (45 CFR 164.524(a)(3), (a)(4)).
LICENSED = frozenset({Role.LICENSED_PROFESSIONAL, Role.OUTSIDE_REVIEWER})


#: What of a grant makes an Actor; fetched with the account in one query.
GRANT = JSONObject(role=F("role"), site=F("site_id"), licence=F("licence"))


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force(self, now: datetime) -> "RoleGrantQuerySet":
        return self.filter(
            Q(until=None) | Q(until__gt=now), Q(ended_at=None) | Q(ended_at__gt=now), since__lte=now
        )


class RoleGrant(models.Model):
    """One role given to one account, everywhere (`site_id` null) or at one site.

    `until` is the end planned when the role was given; `ended_at` is set once, when it is taken
    back.  The database refuses every other change (migration 0002).  `granted_by` and `ended_by`
    are actor ids as text: they outlive the account that acted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32, choices=[(r.value, r.value) for r in Role])
    site_id = models.UUIDField(null=True, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        db_table = "account_role_grant"
        indexes = [models.Index(fields=["user", "since"], name="role_grant_user_since")]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[r.value for r in Role]), name="role_grant_role_known"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="role_grant_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[r.value for r in sorted(TIME_BOXED)])
                | Q(until__isnull=False),
                name="role_grant_lent_roles_have_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[r.value for r in sorted(LICENSED)]) | ~Q(licence=""),
                name="role_grant_licence_recorded",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="role_grant_end_says_who",
            ),
        ]
