"""The plain pages, as a browser uses them and as it should not; and what is no HTTP at all."""

import re

from django.conf import settings

from privacy_portal.accounts import sessions
from privacy_portal.accounts.model_users import User
from privacy_portal.accounts.sessions import SessionStore
from tests.canary.people import PATIENT, People, mail_address, sign_in_address
from tests.canary.web import Web
from tests.support.accounts import PASSWORD
from tests.support.canary import Cage
from tests.support.office import OFFICER

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')


def walk(web: Web, cage: Cage, people: People) -> None:
    open_doors(web, cage)
    sign_in_to_the_api(web, cage)
    begin_to_ask(web, cage)
    look_up(web, cage)
    put_aside(web, cage)
    wrong_sign_in(web, cage)
    mailed_codes(web, cage)
    change_password(web, cage)
    odd_addresses(web, cage, people)
    no_http(web, cage)


def open_doors(web: Web, cage: Cage) -> None:
    """What answers to a secret of its own, to somebody who has another."""
    assert web.call("GET", f"/calendar/{cage.canary('calendar secret')}.ics").status == 404
    word = cage.canary("metrics token")
    assert web.call("GET", f"/metrics?q={word}", token=word).status == 404


def sign_in_to_the_api(web: Web, cage: Cage) -> None:
    """Rightly, and with an address nobody has: before wrong tokens have used up the attempts."""
    right = {"address": sign_in_address(cage, "visitor"), "password": PASSWORD}
    assert web.call("POST", "/api/v1/sign-in", right).ok
    wrong = {
        "address": mail_address(cage, "API sign-in: unknown address"),
        "password": cage.canary("API sign-in: password"),
    }
    assert web.call("POST", "/api/v1/sign-in", wrong).status == 401


def put_aside(web: Web, cage: Cage) -> None:
    """What the officer puts aside: a view's name, whom one looks for, a call that broke off."""
    word = cage.canary
    officer = User.objects.get(pk=OFFICER.id)
    officer.set_password(PASSWORD)
    officer.save(update_fields=["password"])
    fields = {"login": officer.username, "password": PASSWORD} | _token(web, "/sign-in")
    assert web.form("/sign-in", fields).status == 302
    _past_the_second_step(web)
    token = _token(web, "/office/requests?kind=access")
    named = {"name": word("page: name of a view"), "query": "kind=access"}
    assert web.form("/office/views", named | token).status == 302
    sought = {"family_name": word("page: whom"), "record_number": word("page: record number")}
    assert web.form("/office/find", sought | token).status in {303, 302}
    begun = web.form("/office/desk/begin", {"kind": "access", "channel": "telephone"} | token)
    said = {"asker.name": word("page: asker"), "details.records": word("page: what is asked")}
    assert web.form(begun.headers["Location"], said | {"later": "1"} | token).status == 302
    assert web.form("/sign-out", token).status == 302


def _past_the_second_step(web: Web) -> None:
    """As if the officer had shown it: codes of an app are numbers, in which no canary goes along."""
    session = SessionStore(session_key=web.cookies[settings.SESSION_COOKIE_NAME])
    session[sessions.SECOND_STEP] = True
    session.save()


def begin_to_ask(web: Web, cage: Cage) -> None:
    """A complaint that somebody without an account begins to write, and does not send."""
    word = cage.canary
    began = web.form(
        "/ask/", {"kind": "complaint", word("ask: field name"): "x"} | _token(web, "/ask/")
    )
    assert began.status == 302, began
    whom = began.headers["Location"]
    draft, token = whom.rpartition("/")[0], _token(web, whom)
    assert web.form(whom, {"whom": word("ask: whom")} | token).status == 200
    assert web.form(whom, {"whom": "myself"} | token).status == 302
    you = {"name": word("ask: name"), "birth_date.year": word("ask: year")}
    assert web.form(f"{draft}/you", you | token).status == 200
    assert web.form(f"{draft}/you", {"name": you["name"]} | token).status == 302
    assert web.form(f"{draft}/what", {"what": word("ask: what")} | token).status == 302
    assert web.page(f"{draft}/{word('ask: page').lower()}").status == 404


def look_up(web: Web, cage: Cage) -> None:
    """What is typed to look a request up, and cannot be read."""
    typed = {
        "reference": cage.canary("page look-up: reference"),
        "birth_date.year": cage.canary("page look-up: year"),
    }
    assert web.form("/lookup", typed | _token(web, "/lookup")).status == 200


