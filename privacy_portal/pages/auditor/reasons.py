"""Why something protected is looked at: asked in the same words wherever it is asked."""

from django.utils.translation import gettext_lazy

from requests_app.questions import text


def reason() -> str:
    """The question, for a dataclass of questions."""
    return text(
        name="the reason",
        question=gettext_lazy("Why do you need to see this?"),
        hint=gettext_lazy("Kept in the log with your name."),
        max_length=400,
    )
