"""The auditor's pages."""

from django.urls import URLPattern, path

from privacy_portal.pages.auditor import (
    by_person,
    export_pages,
    handing_over,
    ledger_pages,
    log_pages,
    population_pages,
    review_pages,
    verification,
)

urlpatterns: list[URLPattern] = [
    path("audit/log", log_pages.search, name="audit_log"),
    path("audit/log/hand-over", handing_over.hand_over, name="audit_hand_over"),
    path("audit/log/<uuid:eid>", log_pages.entry, name="audit_entry"),
    path("audit/log/<uuid:eid>/receipt", log_pages.receipt, name="audit_entry_receipt"),
    path("audit/reviews", review_pages.reviews, name="audit_log_reviews"),
    path("audit/reviews/<uuid:pk>", review_pages.review, name="audit_log_review"),
    path("audit/disclosures/of-person", by_person.of_person, name="audit_of_person"),
    path("audit/populations", population_pages.listed, name="audit_populations"),
    path("audit/populations/<slug:name>", population_pages.sample, name="audit_population"),
    path("audit/disclosures", ledger_pages.ledger, name="audit_disclosures"),
    path("audit/disclosures/<uuid:pk>", ledger_pages.line, name="audit_disclosure"),
    path("audit/exports", export_pages.exports, name="audit_exports"),
    path("audit/exports/ask/<slug:register>", export_pages.ask, name="audit_export_ask"),
    path("audit/exports/<uuid:pk>", export_pages.export, name="audit_export"),
    path("audit/exports/<uuid:pk>/file", export_pages.file, name="audit_export_file"),
    path("audit/verification", verification.verification, name="audit_verification"),
]
