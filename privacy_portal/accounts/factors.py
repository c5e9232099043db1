"""The second step of signing in: an authenticator app, passkeys, recovery codes (docs/adr/0022).

Allauth's table says which factors an account has and its code does the arithmetic.  Secrets lie
sealed in rows of our own; each code of an app opens once, in whatever process it is shown.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.db import models, transaction
from django.http import HttpRequest

from audit import clock, log
from audit.actors import Actor
from privacy_portal import events
from privacy_portal.accounts import access, refusals, sessions, tokens
from privacy_portal.accounts.model_factors import FactorSecret, Secret
from privacy_portal.accounts.model_users import User

Kind = Authenticator.Type
#: What is a factor by itself; recovery codes only stand in for one.
MAIN = (Kind.TOTP, Kind.WEBAUTHN)
PERIOD = 30  # seconds that an app shows a code
#: A clock may be a step ahead or behind.
STEPS = (-1, 0, 1)
ORPHANED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor as its owner sees it."""

    id: int
    kind: str
    made_at: datetime
    last_used: datetime | None


# --- secrets ---------------------------------------------------------------------------------------
def keep(text: str) -> str:
    """Seal a secret; the id under which it lies (allauth's `encrypt` hook)."""
    return str(FactorSecret.objects.create(secret=Secret(text)).pk)


def kept(reference: str) -> str:
    """The secret that lies under this id (allauth's `decrypt` hook); LookupError when it is gone."""
    row = FactorSecret.objects.filter(pk=UUID(reference)).first()
    if row is None or row.secret is None:
        raise LookupError("no secret lies under that id")
    return row.secret.text


def is_kept(reference: str) -> bool:
    """Whether a secret still lies under this id."""
    return FactorSecret.objects.filter(pk=UUID(reference)).exists()


def forget_orphans(now: datetime) -> int:
    """Delete secrets that no factor uses and nobody is setting up any more."""
    used = {
        data[name]
        for data in Authenticator.objects.values_list("data", flat=True)
        for name in ("secret", "seed")
        if name in data
    }
    old = FactorSecret.objects.filter(made_at__lt=now - ORPHANED).exclude(pk__in=used)
    return old.delete()[0]


# --- which there are -------------------------------------------------------------------------------
def enrolled(account: UUID) -> bool:
    """Whether this account has a second step."""
    return Authenticator.objects.filter(user_id=account, type__in=MAIN).exists()


def of(account: UUID) -> list[Factor]:
    """Every app and passkey of an account, the oldest first."""
    rows = Authenticator.objects.filter(user_id=account, type__in=MAIN).order_by("created_at", "id")
    return [Factor(row.pk, row.type, row.created_at, row.last_used_at) for row in rows]


def mandatory_for(user: User) -> bool:
    """Staff, auditors and reviewers: every account with a name, whatever roles it holds now."""
    return bool(user.name)


def missing(request: HttpRequest) -> bool:
    """Whether this is a member of staff who has signed in with a password or code alone."""
    user: User = request.user  # type: ignore[assignment]
    return mandatory_for(user) and not request.session.get(sessions.SECOND_STEP)


# --- setting up ------------------------------------------------------------------------------------
def begin_app() -> str:
    """A fresh secret for an app, sealed; its id, which alone goes into the session."""
    return keep(generate_totp_secret())


def add_app(user: User, reference: str, code: str, *, actor: Actor, now: datetime) -> bool:
    """Set up an app that shows the codes of this secret; False when it shows another."""
    step = _step_of(kept(reference), code, now, after=0)
    if step is None:
        return False
    with transaction.atomic():
        _lock(user)
        _remove(Authenticator.objects.filter(user_id=user.pk, type=Kind.TOTP), actor)
        row = Authenticator.objects.create(
            user=user, type=Kind.TOTP, data={"secret": reference, "step": step}, created_at=now
        )
        added(row, actor=actor)
    return True


def added(row: Authenticator, *, actor: Actor) -> None:
    """Note a new factor, and see that there are recovery codes beside it."""
    log.append(events.FACTOR_ADDED, actor=actor, obj=_obj(row), extra={"kind": row.type})
    RecoveryCodes.activate(row.user)


