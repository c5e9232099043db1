"""Whoever asked for an export, as known when it is written."""

from uuid import UUID

from audit.actors import Actor
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_users import User
from privacy_portal.api.models import Export


def who_asked(export: Export) -> Actor | None:
    """The account with the roles it holds now; None when it was switched off."""
    user = User.objects.filter(pk=UUID(export.asked_by), is_active=True).first()
    return None if user is None else actor_for(user, via="task", scopes=export.scopes)
