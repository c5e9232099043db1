"""Queries of which the text is kept: they find what the ORM finds, whatever they are asked with."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Q, QuerySet
from django.db.transaction import TransactionManagementError

from requests_app.compiled import Compiled
from requests_app.kinds.access import Access
from requests_app.kinds.models import Request
from requests_app.practice.models import Site
from tests.support import office
from tests.support.office import NOON
from tests.support.statements import statements

ALL: QuerySet[Request] = Request.objects.order_by("reference")


@pytest.mark.django_db
def test_what_is_found_is_what_the_orm_finds_with_what_belongs_to_it() -> None:
    here = office.set_up()
    mine = office.filed("access", now=NOON)
    office.filed("amendment", now=NOON)
    compiled = Compiled(
        lambda reference, by: ALL.select_related("site", "patient", "representative").filter(
            reference=reference, entered_at__lte=by
        ),
        reference=str,
        by=datetime,
    )
    compiled.objects(reference="unknown", by=NOON)  # written out here
    with statements() as asked:
        (found,) = compiled.objects(reference=mine.reference, by=NOON)
        assert (type(found), found.pk) == (Access, mine.pk)
        assert (found.site, found.patient, found.representative) == (here.site, here.patient, None)
        assert found.filed.details["records"] == "All visit notes"
    assert len(asked) == 1
    assert compiled.first(reference=mine.reference, by=NOON - timedelta(days=1)) is None


@pytest.mark.django_db
def test_it_counts_what_it_finds() -> None:
    office.set_up()
    for kind in ("access", "amendment", "access"):
        office.filed(kind, now=NOON)
    compiled = Compiled(lambda kind: ALL.filter(kind=kind), kind=str)
    known = ("access", "amendment", "none")
    assert [compiled.count(kind=kind) for kind in known] == [2, 1, 0]


def _twice(who: UUID) -> QuerySet[Request]:
    return ALL.filter(Q(filed_by=str(who)) | Q(pk=who))


def _on(at: datetime) -> QuerySet[Request]:
    return ALL.filter(entered_at__lte=at, received_on=at.date())


#: What a query makes of a value → how it is asked, and whether it finds the one request.
FORMS: list[tuple[str, Callable[..., Any], dict[str, type], dict[str, Any], bool]] = [
    ("an id as text, too", _twice, {"who": UUID}, {"who": UUID(office.PATIENT.id)}, True),
    ("another id", _twice, {"who": UUID}, {"who": uuid4()}, False),
    ("an instant and its day", _on, {"at": datetime}, {"at": NOON + timedelta(hours=1)}, True),
    ("the day before", _on, {"at": datetime}, {"at": NOON - timedelta(days=1)}, False),
    ("a number", lambda n: ALL.filter(version=n), {"n": int}, {"n": 1}, True),
    ("a day", lambda on: ALL.filter(received_on=on), {"on": date}, {"on": NOON.date()}, True),
    ("nothing at all", lambda pk: ALL.filter(pk__in=[]), {"pk": UUID}, {"pk": uuid4()}, False),
    ("what it has no use for", lambda pk: ALL, {"pk": UUID}, {"pk": uuid4()}, True),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("build", "asks", "values", "finds"), [one[1:] for one in FORMS],
                         ids=[one[0] for one in FORMS])  # fmt: skip
def test_a_value_stands_wherever_the_query_uses_it(
    build: Any, asks: Any, values: Any, finds: bool
) -> None:
    office.set_up()
    office.filed("access", now=NOON)
    compiled = Compiled(build, **asks)
    assert (bool(compiled.objects(**values)), compiled.count(**values)) == (finds, int(finds))


#: What cannot be written out once and for all: asked so, an example would stand for a value.
REFUSED: list[tuple[str, Callable[..., Any], dict[str, type], str]] = [
    ("a value of another name", lambda day: ALL.filter(received_on=day + timedelta(days=7)),
     {"day": date}, "not known"),
    ("part of a text", lambda kind: ALL.filter(kind__startswith=kind), {"kind": str}, "not known"),
    ("what changes by itself", lambda: ALL.filter(pk=uuid4()), {}, "not known"),
    ("another shape", lambda kind: ALL if kind.endswith("0") else ALL.filter(kind=kind),
     {"kind": str}, "another shape"),
    ("a second query", lambda: Site.objects.prefetch_related("practice"), {}, "by another one"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "asks", "why"), [one[1:] for one in REFUSED],
                         ids=[one[0] for one in REFUSED])  # fmt: skip
def test_what_would_ask_with_an_example_is_refused(build: Any, asks: Any, why: str) -> None:
    values = {str: "access", date: NOON.date()}
    with pytest.raises(TypeError, match=why):
        Compiled(build, **asks).rows(**{name: values[sort] for name, sort in asks.items()})


@pytest.mark.parametrize("values", [{}, {"pk": uuid4(), "site": uuid4()}, {"site": uuid4()}])
def test_it_wants_every_value_and_no_other(values: Any) -> None:
    compiled = Compiled(lambda pk: Site.objects.filter(pk=pk), pk=UUID)
    with pytest.raises(TypeError, match="1 values: pk"):
        compiled.rows(**values)


@pytest.mark.django_db
def test_a_lock_is_taken_within_a_transaction_only() -> None:
    compiled = Compiled(lambda pk: Site.objects.select_for_update().filter(pk=pk), pk=UUID)
    here = office.set_up().site
    assert compiled.objects(pk=here.pk) == [here]
    with pytest.MonkeyPatch.context() as outside:
        outside.setattr(connections[DEFAULT_DB_ALIAS], "in_atomic_block", False)
        with pytest.raises(TransactionManagementError):
            compiled.objects(pk=here.pk)
