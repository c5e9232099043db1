"""Routes under /api/."""

from django.urls import URLPattern, path

from privacy_portal.accounts.access import open_to_all
from privacy_portal.api import (
    amendments,
    associates,
    calendar,
    casework,
    charts,
    complaints,
    dated,
    disclosures,
    documents,
    exports,
    intake,
    involved,
    kinds,
    links,
    log,
    log_files,
    machines,
    notices,
    patients,
    populations,
    practice,
    receipts,
    registers,
    reports,
    requests,
    service,
    standing,
    suspensions,
    urls_check,
    urls_reviews,
    users,
    webhooks,
)
from privacy_portal.api.docs import Documentation, Schema
from privacy_portal.api.sign_in import SignIn, SignOut

_ONE = "v1/requests/<slug:reference>"
_DOCUMENTED = "The interface is documented in public; the document holds no data."


def _dated(sort: str) -> list[URLPattern]:
    listed, ended = dated.views(sort)
    return [
        path(f"v1/{sort}", listed.as_view(), name=f"api_{sort}"),
        path(f"v1/{sort}/<slug:pk>/end", ended.as_view(), name=f"api_{sort}_end"),
    ]


#: What stands after amendments, who is involved, and the notice.
_STANDING = [
    path("v1/amendment-notices", amendments.Notices.as_view(), name="api_amendment_notices"),
    path(
        "v1/amendment-notices/<slug:pk>/links",
        amendments.LinkNotice.as_view(),
        name="api_amendment_notice_links",
    ),
    path("v1/patients/<slug:pk>/amendments", amendments.Links.as_view(), name="api_amendments"),
    path("v1/patients/<slug:pk>/linked-set", amendments.LinkedSet.as_view(), name="api_linked_set"),
    path(
        "v1/patients/<slug:pk>/recipients", amendments.Recipients.as_view(), name="api_recipients"
    ),
    path(f"{_ONE}/associates", associates.Inquiries.as_view(), name="api_inquiries"),
    path("v1/inquiries/<slug:pk>/answer", associates.Answer.as_view(), name="api_inquiry_answer"),
    path(f"{_ONE}/persons-to-tell", amendments.PersonsToTell.as_view(), name="api_persons_to_tell"),
    path("v1/people-involved", involved.Involved.as_view(), name="api_involved"),
    path("v1/people-involved/may-i-speak", involved.MaySpeak.as_view(), name="api_may_i_speak"),
    path(
        "v1/people-involved/<slug:pk>/end", involved.EndInvolved.as_view(), name="api_involved_end"
    ),
    path("v1/patients/<slug:pk>/people-involved", involved.OfPatient.as_view(), name="api_people"),
    path("v1/notices", notices.Versions.as_view(), name="api_notices"),
    path("v1/notices/<slug:pk>", notices.OneVersion.as_view(), name="api_notice"),
    path("v1/notice-elements", notices.Elements.as_view(), name="api_notice_elements"),
    path("v1/acknowledgments", notices.Acknowledgments.as_view(), name="api_acknowledgments"),
    path("v1/acknowledgments/confirm", notices.Confirm.as_view(), name="api_acknowledgment"),
    path("v1/patients/<slug:pk>/notices", notices.OfPatient.as_view(), name="api_patient_notices"),
]

