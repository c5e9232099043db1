"""Documents: announced, kept, released to whoever asked, fetched by one person.

Nothing is stored by halves: the file is stored under a name nobody knows yet, and only the last
transaction ties it to its row.  What a broken connection leaves behind belongs to no row, and is swept
away (actions/document_sweep.py).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from requests_app import events, questions
from requests_app import rules as law
from requests_app.actions import door
from requests_app.documents import erasing, files, rules, selectors
from requests_app.documents.content import Inspection, check_size
from requests_app.documents.models import (
    ContentFacts,
    Document,
    DocumentFacts,
    Download,
    Sort,
    Stage,
)
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.kinds.base import Move
from requests_app.kinds.models import Decision
from requests_app.people import segments
from requests_app.people import selectors as people
from requests_app.permissions import SENTENCES, Permission, may
from requests_app.questions import choice, text


@dataclass(frozen=True)
class Announce:
    """What is about to be sent."""

    sort: Sort = choice(Sort, name="what it is", question="What is it?")
    name: str = text(
        name="the name of the file",
        question="Name of the file",
        max_length=200,
        example="Letter of 2 March.pdf",
    )
    description: str | None = text(
        name="the description", question="Anything the office should know of it?",
        max_length=1000, multiline=True, optional=True, example="Signed on the second page",
    )  # fmt: skip


@dataclass(frozen=True)
class Erase:
    """Why a file is deleted by somebody's own decision."""

    why: str = text(
        name="why it is deleted",
        question="Why is this file deleted?",
        hint="For example: it belongs to another request. The file itself cannot be had back.",
        max_length=1000,
        multiline=True,
    )


@dataclass(frozen=True)
class Fetched:
    """A document on its way out: its row, and its file in the clear, chunk by chunk."""

    document: Document
    pieces: Iterator[bytes]


#: The decisions after which records may be given; an upheld denial leaves what was granted beside it.
GRANTED = frozenset({"grant", "grant_in_part", "reverse"})


# --- in -------------------------------------------------------------------------------------------
def announce(reference: str, raw: object, *, actor: Actor, now: datetime) -> Document:
    """Say that a file of a request is about to be sent. Raises NotFound, NotPermitted, BadInput."""
    asked = questions.parse(Announce, raw, at="", today=now.date())
    with transaction.atomic():
        row = _wanted(asked, reference, actor=actor, now=now)
        return _announced(asked, row, actor=actor, now=now)


def announce_of_patient(patient_id: str, raw: object, *, actor: Actor, now: datetime) -> Document:
    """The same of a patient, where no request is: papers that show somebody's authority."""
    asked = questions.parse(Announce, raw, at="", today=now.date())
    with transaction.atomic():
        row = _wanted_of_patient(asked, patient_id, actor=actor, now=now)
        return _announced(asked, row, actor=actor, now=now)


def add(
    reference: str, raw: object, pieces: Iterable[bytes], *, actor: Actor, now: datetime
) -> Document:
    """Announce a file of a request and take it, in one: as a form of a page brings it.

    raw     the answers to `Announce`
    pieces  the bytes; what passes them raises when they do not all come

    Raises NotFound, NotPermitted, NotNow and BadInput before a byte is read where it can, TryLater;
    nothing is on record then.
    """
    asked = questions.parse(Announce, raw, at="", today=now.date())
    find = partial(_wanted, asked, reference, actor=actor, now=now)
    return _added(asked, find, pieces, actor=actor, now=now)


def add_of_patient(
    patient_id: str, raw: object, pieces: Iterable[bytes], *, actor: Actor, now: datetime
) -> Document:
    """The same of a patient, where no request is. Raises as `add` does."""
    asked = questions.parse(Announce, raw, at="", today=now.date())
    find = partial(_wanted_of_patient, asked, patient_id, actor=actor, now=now)
    return _added(asked, find, pieces, actor=actor, now=now)


def receive(
    pk: str, pieces: Iterable[bytes], *, size: int | None, actor: Actor, now: datetime
) -> Document:
    """Take the file of an announced document, as it arrives.

    pieces  the bytes, in pieces of any length; nothing of them is held back
    size    how many bytes the sender says there are; None where what passes the pieces raises when
            they do not all come

    Raises NotFound, NotNow, BadInput, TryLater: the document then still waits for its file.
    """
    row, looked = _expected(pk, actor=actor, now=now), files.inspection(announced=size)
    check_size(size or 0, most=looked.most)
    blob, dek_id = files.take(row, looked, pieces)
    return _keep(pk, blob, dek_id, looked, actor=actor, now=now)


def _wanted(asked: Announce, reference: str, *, actor: Actor, now: datetime) -> Document:
    """The row a file of a request would have; whatever forbids it is raised."""
    request = door.lock(reference, actor=actor, now=now)
    rules.check_add(asked.sort, request, actor, now=now)
    _check_wanted(asked.sort, confirmed=request.identity_confirmed_at is not None)
    return _checked(Document(request_id=request.pk), asked)


