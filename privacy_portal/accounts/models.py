"""What is stored about accounts. One file per idea; this one only gathers them for Django."""

from privacy_portal.accounts.model_factors import FactorSecret, MailedCode
from privacy_portal.accounts.model_feeds import CalendarFeed
from privacy_portal.accounts.model_refusals import RefusalCount
from privacy_portal.accounts.model_roles import RoleGrant
from privacy_portal.accounts.model_sessions import Session
from privacy_portal.accounts.model_tokens import ApiToken
from privacy_portal.accounts.model_users import User

__all__ = [
    "ApiToken", "CalendarFeed", "FactorSecret", "MailedCode", "RefusalCount", "RoleGrant", "Session",
    "User",
]  # fmt: skip