def remove(user: User, factor: int, *, actor: Actor) -> bool:
    """Take one factor away; with the last of them go the recovery codes. False: there is none."""
    with transaction.atomic():
        _lock(user)
        rows = Authenticator.objects.filter(user_id=user.pk)
        gone = _remove(rows.filter(pk=factor, type__in=MAIN), actor)
        if gone and not rows.filter(type__in=MAIN).exists():
            _remove(rows, actor)
    return bool(gone)


def reset(user: User, *, actor: Actor) -> None:
    """Take every factor of somebody else away, who sets up anew at the next sign-in."""
    access.require_user_manager(actor)
    with transaction.atomic():
        _lock(user)
        _remove(Authenticator.objects.filter(user_id=user.pk), actor)
        sessions.end_all(user.pk)
        tokens.end_all(user.pk, now=clock.now())
        log.append(events.FACTORS_RESET, actor=actor, obj=log.Obj("account", str(user.pk)))


# --- showing one -----------------------------------------------------------------------------------
def accepts(user: User, code: str, *, source: str, now: datetime) -> bool:
    """Whether this is a code of the account's app, not shown before, or an unused recovery code.

    A wrong one is counted against account and source; TooManyAttempts when there were too many.
    """
    name = f"second step of {user.pk}"
    refusals.check(source, name, now=now)
    typed = "".join(code.split()).replace("-", "")
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user_id=user.pk)
        found = next(
            (row for row in rows.exclude(type=Kind.WEBAUTHN) if _opens(row, typed, now)), 0
        )
    if not found:
        refusals.note(source, what="second_step", name=name)
    return bool(found)


def _opens(row: Authenticator, typed: str, now: datetime) -> bool:
    if row.type == Kind.RECOVERY_CODES:
        opened: bool = RecoveryCodes(row).validate_code(typed)
        return opened
    step = _step_of(kept(row.data["secret"]), typed, now, after=row.data["step"])
    if step is None:
        return False
    row.data["step"], row.last_used_at = step, now
    row.save(update_fields=["data", "last_used_at"])
    return True


def _step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The step of time whose code this is, when it is later than the last one used."""
    present = int(now.timestamp()) // PERIOD
    typed = "".join(code.split())
    for step in (present + offset for offset in STEPS):
        if step > after and format_hotp_value(hotp_value(secret, step)) == typed:
            return step
    return None


# --- recovery codes --------------------------------------------------------------------------------
def recovery(account: UUID) -> RecoveryCodes | None:
    """The recovery codes of an account, if it has any."""
    row = Authenticator.objects.filter(user_id=account, type=Kind.RECOVERY_CODES).first()
    return RecoveryCodes(row) if row else None


def unused(account: UUID) -> int:
    """How many recovery codes are left."""
    held = recovery(account)
    return len(held.get_unused_codes()) if held else 0


def to_write_down(account: UUID) -> list[str]:
    """The codes while their owner has not yet said that they are kept; else none."""
    held = recovery(account)
    return [] if held is None or held.did_view else held.get_unused_codes()


def written_down(account: UUID) -> None:
    """The owner has kept the codes: they are not shown again."""
    held = recovery(account)
    if held is not None:
        held.mark_as_viewed()


def renew_recovery(user: User, *, actor: Actor) -> None:
    """Ten new codes; the former open nothing from here on."""
    with transaction.atomic():
        _lock(user)
        Authenticator.objects.filter(user_id=user.pk, type=Kind.RECOVERY_CODES).delete()
        row = RecoveryCodes.activate(user).instance
        log.append(events.RECOVERY_CODES_MADE, actor=actor, obj=_obj(row))


def _lock(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)


def _remove(rows: "models.QuerySet[Authenticator]", actor: Actor) -> int:
    held = list(rows)
    for row in held:
        log.append(events.FACTOR_REMOVED, actor=actor, obj=_obj(row), extra={"kind": row.type})
    rows.delete()
    return len(held)


def _obj(row: Authenticator) -> log.Obj:
    return log.Obj("account", str(row.user_id))
