"""One's own account: what there is to set, and where one is signed in."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from audit import clock
from privacy_portal.accounts import factors, sessions
from privacy_portal.accounts.actors import actor_for


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Password, second step, sessions: what is set, and where to change it."""
    return render(request, "account/account.html", {"has_step": factors.enrolled(request.user.pk)})


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Every place where one is signed in."""
    here = sessions.digest(str(request.session.session_key))
    rows = [
        {"row": row, "here": row.session_key == here}
        for row in sessions.of(request.user.pk, now=clock.now())
    ]
    return render(request, "account/sessions.html", {"rows": rows})


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one, or all others."""
    actor = actor_for(request.user, via="session")
    here = sessions.digest(str(request.session.session_key))
    asked = request.POST.get("session", "")
    named = (
        [asked]
        if asked
        else [one.session_key for one in sessions.of(request.user.pk, now=clock.now())]
    )
    for key in named:
        if key != here:
            sessions.end_one(request.user.pk, key, actor=actor)
    return HttpResponseRedirect(reverse("account_sessions"))