def wrong_sign_in(web: Web, cage: Cage) -> None:
    """An address nobody has, fields nobody asks for, and a form without its token."""
    word = cage.canary
    fields = {
        "login": mail_address(cage, "page sign-in: unknown address"),
        "password": word("page sign-in: password"),
        word("page sign-in: field name"): word("page sign-in: field"),
        "next": f"/{word('page sign-in: next field')}",
    }
    assert web.form("/sign-in", fields).status == 403
    token = _token(
        web, f"/sign-in?next=/{word('page sign-in: next')}&q={word('page sign-in: query')}"
    )
    answer = web.form("/sign-in", fields | token)
    assert answer.status == 200, answer
    web.form("/sign-in", {"login": word("page sign-in: no address"), "password": "x"} | token)


def mailed_codes(web: Web, cage: Cage) -> None:
    """Addresses that nobody has and that somebody has, a password, and a code that is none."""
    for path, place in {"/sign-in/code": "code", "/sign-up": "sign-up"}.items():
        fields = {
            "address": mail_address(cage, f"page {place}: address"),
            "password": cage.canary(f"page {place}: password"),
        }
        assert web.form(path, fields | _token(web, path)).status == 302
    word = {"code": cage.canary("page sign-up: code")}
    assert web.form("/sign-up/confirm", word | _token(web, "/sign-up/confirm")).status == 200
    taken = {"address": sign_in_address(cage, "visitor")} | _token(web, "/sign-in/code")
    assert web.form("/sign-in/code", taken).status == 302


def change_password(web: Web, cage: Cage) -> None:
    """After signing in: once wrongly, once rightly."""
    address = sign_in_address(cage, "visitor")
    fields = {"login": address, "password": PASSWORD} | _token(web, "/sign-in")
    assert web.form("/sign-in", fields).status == 302
    token = _token(web, "/password")
    names = ("oldpassword", "password1", "password2")
    wrong = {name: cage.canary(f"page password: {name}") for name in names}
    assert web.form("/password", wrong | token).status == 200
    new = cage.canary("page password: new")
    right = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert web.form("/password", right | token).status == 302


def odd_addresses(web: Web, cage: Cage, people: People) -> None:
    """Addresses there are not, and hosts we are not."""
    for number, path in enumerate(("/{0}", "/?q={0}", "/static/{0}", "/api/{0}", "/api/v1/{0}",
                                   "/health/{0}", "/%ff%00{0}", "/{0}/../{0}", "//{0}@example.org")):  # fmt: skip
        for method in ("GET", "POST", "PURGE"):
            place = f"odd address {number} {method}"
            web.call(method, path.format(cage.canary(place)), token=people.tokens[PATIENT.id])
    host = cage.canary("header Host")
    assert web.call("GET", "/", Host=f"{host}.example.org").status == 400
    assert web.call("GET", "/api/v1/requests", Host=host).status == 400
    web.call("GET", cage.canary("method"))
    web.call(cage.canary("method"), "/")
    web.call("GET", "/", X_HTTP_Method_Override=cage.canary("header X-HTTP-Method-Override"))


def no_http(web: Web, cage: Cage) -> None:
    """What the web server itself must refuse."""
    fine = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    forms = (
        b"%b\r\n\r\n", b"%b %b %b\r\n\r\n", b"GET /%b HTTP/9.9\r\n\r\n", b"GET /%b\r\n\r\n",
        b"GET / HTTP/1.1 %b\r\n\r\n", fine + b"No colon %b\r\n\r\n", fine + b"%b : x\r\n\r\n",
        fine + b"X: %b\0\r\n\r\n", fine + b"Content-Length: %b\r\n\r\n",
        fine + b"Transfer-Encoding: %b\r\n\r\n", fine + b"Expect: %b\r\n\r\n",
        fine + b"Transfer-Encoding: chunked\r\n\r\n%b\r\n", fine + b"_%b: x\r\n Folded: %b\r\n\r\n",
        b"GET http://%b:x/ HTTP/1.1\r\n\r\n", b"PROXY TCP4 %b %b 1 2\r\n" + fine + b"\r\n",
    )  # fmt: skip
    for number, form in enumerate(forms):
        word = cage.canary(f"no HTTP {number}").encode()
        web.raw(form % ((word,) * form.count(b"%b")))
    word = cage.canary("too long a line").encode()
    web.raw(b"GET /" + word * 600 + b" HTTP/1.1\r\n\r\n")
    web.raw(fine + b"X-" + word + b": " + word * 1200 + b"\r\n\r\n")
    web.raw(fine + b"".join(b"X-%d: %b\r\n" % (n, word) for n in range(150)) + b"\r\n")


def _token(web: Web, path: str) -> dict[str, str]:
    found = _TOKEN.search(web.page(path).content)
    assert found is not None, path
    return {"csrfmiddlewaretoken": found.group(1).decode()}
