"""The officer's pages."""

from django.urls import path

from privacy_portal.pages.officer import (
    add_paper,
    away,
    beside,
    calendar,
    dashboard,
    desk,
    disclose,
    errands,
    intake,
    moves,
    patients,
    queue,
    queue_acts,
    requests,
    service,
)

_ONE = "office/requests/<slug:reference>"
_PATIENT = "office/patients/<slug:pk>"

urlpatterns = [
    path("office/requests", queue.queue, name="office_queue"),
    path("office/assign", queue_acts.assign_together, name="office_assign"),
    path("office/views", queue_acts.save_view, name="office_save_view"),
    path("office/views/<slug:pk>/remove", queue_acts.remove_view, name="office_remove_view"),
    path(_ONE, requests.one, name="office_request"),
    path(f"{_ONE}/messages", beside.messages, name="office_messages"),
    path(f"{_ONE}/papers", beside.papers, name="office_papers"),
    path(f"{_ONE}/papers/add", add_paper.add, name="office_add_paper"),
    path(f"{_ONE}/work", beside.work, name="office_work"),
    path(f"{_ONE}/match", patients.matched, name="office_match"),
    path(f"{_ONE}/do/<slug:move>", moves.ask, name="office_move"),
    path(f"{_ONE}/do/<slug:move>/<slug:pk>", moves.check, name="office_check"),
    path("office/documents/<slug:pk>", beside.download, name="office_download"),
    path("office/find", patients.find, name="office_find"),
    path(_PATIENT, patients.one, name="office_patient"),
    path(f"{_PATIENT}/stands/<slug:part>", patients.one, name="office_patient_part"),
    path(f"{_PATIENT}/disclose", disclose.disclose, name="office_check_disclosure"),
    path("office/desk", desk.desk, name="office_desk"),
    path("office/desk/begin", intake.begin, name="office_begin"),
    path("office/desk/drafts/<slug:pk>", intake.draft, name="office_draft"),
    path("office/desk/people/<slug:pk>", desk.person, name="office_desk_person"),
    path("office/due", calendar.calendar, name="office_calendar"),
    path("office/report", dashboard.dashboard, name="office_dashboard"),
    path("office/not-sent", service.not_sent, name="office_dead_letters"),
    path("office/set-up", service.set_up, name="office_set_up"),
    path("office/notice", service.notice, name="office_notices"),
    path("office/cover", away.cover, name="office_cover"),
    path("office/hand-over", away.sheet, name="office_hand_over"),
    path("office/leaving", away.leave, name="office_leave"),
    path("office/record/<slug:name>", errands.view, name="office_errand"),
    path("office/record/<slug:name>/<slug:about>", errands.view, name="office_errand_about"),
]
