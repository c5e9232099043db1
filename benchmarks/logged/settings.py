"""The service's settings with the two packages beside it."""

from privacy_portal.settings import *  # noqa: F403
from privacy_portal.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "pgtrigger", "pghistory", "auditlog", "benchmarks.logged"]
MIGRATION_MODULES = {"logged": None}
