"""A page that takes one file: what it shows, and how it says what was wrong with the last one.

    @uploads.takes_a_file          # outermost: the file is not read before the page asks for it
    @page
    def add(call): ...
        with form.refusing(call):
            documents.add(reference, raw, upload_of(call).pieces, **who)
            return redirect(…)
        return render(…, {"form": form})

The file is the last field of its form (privacy_portal/uploads.py).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from privacy_portal import uploads
from privacy_portal.pages.fields import Field
from privacy_portal.pages.forms import Form, Line
from requests_app.documents import photographs
from requests_app.documents.content import AT, TYPES
from requests_app.errors import BadInput, TryLater

#: What a file is called where its sender's program gave it no name of use.
NAMELESS = "file"
_NAME_MOST = 200


@dataclass
class FileForm:
    """One file, and before it what else is asked.

    before   the questions above the file, if there are any
    heading  whether the label of the file is the page's h1
    """

    title: str
    hint: str
    heading: bool = True
    before: Form | None = None
    sentences: list[str] = field(default_factory=list)
    status: int = 200

    @contextmanager
    def refusing(self, call: HttpRequest) -> Iterator[None]:
        """What the file or a field did wrong comes back to its place on the page."""
        try:
            yield
        except TryLater as refusal:
            uploads.pass_over(call)
            self.status = 503
            self.sentences.append(refusal.sentence)
        except BadInput as refusal:
            uploads.pass_over(call)
            self.status = 422
            mine = [one for one in refusal.problems if one.field in {AT, "/name"}]
            others = [one for one in refusal.problems if one not in mine]
            self.sentences += [one.sentence for one in mine]
            if others and self.before is None:
                raise
            if others and self.before is not None:
                self.before.refuse(BadInput(others))

    @property
    def wrong(self) -> bool:
        return bool(self.sentences or (self.before and self.before.wrong))

    @property
    def file(self) -> Field:
        return Field(
            "parts/fields/file.html", "file", "file", self.title,
            hint=self.hint, heading=self.heading, first="file",
            errors=tuple(self.sentences),
        )  # fmt: skip

    @property
    def fields(self) -> Sequence[Field]:
        return [*(self.before.fields if self.before else []), self.file]

    @property
    def summary(self) -> Sequence[Line]:
        above = self.before.summary if self.before else []
        return [*above, *(Line("#file", sentence) for sentence in self.sentences)]


def named(upload: uploads.Upload) -> str:
    """What the sender calls the file, as far as it is a name."""
    shown = "".join(one for one in upload.name if one.isprintable()).strip()
    return shown[-_NAME_MOST:] or NAMELESS


def taken() -> str:
    """What can be sent, and what becomes of a photograph, to whoever asked."""
    words = _(
        "A photograph from your telephone is good enough. Where and when it was taken is removed."
    )
    return f"{limits()} {words}"


def limits() -> str:
    """Which kinds of file are taken, and how large they may be."""
    kinds = ", ".join(one.words for one in TYPES if one.name in settings.DOCUMENT_TYPES)
    return _("%(kinds)s, up to %(most)d MB; a photograph up to %(less)d MB.") % {
        "kinds": kinds[:1].upper() + kinds[1:],
        "most": settings.DOCUMENT_BYTES // 1_000_000,
        "less": min(photographs.MOST, settings.DOCUMENT_BYTES) // 1_000_000,
    }
