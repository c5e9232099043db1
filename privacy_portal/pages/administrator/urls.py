"""The administrator's pages."""

from django.urls import URLPattern, path

from privacy_portal.pages.administrator import (
    keeping_pages,
    office_pages,
    people_pages,
    system_pages,
)

urlpatterns: list[URLPattern] = [
    path("administration/users", people_pages.users, name="admin_users"),
    path("administration/users/new", people_pages.invite, name="admin_invite"),
    path("administration/users/<uuid:pk>", people_pages.user, name="admin_user"),
    path(
        "administration/users/<uuid:pk>/invite",
        people_pages.invite_again,
        name="admin_user_invite",
    ),
    path("administration/users/<uuid:pk>/off", people_pages.switch_off, name="admin_user_off"),
    path("administration/users/<uuid:pk>/step", people_pages.reset_step, name="admin_user_step"),
    path("administration/grants/<uuid:pk>/end", people_pages.end_grant, name="admin_grant_end"),
    path("administration/practice", office_pages.settings_page, name="admin_practice"),
    path("administration/policies", office_pages.policies, name="admin_policies"),
    path("administration/keys", office_pages.keys_page, name="admin_keys"),
    path("administration/listeners", system_pages.listeners, name="admin_listeners"),
    path("administration/machines", system_pages.machines, name="admin_machines"),
    path("administration/keeping", keeping_pages.keeping, name="admin_keeping"),
    path("administration/service", office_pages.service_page, name="admin_service"),
    path("administration/health", office_pages.health_page, name="admin_health"),
]