urlpatterns = [
    *urls_check.urlpatterns,  # first, since other systems ask it before every disclosure
    path("docs/", open_to_all(Documentation.as_view(), why=_DOCUMENTED), name="api_docs"),
    path("v1/schema", open_to_all(Schema.as_view(), why=_DOCUMENTED), name="schema"),
    path(
        "v1/sign-in", open_to_all(SignIn.as_view(), why="Where one signs in."), name="api_sign_in"
    ),
    path("v1/sign-out", SignOut.as_view(), name="api_sign_out"),
    path("v1/requests", requests.Requests.as_view(), name="api_requests"),
    path(f"{_ONE}", requests.OneRequest.as_view(), name="api_request"),
    path(f"{_ONE}/actions", requests.Actions.as_view(), name="api_request_actions"),
    *(
        path(f"{_ONE}/actions/{name}", view.as_view(), name=f"api_request_{name}")
        for name, view in requests.action_views().items()
    ),
    path(f"{_ONE}/timeline", requests.Timeline.as_view(), name="api_request_timeline"),
    path(f"{_ONE}/clock", requests.ClockView.as_view(), name="api_request_clock"),
    path(f"{_ONE}/letters", requests.Letters.as_view(), name="api_request_letters"),
    path(f"{_ONE}/messages", requests.Messages.as_view(), name="api_request_messages"),
    path(f"{_ONE}/receipt", receipts.OfFiling.as_view(), name="api_request_receipt"),
    path(f"{_ONE}/receipts/<slug:version>", receipts.OfMove.as_view(), name="api_move_receipt"),
    path(f"{_ONE}/measures", complaints.Measures.as_view(), name="api_request_measures"),
    path(f"{_ONE}/documents", documents.OfRequest.as_view(), name="api_request_documents"),
    path(f"{_ONE}/patient", requests.MatchView.as_view(), name="api_request_patient"),
    path(f"{_ONE}/assignee", requests.AssignView.as_view(), name="api_request_assignee"),
    path(
        "v1/documents/<slug:pk>/content", documents.Content.as_view(), name="api_document_content"
    ),
    path("v1/documents/<slug:pk>/erase", documents.Erasing.as_view(), name="api_document_erase"),
    path(
        "v1/documents/<slug:pk>/release", documents.Release.as_view(), name="api_document_release"
    ),
    path(
        "v1/documents/<slug:pk>/downloads",
        documents.Downloads.as_view(),
        name="api_document_downloads",
    ),
    path("v1/downloads/<slug:pk>", documents.OneDownload.as_view(), name="api_download"),
    path(
        "v1/patients/<slug:pk>/documents",
        documents.OfPatient.as_view(),
        name="api_patient_documents",
    ),
    path(f"{_ONE}/casework", casework.Casework.as_view(), name="api_request_casework"),
    path(f"{_ONE}/holds", casework.Holds.as_view(), name="api_request_holds"),
    path("v1/holds/<slug:pk>/lift", casework.LiftHold.as_view(), name="api_hold_lift"),
    path(f"{_ONE}/tasks", casework.Tasks.as_view(), name="api_request_tasks"),
    path("v1/tasks/<slug:pk>/settle", casework.SettleTask.as_view(), name="api_task_settle"),
    path(f"{_ONE}/kind", casework.RightKind.as_view(), name="api_request_kind"),
    path(f"{_ONE}/right-patient", casework.RightPatient.as_view(), name="api_right_patient"),
    path("v1/submissions", casework.Submissions.as_view(), name="api_submissions"),
    path("v1/chart-links", charts.Links.as_view(), name="api_chart_links"),
    path("v1/chart-links/<slug:pk>/end", charts.EndLink.as_view(), name="api_chart_link_end"),
    path("v1/segments", charts.Segments.as_view(), name="api_segments"),
    path("v1/segments/<slug:pk>/items", charts.SegmentItems.as_view(), name="api_segment_items"),
    path("v1/segments/<slug:pk>/end", charts.EndSegment.as_view(), name="api_segment_end"),
    path(
        "v1/representatives/<slug:pk>/end",
        charts.EndRepresentative.as_view(),
        name="api_representative_end",
    ),
    *urls_reviews.urlpatterns,
    path(f"{_ONE}/accounting", suspensions.Rebuilt.as_view(), name="api_request_accounting"),
    path("v1/suspensions", suspensions.Suspensions.as_view(), name="api_suspensions"),
    path(
        "v1/suspensions/<slug:pk>/answer",
        suspensions.Answers.as_view(),
        name="api_suspension_answer",
    ),
    path("v1/supplements", suspensions.Supplements.as_view(), name="api_supplements"),
    path("v1/disclosures", disclosures.Disclosures.as_view(), name="api_disclosures"),
    path("v1/disclosures/releases", disclosures.Releases.as_view(), name="api_releases"),
    path("v1/disclosures/search", disclosures.Search.as_view(), name="api_disclosures_search"),
    path("v1/disclosures/<slug:pk>", disclosures.OneDisclosure.as_view(), name="api_disclosure"),
    path(
        "v1/disclosures/<slug:pk>/corrections",
        disclosures.Corrections.as_view(),
        name="api_disclosure_corrections",
    ),
    path(
        "v1/disclosures/<slug:pk>/receipt",
        receipts.OfDisclosure.as_view(),
        name="api_disclosure_receipt",
    ),
    path("v1/disclosure-bases", disclosures.Bases.as_view(), name="api_disclosure_bases"),
    path("v1/intake", intake.Intake.as_view(), name="api_intake"),
    path("v1/intake/preview", intake.Preview.as_view(), name="api_intake_preview"),
    path("v1/populations", populations.Populations.as_view(), name="api_populations"),
    path("v1/populations/<slug:pk>", populations.Sample.as_view(), name="api_population"),
    path("v1/exports/disclosures", exports.Disclosures.as_view(), name="api_exports_disclosures"),
    path("v1/exports/requests", exports.Requests.as_view(), name="api_exports_requests"),
    path("v1/exports/log", exports.Log.as_view(), name="api_exports_log"),
    path("v1/exports/<slug:pk>", exports.OneExport.as_view(), name="api_export"),
    path("v1/exports/<slug:pk>/file", exports.ExportFile.as_view(), name="api_export_file"),
    path("v1/patients", patients.Patients.as_view(), name="api_patients"),
    path("v1/patients/find", patients.Find.as_view(), name="api_patients_find"),
    path("v1/patients/<slug:pk>", patients.OnePatient.as_view(), name="api_patient"),
    path(
        "v1/patients/<slug:pk>/representatives",
        patients.Representatives.as_view(),
        name="api_patient_representatives",
    ),
    path(
        "v1/patients/<slug:pk>/authorizations",
        registers.OfPatient.as_view(),
        name="api_patient_authorizations",
    ),
    path(
        "v1/patients/<slug:pk>/preferences",
        registers.Preferences.as_view(),
        name="api_patient_preferences",
    ),
    path("v1/authorizations", registers.Authorizations.as_view(), name="api_authorizations"),
    path(
        "v1/authorizations/<slug:pk>/end",
        registers.EndAuthorization.as_view(),
        name="api_authorization_end",
    ),
    path("v1/held-messages", registers.HeldMessages.as_view(), name="api_held_messages"),
    path("v1/held-messages/<slug:pk>/pass-on", registers.PassOn.as_view(), name="api_held_message"),
    path(
        "v1/patients/<slug:pk>/restrictions",
        standing.Restrictions.as_view(),
        name="api_patient_restrictions",
    ),
    *_STANDING,
    path("v1/representatives", patients.Recognise.as_view(), name="api_representatives"),
    path("v1/representatives/refusals", patients.Refuse.as_view(), name="api_refusals"),
    path("v1/link-codes", links.Codes.as_view(), name="api_link_codes"),
    path("v1/links", links.Links.as_view(), name="api_links"),
    path("v1/links/use-code", links.UseCode.as_view(), name="api_links_use_code"),
    path("v1/links/<slug:pk>/end", links.EndLink.as_view(), name="api_link_end"),
    path("v1/me", links.Me.as_view(), name="api_me"),
    path("v1/me/calendar", calendar.OwnCalendar.as_view(), name="api_calendar"),
    path("v1/me/calendar/end", calendar.EndCalendar.as_view(), name="api_calendar_end"),
    path("v1/kinds", kinds.Kinds.as_view(), name="api_kinds"),
    path("v1/practice", practice.OnePractice.as_view(), name="api_practice"),
    path("v1/sites", practice.Sites.as_view(), name="api_sites"),
    path("v1/sites/<slug:pk>/facts", practice.SiteFacts.as_view(), name="api_site_facts"),
    path("v1/set-up", practice.SetUp.as_view(), name="api_set_up"),
    *(route for sort in dated.SORTS for route in _dated(sort)),
    path("v1/users", users.Users.as_view(), name="api_users"),
    path("v1/users/<slug:pk>/grants", users.Grants.as_view(), name="api_user_grants"),
    path("v1/users/<slug:pk>/deactivate", users.Deactivate.as_view(), name="api_user_deactivate"),
    path("v1/grants/<slug:pk>/end", users.EndGrant.as_view(), name="api_grant_end"),
    path("v1/machine-tokens", machines.MachineTokens.as_view(), name="api_machine_tokens"),
    path("v1/machine-tokens/<slug:pk>/end", machines.EndToken.as_view(), name="api_token_end"),
    path("v1/reports/answers", reports.AnswersReport.as_view(), name="api_report_answers"),
    path("v1/reports/ageing", reports.AgeingReport.as_view(), name="api_report_ageing"),
    path("v1/reports/late", reports.LateReport.as_view(), name="api_report_late"),
    path("v1/reports/unmatched", reports.UnmatchedReport.as_view(), name="api_report_unmatched"),
    path("v1/webhooks", webhooks.Webhooks.as_view(), name="api_webhooks"),
    path("v1/webhooks/<slug:pk>/rotate", webhooks.Rotate.as_view(), name="api_webhook_rotate"),
    path("v1/webhooks/<slug:pk>/end", webhooks.EndWebhook.as_view(), name="api_webhook_end"),
    path("v1/service", service.Service.as_view(), name="api_service"),
    path("v1/dead-letters", service.DeadLetters.as_view(), name="api_dead_letters"),
    path("v1/dead-letters/<slug:pk>/retry", service.Retry.as_view(), name="api_dead_letter_retry"),
    path(
        "v1/dead-letters/<slug:pk>/discard",
        service.Discard.as_view(),
        name="api_dead_letter_discard",
    ),
    path("v1/outages", service.Outages.as_view(), name="api_outages"),
    path("v1/outages/<slug:pk>/deadlines", service.Deadlines.as_view(), name="api_outage"),
    path("v1/log/entries/search", log.Search.as_view(), name="api_log_search"),
    path("v1/log/entries/list", log.Listed.as_view(), name="api_log_list"),
    path("v1/log/entries/<slug:pk>", log.OneEntry.as_view(), name="api_log_entry"),
    path("v1/log/entries/<slug:pk>/open", log.OpenEntry.as_view(), name="api_log_open"),
    path(
        "v1/log/entries/<slug:pk>/receipt",
        log_files.EntryReceipt.as_view(),
        name="api_log_entry_receipt",
    ),
    path("v1/log/checkpoint", log_files.Checkpoint.as_view(), name="api_log_checkpoint"),
    path("v1/log/tile/<path:place>", log_files.TileFile.as_view(), name="api_log_tile"),
    path("v1/log/inclusion/<slug:index>", log_files.Inclusion.as_view(), name="api_log_inclusion"),
    path(
        "v1/log/consistency/<slug:old>", log_files.Consistency.as_view(), name="api_log_consistency"
    ),
    path("v1/log/bundles", log_files.Bundles.as_view(), name="api_log_bundles"),
]
