"""docs/data-map.md names every column in the clear: held against the database itself."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from audit.fields import SealedRecord

PAGE = Path(__file__).resolve().parents[2] / "docs/data-map.md"
#: Sealed without a model: an entry of the log, and a data key wrapped by the key-encryption key.
SEALED_IN_SQL = {("audit.event", "entry")}
#: Tables about the program itself: Django's own, and the register of keys.
ABOUT_NOBODY = re.compile(r"django_.*|auth_.*|audit\.(dek|kek|origin|setting|schema).*")


def in_the_clear() -> set[tuple[str, str]]:
    """Every (table, column) of the database that is not sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, c.relname, a.attname FROM pg_attribute a"
            " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname IN ('public', 'audit') AND c.relkind IN ('r', 'p')"
            " AND a.attnum > 0 AND NOT a.attisdropped"
        )
        rows = cursor.fetchall()
    columns = {(t if schema == "public" else f"{schema}.{t}", column) for schema, t, column in rows}
    return {pair for pair in columns if not ABOUT_NOBODY.fullmatch(pair[0])} - sealed()


def sealed() -> set[tuple[str, str]]:
    found = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedRecord)
    }
    return found | SEALED_IN_SQL


def on_the_page() -> list[tuple[str, str, str]]:
    """(table, column, why), as written."""
    found, table = [], ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            table = line.removeprefix("## ")
        elif line.startswith("| `"):
            names, _, why = line.strip("| ").partition(" | ")
            found += [(table, name, why) for name in re.findall(r"`(\w+)`", names)]
    return found


def test_the_page_names_every_column_in_the_clear_and_no_other(db: None) -> None:
    written = {(table, column) for table, column, _ in on_the_page()}
    clear = in_the_clear()
    assert not clear - written, (
        "These columns stand in the clear and docs/data-map.md does not say why. Seal what says "
        f"something about a person; write a reason for the rest: {sorted(clear - written)}"
    )
    assert not written - clear, f"These are sealed or gone: {sorted(written - clear)}"


def test_every_column_has_one_line_with_its_reason() -> None:
    page = on_the_page()
    assert len({(table, column) for table, column, _ in page}) == len(page)
    assert all(why for _, _, why in page)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("requests_app_patient", "identity"),
        ("requests_app_request", "filed"),
        ("requests_app_disclosure", "facts"),
        ("audit.event", "entry"),
    ],
)
def test_what_says_something_about_a_person_is_sealed(table: str, column: str) -> None:
    assert (table, column) in sealed()
