"""Queries and inserts of which the text is kept: they do what the ORM does, whatever is asked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from requests_app.compiled import CompiledInsert, CompiledSave, CompiledUpdate
from requests_app.disclosures.check.models import CheckMade, Kept, Subject
from requests_app.disclosures.models import Disclosure, DisclosureFacts
from requests_app.kinds.models import ClockRow, DueInstant, Request
from requests_app.outbox import Audience, OutboxRow, Topic
from requests_app.people.models import Patient, SignInAddress
from requests_app.practice.models import Practice
from tests.support import office
from tests.support.office import NOON
from tests.support.statements import statements

OUTBOX = {"topic": Topic.URGENT, "audience": Audience.OFFICER, "made_at": NOON, "not_before": NOON}


def columns(row: Any) -> dict[str, Any]:
    """All of a row but its own id."""
    fields = (one for one in row._meta.concrete_fields if not one.primary_key)
    return {one.attname: getattr(row, one.attname) for one in fields}


@pytest.mark.django_db
def test_a_row_stands_as_the_orm_would_have_put_it() -> None:
    office.set_up()
    asked = office.filed("access")
    mine = OutboxRow.objects.create(request=asked, **OUTBOX)
    CompiledInsert(OutboxRow).rows([OUTBOX | {"request": asked.pk}])
    (theirs,) = OutboxRow.objects.filter(topic=Topic.URGENT).exclude(pk=mine.pk)
    assert columns(theirs) == columns(mine)


@pytest.mark.django_db
def test_json_none_and_days_arrive_as_they_were_given() -> None:
    office.set_up()
    asked = office.filed("access")
    answer = {"why": ["45 CFR 164.524", {"days": 30}]}
    CompiledInsert(ClockRow).rows(
        {"request": asked.pk, "version": 7 + n, "cause": "extend", "at": NOON, "due_on": due}
        | {"answer": answer}
        for n, due in enumerate([None, NOON.date()])
    )
    rows = ClockRow.objects.filter(request=asked, version__gte=7).order_by("version")
    assert [(row.due_on, row.answer) for row in rows] == [(None, answer), (NOON.date(), answer)]


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "asked"), [(0, 0), (1, 1), (5, 1)])
def test_any_number_of_rows_is_at_most_one_statement(count: int, asked: int) -> None:
    office.set_up()
    insert = CompiledInsert(OutboxRow)
    insert.rows([])  # written out here, and not counted
    with statements() as seen:
        insert.rows(OUTBOX for _ in range(count))
    assert len(seen) == asked
    told = OutboxRow.objects.filter(topic=Topic.URGENT)
    assert (told.count(), told.values("pk").distinct().count()) == (count, count)


@pytest.mark.django_db
def test_where_a_row_stands_what_is_named_is_set_and_nothing_else() -> None:
    office.set_up()
    asked = office.filed("access")
    key = {"request": asked.pk, "what": "invented", "at": NOON}
    DueInstant.objects.create(
        request=asked, what="invented", at=NOON, audiences="asker", acted_at=NOON, outcome="told"
    )
    over = CompiledInsert(DueInstant, unique=("request", "what", "at"), over=("audiences",))
    over.rows([key | {"audiences": "office"}, key | {"at": NOON + timedelta(hours=1)}])
    rows = DueInstant.objects.filter(request=asked, what="invented").order_by("at")
    assert [(row.audiences, row.outcome) for row in rows] == [("office", "told"), ("office", "")]


@pytest.mark.django_db
def test_without_that_a_row_that_stands_refuses() -> None:
    office.set_up()
    key = {"request": office.filed("access").pk, "what": "invented", "at": NOON}
    insert = CompiledInsert(DueInstant)
    insert.rows([key])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert.rows([key])


@pytest.mark.django_db
def test_a_field_the_model_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="OutboxRow"):
        CompiledInsert(OutboxRow).rows([OUTBOX | {"audiance": "office", "id": uuid4()}])


@pytest.mark.django_db
def test_a_model_with_a_sealed_field_is_refused() -> None:
    with pytest.raises(TypeError, match="sealed"):
        CompiledInsert(Request).rows([{}])


# --- rows saved from their instances -----------------------------------------------------------------
def check_of(patient: Any) -> CheckMade:
    row = CheckMade(patient_id=patient.pk, subject=Subject.DISCLOSURE, code="PAY", verdict="deny")
    row.kept, row.whole_record = Kept(facts="{}", answer="{}"), True
    row.asked_by, row.asked_at, row.audit_eid = "bench", NOON, uuid4()
    return row


@pytest.mark.django_db
def test_an_instance_is_saved_and_sealed_as_by_itself() -> None:
    patient, save = office.set_up().patient, CompiledSave(CheckMade)
    for one in (check_of(patient), check_of(patient)):  # the first is the one it is written out for
        save(one)
        found = CheckMade.objects.get(pk=one.pk)
        assert columns(found) == columns(one)
        assert (found.kept, found.whole_record) == (one.kept, True)
        assert (one._state.adding, one._state.db) == (False, "default")
    with pytest.raises(IntegrityError), transaction.atomic():
        save(one)


@pytest.mark.django_db
def test_a_column_left_to_the_database_is_not_saved_so() -> None:
    line = Disclosure(patient=office.set_up().patient, basis="PH", disclosed_on=NOON.date())
    line.facts = DisclosureFacts("Example County", "One result")
    with pytest.raises(TypeError):
        CompiledSave(Disclosure)(line)


# --- rows written over -------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_row_is_written_over_as_its_instance_says_and_no_other_is() -> None:
    office.set_up()
    other, row = office.filed("access"), office.filed("access")
    update = CompiledUpdate(Request)
    update(row)
    row.assigned_to = office.STAFF.id
    with statements() as seen:
        update(row)
    assert len(seen) == 1
    found = Request.objects.get(pk=row.pk)
    assert (columns(found), found.filed) == (columns(row), row.filed)
    assert columns(Request.objects.get(pk=other.pk)) == columns(other)


@pytest.mark.django_db
def test_what_is_sealed_is_sealed_anew_when_it_is_another_record() -> None:
    patient = office.set_up().patient
    patient.identity = replace(patient.identity, given_names="Another")
    CompiledUpdate(Patient)(patient)
    assert Patient.objects.get(pk=patient.pk).identity == patient.identity


@pytest.mark.django_db
def test_a_row_that_does_not_stand_is_not_made() -> None:
    with pytest.raises(DatabaseError, match="Practice does not stand"):
        CompiledUpdate(Practice)(Practice(name="Example Clinic"))
    assert not Practice.objects.exists()


@pytest.mark.django_db
def test_a_column_that_is_not_written_as_a_plain_value_is_refused() -> None:
    with pytest.raises(TypeError, match="plain value"):
        CompiledUpdate(SignInAddress)(SignInAddress())
