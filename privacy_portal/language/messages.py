"""Brings the catalogue up to what the source says, and compiles it: `make messages`.

    python -m privacy_portal.language.messages

What is new stands there with an empty translation, what is gone goes. Needs Babel, which is among the
tools of whoever develops; gettext itself is not needed. To run, the service needs only the compiled
catalogue, which is committed beside the text (docs/adr/0024).
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from privacy_portal.language import extract

PLURALS = "nplurals=2; plural=(n != 1);"
HEADER = f"""\
# Spanish, as a clinic in the United States writes it; the words of the field: docs/glossary.md.
# Refreshed by `make messages`; sorted, so that changes stay small.
msgid ""
msgstr ""
"Language: es\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {PLURALS}\\n"

"""
#: One fixed instant, so that the same sentences make the same file.
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)


def folder(root: Path = extract.ROOT) -> Path:
    """Where the catalogue lies."""
    return root / "locale" / "es" / "LC_MESSAGES"


def empty() -> Catalog:
    return Catalog(locale="es", creation_date=_NEVER, revision_date=_NEVER, fuzzy=False)


def read(root: Path = extract.ROOT) -> Catalog:
    """The catalogue as it is committed."""
    path = folder(root) / "django.po"
    if not path.exists():
        return empty()
    with path.open("rb") as file:
        return read_po(file, locale="es")


def refreshed(old: Catalog, found: list[extract.Found]) -> Catalog:
    """The sentences found, with the translations there are."""
    new = empty()
    for one in found:
        known = old.get(one.words)
        plural = one.plural or _plural_of(found, one.words)
        key = (one.words, plural) if plural else one.words
        text = known.string if known else ""
        if plural and not isinstance(text, tuple):
            text = (text, "")
        new.add(key, text, locations=[(one.file, None)])
    return new


def _plural_of(found: list[extract.Found], words: str) -> str:
    return next((one.plural for one in found if one.words == words and one.plural), "")


def write(catalog: Catalog, root: Path = extract.ROOT) -> None:
    """The text and, beside it, what is compiled from it."""
    folder(root).mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, catalog, width=100, omit_header=True, sort_output=True, include_lineno=False)
    (folder(root) / "django.po").write_bytes(HEADER.encode() + text.getvalue())
    with (folder(root) / "django.mo").open("wb") as file:
        write_mo(file, catalog)


def missing(catalog: Catalog) -> list[str]:
    """The sentences that have no translation yet."""
    texts = {str(one.id): one.string for one in catalog if one.id}
    return [words for words, text in texts.items() if not all(_forms(text))]


def _forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text),)


def main() -> None:
    catalog = refreshed(read(), extract.everything())
    write(catalog)
    left = len(missing(catalog))
    sys.stdout.write(f"{len(catalog)} sentences, {left} of them not translated yet.\n")


if __name__ == "__main__":
    main()
