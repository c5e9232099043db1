"""Event names in words. The name that the log holds always stands beneath."""

from audit import names

_SHORT = {"read": "Read", "log": "The log"}


def in_words(name: str) -> str:
    """`request:access:granted` as "Request, access: granted"."""
    subject, thing, action = (part.replace("_", " ") for part in name.split(":"))
    if subject == thing:
        return f"{subject.capitalize()}: {action}"
    return f"{_SHORT.get(subject, subject.capitalize())}, {thing}: {action}"


def every_event() -> list[tuple[str, str]]:
    """(name, words) of all there are, by their words."""
    return sorted(((name, in_words(name)) for name in names.known()), key=lambda one: one[1])
