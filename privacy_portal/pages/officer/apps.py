from django.apps import AppConfig


class OfficePagesConfig(AppConfig):
    """The office's pages, and what a member of staff has put aside on them."""

    name = "privacy_portal.pages.officer"
    label = "office_pages"
