"""Documents through the API: announced, sent, read by one person for a time, released, erased."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from audit import clock, log
from audit.log import Facet
from privacy_portal.blobs import store
from privacy_portal.downloads import Sending
from requests_app import events
from requests_app.actions import document_sweep, documents
from requests_app.documents.models import Document
from requests_app.documents.store import Missing
from requests_app.errors import BadInput
from requests_app.people.models import IdentityCheck
from tests.support import api, office, pictures
from tests.support.api import Caller
from tests.support.office import NOON, Office

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 600
JPEG = pictures.jpeg()


def announced(caller: Caller, reference: str, sort: str = "came_in", **more: Any) -> Any:
    body = {"sort": sort, "name": "Letter.pdf"} | more
    return caller.post(f"/requests/{reference}/documents", body)


def kept(caller: Caller, reference: str, sort: str = "came_in", content: bytes = PDF) -> Any:
    row = announced(caller, reference, sort).json()
    answer = caller.send_file(row["content_url"], content)
    assert answer.status_code == 200, answer.content
    return answer.json()


def downloaded(caller: Caller, pk: str) -> Any:
    leave = caller.post(f"/documents/{pk}/downloads", key=None)
    if leave.status_code != 201:
        return leave
    return caller.get(leave.json()["url"].removeprefix("/api/v1"))


def read_all(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def entries(name: str) -> list[Any]:
    return [one.entry for one in log.find(Facet.NAME, name).entries]


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"


@pytest.fixture
def request_reference(clinic: Office) -> str:
    return office.taken_down().reference


# --- in and out ----------------------------------------------------------------------------------
def test_what_came_in_on_paper_is_kept_and_comes_back_byte_for_byte(
    officer: Caller, request_reference: str
) -> None:
    row = kept(officer, request_reference)
    assert (row["state"], row["type"], row["bytes"]) == ("kept", "application/pdf", len(PDF))
    answer = downloaded(officer, row["id"])
    assert read_all(answer) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(len(PDF))
    assert answer["Content-Disposition"] == f'attachment; filename="document-{row["id"]}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_in_storage_it_is_sealed_and_so_is_its_name(
    officer: Caller, request_reference: str
) -> None:
    row = kept(officer, request_reference, content=b"Patricia Demo asks for her records.")
    found = Document.objects.get(pk=row["id"])
    stored = b"".join(store().read(found.blob))
    assert stored.startswith(b"BLB1")
    assert b"Patricia" not in stored
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM requests_app_document WHERE id = %s", [found.pk])
        assert b"Letter" not in bytes(cursor.fetchone()[0])


def test_each_step_is_in_the_log_and_a_download_before_and_after(
    officer: Caller, request_reference: str
) -> None:
    row = kept(officer, request_reference)
    read_all(downloaded(officer, row["id"]))
    (keeping,) = entries(events.DOCUMENT_KEPT)
    assert keeping.extra == {"type": "pdf", "bytes": len(PDF), "sha256": row["sha256"]}
    for name in (events.DOCUMENT_ANNOUNCED, events.DOWNLOAD_ALLOWED, events.READ_DOCUMENT):
        (entry,) = entries(name)
        assert (entry.object.id, entry.request) == (row["id"], request_reference)
    (sent,) = entries(events.DOCUMENT_SENT)
    assert (sent.outcome, sent.extra) == ("success", {"bytes": len(PDF)})


def test_a_download_that_breaks_off_is_noted_with_how_far_it_came(
    officer: Caller, request_reference: str
) -> None:
    row = kept(officer, request_reference)
    leave = documents.allow_download(row["id"], actor=officer.actor, now=NOON)
    sending = Sending(documents.fetch(str(leave.pk), actor=officer.actor, now=NOON), officer.actor)
    first = next(sending)
    sending.close()
    sending.close()
    (sent,) = entries(events.DOCUMENT_SENT)
    assert (sent.outcome, sent.extra) == ("failure", {"bytes": len(first)})


# --- downloads are one person's, for a time ----------------------------------------------------
def test_an_address_is_of_use_to_nobody_else(
    officer: Caller, desk: Caller, request_reference: str
) -> None:
    row = kept(officer, request_reference)
    url = officer.post(f"/documents/{row['id']}/downloads", key=None).json()["url"]
    second = api.staff(office.Role.PRIVACY_OFFICER, name="Oscar Officer")
    assert second.get(url.removeprefix("/api/v1")).status_code == 404
    assert read_all(officer.get(url.removeprefix("/api/v1"))) == PDF


def test_an_address_runs_out(officer: Caller, request_reference: str) -> None:
    row = kept(officer, request_reference)
    url = officer.post(f"/documents/{row['id']}/downloads", key=None).json()["url"]
    with clock.frozen(NOON + timedelta(minutes=10)):
        answer = officer.get(url.removeprefix("/api/v1"))
    assert answer.status_code == 409
    assert "run out" in answer.json()["detail"]


# --- what is taken -------------------------------------------------------------------------------
def test_a_kind_of_file_that_is_not_taken_is_refused_with_those_that_are(
    officer: Caller, request_reference: str
) -> None:
    row = announced(officer, request_reference, name="scan.pdf").json()
    answer = officer.send_file(row["content_url"], b"MZ\x90\0" + b"\0" * 300)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/content"
    assert "PDF, JPEG, PNG, TIFF, HEIC, plain text" in error["detail"]


def test_a_practice_may_take_more_kinds(
    officer: Caller, request_reference: str, settings: Any
) -> None:
    settings.DOCUMENT_TYPES = ["dicom"]
    row = kept(officer, request_reference, content=b"\0" * 128 + b"DICM" + b"\0" * 9)
    assert row["type"] == "application/dicom"


def test_limits_say_what_to_do(officer: Caller, request_reference: str, settings: Any) -> None:
    settings.DOCUMENT_BYTES, settings.DOCUMENTS_EACH = 1_000_000, 1
    row = announced(officer, request_reference).json()
    answer = officer.send_file(row["content_url"], PDF[:9] + b"\0" * 1_000_000)
    assert answer.json()["errors"][0]["detail"].startswith("The file must be 1 MB or smaller.")
    with pytest.raises(BadInput) as refused:
        documents.receive(row["id"], [], size=0, actor=officer.actor, now=NOON)
    assert refused.value.problems[0].sentence.startswith("The file is empty.")
    answer = announced(officer, request_reference)
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "There are 1 documents here already, which is the most there can be.",
    )


def test_a_file_that_is_longer_than_said_is_refused_while_it_comes(
    officer: Caller, request_reference: str, settings: Any
) -> None:
    """The limit holds for what comes, not only for what is announced."""
    settings.DOCUMENT_BYTES = 200_000
    row = announced(officer, request_reference).json()
    came = []

    def pieces() -> Any:
        for _ in range(100):
            came.append(1)
            yield PDF[:9] + b"\0" * 65_536

    with pytest.raises(BadInput):
        documents.receive(row["id"], pieces(), size=100, actor=officer.actor, now=NOON)
    assert len(came) <= 4


# --- nothing by halves ---------------------------------------------------------------------------
def test_a_file_cut_short_is_not_kept_and_can_be_sent_again(
    officer: Caller, request_reference: str
) -> None:
    row = announced(officer, request_reference).json()
    with pytest.raises(BadInput) as refused:
        documents.receive(row["id"], [PDF[:70_000]], size=len(PDF), actor=officer.actor, now=NOON)
    assert refused.value.problems[0].sentence == "The file did not arrive whole. Send it again."
    assert list(store().older_than(NOON + timedelta(days=9_999))) == []
    assert officer.send_file(row["content_url"], PDF).json()["state"] == "kept"


def test_a_document_takes_one_file(officer: Caller, request_reference: str) -> None:
    row = kept(officer, request_reference)
    again = officer.send_file(row["content_url"], JPEG)
    assert again.status_code == 409
    assert read_all(downloaded(officer, row["id"])) == PDF


def test_only_whoever_announced_it_sends_the_file(officer: Caller, request_reference: str) -> None:
    row = announced(officer, request_reference).json()
    second = api.staff(office.Role.PRIVACY_STAFF, name="Stan Staff")
    assert second.send_file(row["content_url"], PDF).status_code == 404


def test_a_name_is_a_name_and_no_path(officer: Caller, request_reference: str) -> None:
    for typed, stays in {
        "C:\\Users\\Ada\\Letter.pdf": "Letter.pdf",
        "../../etc/passwd": "passwd",
        "Brief an die Praxis.pdf": "Brief an die Praxis.pdf",
    }.items():
        assert announced(officer, request_reference, name=typed).json()["name"] == stays
    assert announced(officer, request_reference, name="../..").status_code == 422


def test_the_file_is_sent_as_it_is_with_its_length(officer: Caller, request_reference: str) -> None:
    row = announced(officer, request_reference).json()
    path = row["content_url"].removeprefix("/api/v1")
    answer = officer.put(path, {"content": "x"})
    assert answer.json()["errors"][0]["pointer"] == "/headers/Content-Type"


def test_the_file_may_come_as_the_one_file_of_a_form(
    officer: Caller, request_reference: str
) -> None:
    row = announced(officer, request_reference).json()
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    form = {"content_type": "multipart/form-data; boundary=x"}
    for broken in (PDF, head + PDF):
        answer = officer.send_file(row["content_url"], broken, **form)
        assert answer.json()["errors"][0]["pointer"] == "/content"
    answer = officer.send_file(row["content_url"], head + PDF + b"\r\n--x--\r\n", **form)
    assert (answer.json()["state"], answer.json()["bytes"]) == ("kept", len(PDF))


# --- who -----------------------------------------------------------------------------------------
def test_whoever_asks_reads_their_own_and_nobody_elses_papers(
    patient: Caller, officer: Caller, request_reference: str, clinic: Office
) -> None:
    reference = office.filed(actor=patient.actor).reference
    own = kept(patient, reference, "authority")
    of_office = kept(officer, reference, "came_in")
    listed = patient.get(f"/requests/{reference}/documents").json()["documents"]
    assert [row["id"] for row in listed] == [own["id"]]
    assert listed[0]["added_by"] == "whoever asked"
    assert read_all(downloaded(patient, own["id"])) == PDF
    assert downloaded(patient, of_office["id"]).status_code == 404
    assert announced(patient, reference, "release").status_code == 403


WHO_READS = {
    "came_in": {"officer", "staff", "professional"},
    "identity": {"officer", "staff"},
    "authority": {"officer", "staff"},
    "release": {"officer", "staff", "professional"},
}
ROLES = {
    "officer": "privacy_officer",
    "staff": "privacy_staff",
    "desk": "front_desk",
    "professional": "licensed_professional",
    "auditor": "auditor",
    "billing": "billing",
    "administrator": "administrator",
}


@pytest.mark.parametrize("sort", WHO_READS)
def test_a_role_reads_what_its_work_needs(
    officer: Caller, request_reference: str, sort: str
) -> None:
    """The desk took down another request than this one; auditors see that there is a document."""
    row = kept(officer, request_reference, sort)
    found = set()
    for who, role in ROLES.items():
        caller = api.staff(office.Role(role), name=f"Some {who}")
        if downloaded(caller, row["id"]).status_code == 200:
            found.add(who)
    assert found == WHO_READS[sort]
    auditor = api.staff(office.Role.AUDITOR, name="Audra Auditor")
    listed = auditor.get(f"/requests/{request_reference}/documents").json()["documents"]
    assert [one["id"] for one in listed] == [row["id"]]


def test_a_role_of_another_site_sees_nothing(officer: Caller, request_reference: str) -> None:
    row = kept(officer, request_reference)
    elsewhere = api.staff(office.Role.PRIVACY_OFFICER, site=api.other_site().pk)
    assert downloaded(elsewhere, row["id"]).status_code == 404
    assert elsewhere.get(f"/requests/{request_reference}/documents").status_code == 404


# --- records to be given ------------------------------------------------------------------------
def test_a_record_is_read_by_whoever_asked_once_it_was_granted_and_released(
    patient: Caller, officer: Caller, clinic: Office
) -> None:
    request = office.filed(actor=patient.actor)
    row = kept(officer, request.reference, "release")
    early = officer.post(f"/documents/{row['id']}/release", key=None)
    assert (early.status_code, early.json()["citation"]) == (409, "45 CFR 164.524(c)(1)")
    office.act(request, "grant", office.INPUT["grant"])
    assert downloaded(patient, row["id"]).status_code == 404
    assert officer.post(f"/documents/{row['id']}/release", key=None).status_code == 200
    assert read_all(downloaded(patient, row["id"])) == PDF
    assert officer.post(f"/documents/{row['id']}/release", key=None).status_code == 409


def test_nothing_is_released_of_a_request_that_was_denied(
    patient: Caller, officer: Caller, clinic: Office
) -> None:
    request = office.filed(actor=patient.actor)
    row = kept(officer, request.reference, "release")
    office.act(request, "deny", office.INPUT["deny"])
    assert officer.post(f"/documents/{row['id']}/release", key=None).status_code == 409


# --- added by mistake -----------------------------------------------------------------------------
WHY = {"why": "It belongs to the request of somebody else."}


def test_what_was_added_by_mistake_is_erased_and_that_it_was_here_stays(
    officer: Caller, request_reference: str
) -> None:
    row = kept(officer, request_reference)
    answer = officer.post(f"/documents/{row['id']}/erase", WHY, key=None)
    shown = answer.json()
    assert (shown["state"], shown["erased_because"]) == ("erased", WHY["why"])
    assert (shown["name"], shown["sha256"]) == (row["name"], row["sha256"])
    assert downloaded(officer, row["id"]).status_code == 409
    (erased,) = entries(events.DOCUMENT_ERASED)
    assert (erased.reason, erased.actor.name) == (WHY["why"], "Olive Officer")
    assert document_sweep.remove(now=NOON) == 1
    listed = officer.get(f"/requests/{request_reference}/documents").json()["documents"]
    assert [one["erased_because"] for one in listed] == [WHY["why"]]
    assert officer.post(f"/documents/{row['id']}/erase", WHY, key=None).status_code == 409


def test_a_reason_is_asked_and_the_officer_decides(officer: Caller, request_reference: str) -> None:
    row = kept(officer, request_reference)
    path = f"/documents/{row['id']}/erase"
    assert officer.post(path, {}, key=None).status_code == 422
    staff = api.staff(office.Role.PRIVACY_STAFF, name="Stan Staff")
    assert staff.post(path, WHY, key=None).status_code == 403
    waiting = announced(officer, request_reference).json()
    assert officer.post(f"/documents/{waiting['id']}/erase", WHY, key=None).status_code == 409


def test_what_was_given_is_not_erased(patient: Caller, officer: Caller, clinic: Office) -> None:
    request = office.filed(actor=patient.actor)
    row = kept(officer, request.reference, "release")
    office.act(request, "grant", office.INPUT["grant"])
    assert officer.post(f"/documents/{row['id']}/release", key=None).status_code == 200
    refused = officer.post(f"/documents/{row['id']}/erase", WHY, key=None)
    assert (refused.status_code, refused.json()["citation"]) == (409, "45 CFR 164.530(j)")


def test_papers_of_a_patient_are_erased_by_whoever_manages_patients(
    officer: Caller, desk: Caller, clinic: Office
) -> None:
    path = f"/patients/{clinic.patient.pk}/documents"
    row = desk.post(path, {"sort": "authority", "name": "Power of attorney.pdf"}).json()
    assert desk.send_file(row["content_url"], PDF).status_code == 200
    assert desk.post(f"/documents/{row['id']}/erase", WHY, key=None).status_code == 403
    staff = api.staff(office.Role.PRIVACY_STAFF, name="Stan Staff")
    assert staff.post(f"/documents/{row['id']}/erase", WHY, key=None).json()["state"] == "erased"


# --- identity images ----------------------------------------------------------------------------
def confirm(reference: str) -> None:
    from requests_app.kinds.models import Request

    request = Request.objects.get(reference=reference)
    office.act(request, "confirm_identity", office.INPUT["confirm_identity"])  # type: ignore[arg-type]


@pytest.fixture
def matched_reference(clinic: Office) -> str:
    return office.taken_down(patient=str(clinic.patient.pk)).reference


def test_an_identity_image_goes_once_identity_is_confirmed(
    officer: Caller, matched_reference: str, clinic: Office
) -> None:
    row, letter = kept(officer, matched_reference, "identity"), kept(officer, matched_reference)
    confirm(matched_reference)
    assert downloaded(officer, row["id"]).json()["detail"].startswith("The file of this document")
    blob = Document.objects.get(pk=row["id"]).blob
    assert document_sweep.remove(now=NOON) == 1
    assert document_sweep.remove(now=NOON) == 0
    with pytest.raises(Missing):
        next(store().read(blob))
    check = IdentityCheck.objects.get()
    assert (check.method, check.passed) == ("photo_id", True)
    (erased,) = entries(events.DOCUMENT_ERASED)
    assert (erased.reason, erased.object.id) == ("identity verified", row["id"])
    assert len(entries(events.DOCUMENT_REMOVED)) == 1
    assert read_all(downloaded(officer, letter["id"])) == PDF


def test_a_practice_may_keep_them(officer: Caller, matched_reference: str, settings: Any) -> None:
    settings.KEEP_IDENTITY_IMAGES = True
    row = kept(officer, matched_reference, "identity")
    confirm(matched_reference)
    assert read_all(downloaded(officer, row["id"])) == PDF


def test_none_is_taken_in_that_nobody_needs_any_more(
    officer: Caller, matched_reference: str
) -> None:
    waiting = announced(officer, matched_reference, "identity").json()
    confirm(matched_reference)
    assert announced(officer, matched_reference, "identity").status_code == 409
    assert officer.send_file(waiting["content_url"], PDF).status_code == 409


# --- papers of a patient --------------------------------------------------------------------------
def test_papers_of_authority_lie_with_the_patient(
    officer: Caller, auditor: Caller, clinic: Office
) -> None:
    path = f"/patients/{clinic.patient.pk}/documents"
    row = officer.post(path, {"sort": "authority", "name": "Power of attorney.pdf"}).json()
    assert officer.send_file(row["content_url"], PDF).json()["state"] == "kept"
    assert read_all(downloaded(officer, row["id"])) == PDF
    assert officer.post(path, {"sort": "release", "name": "x.pdf"}).status_code == 403
    assert auditor.get(path).status_code == 403
    assert downloaded(auditor, row["id"]).status_code == 404
