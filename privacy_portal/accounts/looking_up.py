"""A code by e-mail opens one request to whoever has no account.

What is typed is kept, sealed, and nothing is looked up while somebody waits: the worker that sends
codes finds whether it fits a request, and to which address it may write.  So a page that is asked
for a request that does not exist answers as one that does, by the same work.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from privacy_portal.accounts import addresses, mailed, refusals
from privacy_portal.accounts.model_factors import Letter, MailedCode, Purpose
from requests_app import looked_up
from requests_app.kinds.base import Kind
from requests_app.looked_up import LookUp
from requests_app.people.references import parse_reference


def ask(typed: LookUp, *, source: str, now: datetime) -> UUID:
    """Have a code sent, if what was typed fits a request that may be written about; the row in any case.

    BadInput for what can be no reference, refusals.TooManyAttempts when too many were asked for.
    """
    reference = parse_reference(typed.reference)
    mailed.limit(source, reference, now)
    born = typed.birth_date.isoformat()
    letter = Letter("", mailed.make_code(), reference=reference, birth_date=born)
    return mailed.store(Purpose.LOOK_UP, None, letter, now)


def enter(row_id: UUID, code: str, *, source: str, now: datetime) -> Kind | None:
    """The request that this code opens; None, counted, for a wrong one."""
    name = f"mailed code {row_id}"
    refusals.check(source, name, now=now)
    with transaction.atomic():
        row = mailed.taken(row_id, code, Purpose.LOOK_UP, now)
        meant = meant_by(row, now=now) if row else None
    if meant is None:
        refusals.note(source, what="mailed_code", name=name)
        return None
    return meant[0]


def meant_by(row: MailedCode, *, now: datetime) -> tuple[Kind, str] | None:
    """The request that was typed, and the address that may be written to; None where either fails."""
    letter = row.letter
    if letter is None:
        return None
    born = date.fromisoformat(letter.birth_date)
    request = looked_up.found(letter.reference, born, now=now)
    if request is None:
        return None
    sign_in = addresses.sign_in_address(request.filed_by)
    to = looked_up.address(request, sign_in=sign_in, at=now)
    return (request, to) if to else None
