"""What there is to look at in the demo's month: a sentence a story, what to see in it, and where."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Way:
    """One link: its words, as whom to sign in, the route, and what of the story stands there.

    whom   a key of `cast.STAFF`, or "patricia"; empty where nobody need sign in
    place  sort and name in `places`, such as ("request", "late"); None where a route names nothing
    more   what the route takes besides
    """

    words: Words
    whom: str
    route: str
    place: tuple[str, str] | None = None
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One story."""

    heading: Words
    happened: Words
    look: Words
    ways: tuple[Way, ...]


def _request(name: str, words: Words, whom: str = "officer", route: str = "office_request") -> Way:
    return Way(words, whom, route, ("request", name))


def _patient(name: str, words: Words, part: str = "") -> Way:
    route = "office_patient_part" if part else "office_patient"
    return Way(words, "officer", route, ("patient", name), (part,) if part else ())


def _line(name: str, words: Words) -> Way:
    return Way(words, "auditor", "audit_disclosure", ("line", name))


CASES: tuple[Case, ...] = (
    Case(
        _("Dry needling, paid in cash"),
        _(
            "Samuel paid for dry needling at the desk and said that his insurer is not to know of it."
        ),
        _(
            "The law leaves no choice here: the request had to be agreed to, and there is no way to "
            "refuse it. Ask whether a claim for code 20560 may go to his plan, and read the answer."
        ),
        (
            _request("cash needling", _("The request about the needling")),
            _patient("samuel", _("What stands for Samuel")),
            Way(
                _("Ask whether something may be disclosed about Samuel"), "staff",
                "office_check_disclosure", ("patient", "samuel"),
            ),
        ),
    ),
    Case(
        _("A subpoena"),
        _(
            "Attorneys asked for Samuel's notes by a subpoena without an order of a court, and were "
            "first told no."
        ),
        _(
            "Nothing went before they showed with copies that Samuel had been told and had not "
            "objected. Both answers are kept; the line of the disclosure log holds the assurance, and "
            "it counts in an accounting."
        ),
        (
            _line("subpoena", _("The line of the disclosure log about the subpoena")),
            Way(_("What the log says of it"), "auditor", "audit_log"),
        ),
    ),
    Case(
        _("A word in a note"),
        _(
            "Patricia asked to have a word taken out of a note; the practice denied it, she wrote a "
            "statement of disagreement, and the practice a rebuttal."
        ),
        _(
            "All four papers stay together and go along whenever that note is disclosed. Look at the "
            "timeline, then read the same request as Patricia."
        ),
        (
            _request("disputed word", _("The dispute as the office sees it")),
            _request("disputed word", _("Its letters"), route="office_papers"),
            _request("disputed word", _("The dispute as Patricia sees it"), "patricia", "my_request"),
        ),
    ),
    Case(
        _("A detective on the telephone"),
        _(
            "A detective said by telephone that telling Theo of a disclosure to the police would "
            "impede an investigation, and Theo then asked for an accounting."
        ),
        _(
            "By word of mouth this holds for thirty days at most. The accounting that Theo was handed "
            "leaves the line out and shows no trace of it; when the days are over a supplement falls "
            "due."
        ),
        (
            _patient("theo", _("What is held back, and through which day"), "others"),
            _request("held back", _("The accounting that Theo was given")),
            _request("held back", _("The accounting, word for word"), route="office_papers"),
            _line("police", _("The line that is held back")),
        ),
    ),
    Case(
        _("A late answer"),
        _("Theo's letter lay in a tray for two weeks, and its last lawful day is over."),
        _(
            "Received is received: the clock began on the day the letter came. It stands first in the "
            "queue, is called overdue everywhere, and can no longer be extended."
        ),
        (
            Way(_("The queue, what is late first"), "officer", "office_queue"),
            _request("late", _("The late request")),
            Way(_("How the office is doing"), "officer", "office_dashboard"),
        ),
    ),
    Case(
        _("More time, taken in time"),
        _("Samuel's notes are with a storage company, so the office took thirty days more."),
        _(
            "The letter gives the reasons and the day, as the law asks. The page explains each date "
            "with its rule."
        ),
        (_request("extended", _("The request with more time")),),
    ),
    Case(
        _("One page withheld"),
        _(
            "A licensed professional found that one page would harm a relative; the rest was given, "
            "and Inés asked for a review."
        ),
        _(
            "Whoever denied it may not review it. What can be done next stands first, with a reason "
            "beside whatever cannot."
        ),
        (
            _request("denied in part", _("The denial under review")),
            _request("denied in part", _("The same as a licensed professional"), "professional"),
        ),
    ),
    Case(
        _("A letter that nobody has matched"),
        _("Somebody wrote and asked for everything; no chart has been matched to the letter yet."),
        _(
            "The clock runs all the same. Say whose records it is about on the page of the work beside it."
        ),
        (_request("received", _("The work beside that letter"), "staff", "office_work"),),
    ),
    Case(
        _("A request as its patient sees it"),
        _("Patricia asked for her visit notes and wrote a message; the office answered."),
        _(
            "She sees by when she is answered, the messages, and who looked at her request. The "
            "office's own note is not among them."
        ),
        (
            _request("in review", _("Patricia's newest request"), "patricia", "my_request"),
            _request("in review", _("Who looked at it"), "patricia", "my_looked"),
            _request("in review", _("Messages and notes, in the office"), "staff", "office_messages"),
        ),
    ),
    Case(
        _("To whom her information went"),
        _("Patricia asked for an accounting of disclosures and was given one."),
        _("It shows what the law counts and leaves out treatment, payment and her own copies."),
        (
            _request("accounting given", _("Her accounting"), "patricia", "my_request"),
            Way(_("Who got Patricia's information"), "patricia", "my_disclosures"),
        ),
    ),
    Case(
        _("A name called out"),
        _("Theo complained at the desk that his name and treatment were called out."),
        _(
            "It is acknowledged and being looked into. It would go around whoever it names, and nobody "
            "may be treated worse for it."
        ),
        (_request("name called out", _("The complaint")),),
    ),
    Case(
        _("Wishes that are carried out at once"),
        _(
            "Samuel is called on another number, Inés told us that her cousin is told nothing, and "
            "Patricia wants no newsletter."
        ),
        _(
            "Nobody had to say why. From then on these wishes bind: they stand on the page of each "
            "person, and every check asks them."
        ),
        (
            _request("called at work", _("Another number for Samuel")),
            _patient("ines", _("What stands for Inés")),
            _request("not my cousin", _("The objection to telling the cousin")),
            _request("no newsletter", _("No newsletter"), "patricia", "my_request"),
        ),
    ),
    Case(
        _("Taken back, handed over, sent elsewhere"),
        _(
            "Patricia took back what she may have signed, Inés took a paper notice home, and pictures "
            "were asked for that another provider keeps."
        ),
        _("Three short ones: each says what was done, on which day and by whom."),
        (
            _request("taken back", _("The authorization taken back")),
            _request("paper notice", _("The copy of the notice")),
            _request("redirected", _("The pictures that are kept elsewhere")),
        ),
    ),
    Case(
        _("The log, and the proof of it"),
        _("Everything above, and everybody who looked at it, is an encrypted entry of the log."),
        _(
            "Search it, open an entry for a reason, ask for an export, and let the page say what is "
            "proved and what is not."
        ),
        (
            Way(_("What can be proved about the log"), "auditor", "audit_verification"),
            Way(_("Exports"), "auditor", "audit_exports"),
            Way(_("The time limits in force"), "administrator", "admin_policies"),
        ),
    ),
    Case(
        _("Ask for something yourself"),
        _("Nobody has asked for this one yet."),
        _("Ask without an account, as anybody can, then find it in the office's queue or at the desk."),
        (
            Way(_("Ask the privacy office"), "", "ask"),
            Way(_("The desk, for paper, telephone and counter"), "desk", "office_desk"),
        ),
    ),
)  # fmt: skip