def _wanted_of_patient(
    asked: Announce, patient_id: str, *, actor: Actor, now: datetime
) -> Document:
    patient = people.one(patient_id, actor=actor)
    rules.check_add(asked.sort, patient, actor, now=now)
    return _checked(Document(patient=patient), asked)


def _checked(row: Document, asked: Announce) -> Document:
    _last_part(asked.name)
    _check_number(row)
    return row


def _added(
    asked: Announce,
    find: Callable[[], Document],
    pieces: Iterable[bytes],
    *,
    actor: Actor,
    now: datetime,
) -> Document:
    """Ask whether it may be, store the file, and ask again when the row is made."""
    with transaction.atomic():
        pk = find().pk
    looked = files.inspection(announced=None)
    coming = Document(pk=pk, sort=asked.sort.value)
    blob, dek_id = files.take(coming, looked, pieces)
    with transaction.atomic():
        row = find()
        row.pk = pk
        _announced(asked, row, actor=actor, now=now)
        return _keep(str(pk), blob, dek_id, looked, actor=actor, now=now)


def _announced(asked: Announce, row: Document, *, actor: Actor, now: datetime) -> Document:
    row.sort, row.stage = asked.sort.value, Stage.EXPECTED
    row.facts = DocumentFacts(_last_part(asked.name), asked.description or "")
    row.announced_by, row.announced_by_name, row.announced_at = actor.id, actor.name, now
    row.save(force_insert=True)
    _log(events.DOCUMENT_ANNOUNCED, row, actor, extra={"sort": row.sort})
    return row


def _keep(
    pk: str, blob: str, dek_id: int, looked: Inspection, *, actor: Actor, now: datetime
) -> Document:
    with transaction.atomic():
        row = _expected(pk, actor=actor, now=now, lock=True)
        assert looked.type is not None  # an empty file was refused
        row.stage, row.kept_at = Stage.KEPT, now
        row.blob, row.dek_id = blob, dek_id
        row.type, row.size = looked.type.name, looked.size
        row.content = ContentFacts(looked.sha256)
        row.save(update_fields=["stage", "kept_at", "blob", "dek_id", "type", "size", "content"])
        about: dict[str, object] = {"type": row.type, "bytes": row.size, "sha256": looked.sha256}
        if looked.came is not None:
            about |= {"came_as": looked.came.type.name, "came_sha256": looked.came.sha256}
        _log(events.DOCUMENT_KEPT, row, actor, extra=about)
    return row


def _expected(pk: str, *, actor: Actor, now: datetime, lock: bool = False) -> Document:
    """The document, still without its file, announced by this person."""
    row = selectors.one(pk, actor=actor, now=now)
    if row.announced_by != actor.id:
        raise NotFound
    if lock:
        locked = Document.objects.select_for_update().get(pk=row.pk)
        row.stage = locked.stage
    if row.stage != Stage.EXPECTED:
        raise NotNow(_("This document already has its file. Add another document for another."))
    if row.request is not None:
        confirmed = rules.request_of(row).identity_confirmed_at is not None
        _check_wanted(Sort(row.sort), confirmed=confirmed)
    return row


def _check_wanted(sort: Sort, *, confirmed: bool) -> None:
    """No image of a passport is taken in that nobody needs any more."""
    if sort == Sort.IDENTITY and confirmed and not settings.KEEP_IDENTITY_IMAGES:
        raise NotNow(_("Who is asking has already been confirmed, so no identity paper is needed."))


def _check_number(row: Document) -> None:
    same = Document.objects.filter(request=row.request_id, patient=row.patient_id)
    held = same.filter(stage__in=[Stage.EXPECTED, Stage.KEPT]).count()
    most = settings.DOCUMENTS_EACH
    if held >= most:
        raise NotNow(
            _("There are %(most)d documents here already, which is the most there can be.")
            % {"most": most}
        )


