"""What the office keeps beside a request: what it waits for, what others are to do, where it belongs.

None of it moves the request, and none of it touches the clock: nothing pauses it.
"""

import uuid
from dataclasses import dataclass

from django.db import models

from audit.fields import SealedRecord
from requests_app.kinds.base import MOVED
from requests_app.kinds.models import Request


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """What is waited for."""

    reason: str


class Hold(models.Model):
    """The office waits for something, until an end that is set when it begins.

    lapses_at       when it ends by itself; there is none without an end
    in_force_until  when it was lifted before
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="holds")
    facts = SealedRecord(HoldFacts, name="casework.hold", version=1)
    in_force_from = models.DateTimeField()
    lapses_at = models.DateTimeField()
    in_force_until = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=64)
    recorded_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lapses_at__gt=models.F("in_force_from")),
                name="hold_has_an_end_ahead",
            )
        ]
        indexes = [
            models.Index(
                fields=["lapses_at"],
                name="hold_open",
                condition=models.Q(in_force_until__isnull=True),
            )
        ]


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """Which department is to do what."""

    department: str
    what: str


class DepartmentTask(models.Model):
    """Something another department is to do for a request, by a day of its own. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="tasks")
    facts = SealedRecord(TaskFacts, name="casework.task", version=1)
    due_on = models.DateField()
    given_by = models.CharField(max_length=64)
    given_by_name = models.CharField(max_length=200)
    given_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="department_task_due")]


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """What came of it."""

    outcome: str


class TaskOutcome(models.Model):
    """The end of a task: done, or no longer needed. Append-only."""

    task = models.OneToOneField(DepartmentTask, on_delete=models.PROTECT, related_name="settled")
    facts = SealedRecord(OutcomeFacts, name="casework.task_outcome", version=1)
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    settled_by = models.CharField(max_length=64)
    settled_by_name = models.CharField(max_length=200)
    settled_at = models.DateTimeField()


@dataclass(frozen=True, slots=True)
class RefilingFacts:
    """Why it was of another kind, or about somebody else."""

    why: str


class Refiling(models.Model):
    """A request of the wrong kind or patient, and the one of the right that took its place.

    The receipt date went along. Append-only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrong = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="refiled_as")
    right = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="refiled_from")
    facts = SealedRecord(RefilingFacts, name="casework.refiling", version=1)
    refiled_by = models.CharField(max_length=64)
    refiled_by_name = models.CharField(max_length=200)
    refiled_at = models.DateTimeField()


def goes_on_as(request: Request) -> str | None:
    """The reference under which what was moved goes on; None for all else."""
    row = getattr(request, "refiled_as", None) if request.state == MOVED else None
    return row.right.reference if row else None


class Submission(models.Model):
    """One thing that came in and was about several patients: one receipt, a request for each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entered_by = models.CharField(max_length=64)
    entered_at = models.DateTimeField()


class SubmissionPart(models.Model):
    """One of its requests. Append-only."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="parts")
    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="submission")
