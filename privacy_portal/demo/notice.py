"""The demo's notice of privacy practices, written for it, and published with its checklist."""

from audit import clock
from privacy_portal.demo.stage import Stage, Step
from requests_app.actions import notices
from requests_app.notices import selectors

#: What the demo's practice is; both narrow what its notice must hold.
_IS = {"holds_part2": False, "raises_funds": False}
TEXT = """\
THIS NOTICE DESCRIBES HOW MEDICAL INFORMATION ABOUT YOU MAY BE USED AND DISCLOSED AND HOW YOU CAN GET \
ACCESS TO THIS INFORMATION. PLEASE REVIEW IT CAREFULLY.

How we use and disclose it
For treatment: your therapist tells your doctor how you are doing. For payment: we send your health plan \
a claim with the date and the service. For our own work: we look through notes to see how well we treat.
Without your written permission we also disclose what the law asks for, to public health, to agencies \
that oversee health care, in court and to the police within limits, to coroners and funeral directors, \
for organ donation, for research, to prevent a serious threat, about inmates to their institution, for \
workers' compensation, and to the Secretary of Health and Human Services. Where state law is stricter, \
we follow it.
Most uses of psychotherapy notes, marketing and any sale of your information need your written \
authorization, and so does everything this notice does not name. You can take it back in writing.

Your rights
Ask our privacy office, in this service, in writing or by telephone. You can ask us to restrict what we \
use or disclose; we must agree to keep from your health plan what you have paid for in full yourself. You \
can ask to be reached in another way or place. You can look at your records and get a copy, ask to have \
them amended, and ask to whom we disclosed them. You get this notice on paper whenever you ask, also if \
you agreed to get it electronically.

Our duties
The law asks us to keep your information private, to give you this notice, to follow it, and to tell you \
of a breach. We may change it for all the information we hold; the new one is at our desk and in this \
service.

Complaints and questions
Complain to us or to the Secretary of Health and Human Services. Nobody treats you worse for it. Ask our \
privacy officer, 919-555-0102.
"""


def steps(stage: Stage) -> list[Step]:
    """It was published a year before the month begins."""
    return [Step(stage.when.at(398, 10), _publish)]


def _publish(stage: Stage) -> None:
    today = stage.when.local_day(clock.now())
    raw = _IS | {
        "text": f"{TEXT}\nIn effect from {today:%B %-d, %Y}.\n",
        "published_on": today.isoformat(),
        "effective_on": today.isoformat(),
        "checklist": [
            {"element": one.id, "present": True} for one in selectors.required(on=today, **_IS)
        ],
    }
    notices.publish(raw, actor=stage.actors["administrator"], now=clock.now())