def _last_part(name: str) -> str:
    """A name, never a path: some programs send where the file lay."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    if not last.strip("."):
        raise BadInput.one("/name", _("Enter the name of the file."))
    return last


# --- added by mistake ---------------------------------------------------------------------------
def erase(pk: str, raw: object, *, actor: Actor, now: datetime) -> Document:
    """Delete the file of a document that was added by mistake; its row and the reason stay.

    Not once whoever asked could read it: what was given is what was given (164.530(j)).
    """
    asked = questions.parse(Erase, raw, at="", today=now.date())
    with transaction.atomic():
        row = _locked(selectors.one(pk, actor=actor, now=now).pk)
        rules.check_erase(rules.owner_of(row), actor)
        if row.stage != Stage.KEPT:
            raise NotNow(_("There is no file here to delete."))
        if row.released_at is not None:
            raise NotNow(
                _(
                    "This was released to whoever asked, so it stays as the record of what was given."
                ),
                citation="45 CFR 164.530(j)",
            )
        erasing.erase(row, reason=asked.why, why=asked.why, actor=actor, now=now)
    return row


def _locked(pk: UUID) -> Document:
    rows = Document.objects.select_for_update(of=("self",))
    return rows.select_related(*selectors.TOLD_BY).get(pk=pk)


# --- released, and out --------------------------------------------------------------------------
def release(pk: str, *, actor: Actor, now: datetime) -> Document:
    """Let whoever asked read a record that was granted. Once; nothing takes it back."""
    with transaction.atomic():
        row = _locked(selectors.one(pk, actor=actor, now=now).pk)
        if row.sort != Sort.RELEASE or row.stage != Stage.KEPT:
            raise NotNow(_("Only records that were added to be given can be released."))
        _check_release(row, actor, now=now)
        row.released_at, row.released_by = now, actor.id
        row.save(update_fields=["released_at", "released_by"])
        _log(events.DOCUMENT_RELEASED, row, actor)
    return row


def _check_release(row: Document, actor: Actor, *, now: datetime) -> None:
    request = rules.request_of(row)
    if not may(actor, Permission.WORK_REQUESTS, site=str(request.site_id)):
        raise NotPermitted(SENTENCES[Permission.WORK_REQUESTS])
    if row.released_at is not None:
        raise NotNow(_("This has been released already."))
    if rules.gathered_for_another(row):
        raise NotNow(_("This was gathered for another patient. Add the record of the right one."))
    law.identity_confirmed(move := Move(request, actor, now, None))
    law.authority_in_force(move)
    if segments.document_withheld(row.pk, request.representative, at=now):
        raise NotNow(
            _("This belongs to care that the minor controls: it does not go to a parent."),
            citation=segments.CITATION,
        )
    decided = Decision.objects.filter(request_id=request.pk, move__in=law.DECISIONS + law.REVIEWS)
    made = list(decided.order_by("-version").values_list("move", flat=True))
    if made and made[0] == "uphold":
        made = [one for one in made if one in law.DECISIONS]
    if not made or made[0] not in GRANTED:
        raise NotNow(
            _("Records can be released once giving them has been decided."),
            citation="45 CFR 164.524(c)(1)",
        )


def allow_download(pk: str, *, actor: Actor, now: datetime) -> Download:
    """Leave for this person to fetch the document, for DOWNLOAD_MINUTES."""
    with transaction.atomic():
        row = _readable(pk, actor=actor, now=now)
        found = Download.objects.create(
            document=row,
            account=actor.id,
            made_at=now,
            expires_at=now + timedelta(minutes=settings.DOWNLOAD_MINUTES),
        )
        _log(events.DOWNLOAD_ALLOWED, row, actor)
    return found


def fetch(download_id: str, *, actor: Actor, now: datetime) -> Fetched:
    """The document, read into the log before its first byte. Raises NotFound, NotNow, TryLater."""
    leave = selectors.download(download_id, actor=actor)
    if now >= leave.expires_at:
        raise NotNow(_("This link has run out. Ask for the document again."))
    with transaction.atomic():
        row = _readable(str(leave.document_id), actor=actor, now=now)
        pieces = files.read(row)
        _log(events.READ_DOCUMENT, row, actor, purpose="request handling")
    return Fetched(row, pieces)


def note_sent(
    document: Document, *, actor: Actor, sent: int, whole: bool, using: str = log.REFUSALS
) -> None:
    """How much of it went out, once the connection has ended one way or the other."""
    _log(
        events.DOCUMENT_SENT,
        document,
        actor,
        outcome="success" if whole else "failure",
        extra={"bytes": sent},
        using=using,
    )


def _readable(pk: str, *, actor: Actor, now: datetime) -> Document:
    row = selectors.one(pk, actor=actor, now=now)
    if not rules.may_read(row, actor, now=now):
        raise NotPermitted(_("Your account's role does not allow reading this document."))
    if row.stage == Stage.ERASED:
        raise NotNow(_("The file of this document has been deleted."))
    if row.stage != Stage.KEPT:
        raise NotNow(_("The file of this document has not come."))
    return row


def _log(
    name: str,
    row: Document,
    actor: Actor,
    *,
    outcome: str = "success",
    purpose: str | None = None,
    extra: dict[str, object] | None = None,
    using: str = "default",
) -> None:
    patient = row.patient_id or (row.request.patient_id if row.request else None)
    log.append(
        name,
        actor=actor,
        patient=str(patient) if patient else None,
        request=row.request.reference if row.request else None,
        obj=log.Obj("document", str(row.pk)),
        outcome=outcome,
        purpose=purpose,
        extra=extra,
        using=using,
    )
