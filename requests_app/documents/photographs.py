"""A photograph somebody sent in is drawn anew: upright, as JPEG, without where and by whom it was taken.

A telephone writes into a picture where it stood, when, and which telephone it is; nobody asked for
that. Records to be given are not touched: a record is given as it is held (164.524(c)(2)).
Why so, and with what: docs/adr/0025.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import BoundedSemaphore

from django.utils.translation import gettext as _

from requests_app.documents import apart
from requests_app.documents.content import AT, BY_NAME, Inspection
from requests_app.errors import BadInput, TryLater

#: The kinds of file that are photographs; each is kept as the last.
KINDS = frozenset({"heic", "png", "jpeg"})
KEPT_AS = BY_NAME["jpeg"]
PROGRAM = Path(apart.__file__)
#: A photograph is held in memory while it is drawn; other files are not.
MOST = 50_000_000
#: Seconds a file may take, and seconds one waits until another is done.
WITHIN, TURN_WITHIN = 60, 30
#: One at a time in each process of the web: what one may take of memory is known.
_turn = BoundedSemaphore(1)


def redrawn(look: Inspection, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What is to be kept of a file that comes: a photograph drawn anew, everything else as it is.

    look  passes the pieces; afterwards it tells of what is kept, and in `came` of what came

    BadInput at /content where a photograph cannot be opened, is too large, or has too many points.
    """
    passing = look.passing(pieces)
    first = next(passing, b"")
    if look.type is None or look.type.name not in KINDS:
        yield first
        yield from passing
        return
    kind, whole = look.type.name, bytearray(first)
    for piece in passing:
        whole += piece
        if len(whole) > MOST:
            raise _too_large()
    made = _run("picture", kind, [bytes(whole)])
    look.becomes(KEPT_AS, made)
    yield made


def check_opens(pieces: Iterable[bytes]) -> None:
    """BadInput when a PDF does not open without a password."""
    _run("pdf", "", pieces)


def _run(task: str, kind: str, pieces: Iterable[bytes]) -> bytes:
    if not _turn.acquire(timeout=TURN_WITHIN):
        raise TryLater(_("Many files are coming in at the moment. Send yours again in a minute."))
    try:
        code, made = _apart(task, kind, pieces)
    finally:
        _turn.release()
    if code != apart.OK:
        raise BadInput.one(AT, _sentence(task, code))
    return made


def _apart(task: str, kind: str, pieces: Iterable[bytes]) -> tuple[int, bytes]:
    """How the program ended, and what it wrote. It inherits nothing of this process."""
    program = [sys.executable, "-I", str(PROGRAM), task, kind]
    with subprocess.Popen(  # noqa: S603 - no word of it comes from outside
        program,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    ) as child:
        assert child.stdin is not None
        try:
            for piece in pieces:
                child.stdin.write(piece)
            made, _nothing = child.communicate(timeout=WITHIN)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            return apart.UNREADABLE, b""
        finally:
            if child.poll() is None:
                child.kill()
    return child.returncode, made


def _sentence(task: str, code: int) -> str:
    if code == apart.LOCKED:
        return _("The PDF is locked with a password. Save it without one and send it again.")
    if code == apart.TOO_LARGE:
        return _(
            "The picture must have %(most)d megapixels or fewer. "
            "Take it again with a smaller size, or send it as a PDF."
        ) % {"most": apart.MEGAPIXELS}
    if task == "pdf":
        return _("The PDF could not be opened. Save it anew and send it again.")
    return _("The picture could not be opened. Take it again, or send it as a PDF.")


def _too_large() -> BadInput:
    return BadInput.one(
        AT,
        _(
            "A picture must be %(limit)d MB or smaller. "
            "Take it again with a smaller size, or send it as a PDF."
        )
        % {"limit": MOST // 1_000_000},
    )
