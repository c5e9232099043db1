"""On what grounds somebody is not treated as the personal representative (164.502(g))."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """Why somebody is refused at once, or an authority that was recognised counts no more."""

    ABUSE = "abuse", _("Domestic violence, abuse or neglect is believed (164.502(g)(5)(i)(A))")
    ENDANGERS = "endangers", _("Treating them so could endanger (164.502(g)(5)(i)(B))")
    NO_AUTHORITY = "no_authority", _("No authority is shown (164.514(h)(1)(i))")
    MINORS_OWN = "minors_own", _("The minor alone acts for this care (164.502(g)(3)(i))")
    ENDED = "ended", _("The authority itself ended: revoked, replaced, the person came of age")

    @property
    def refuses(self) -> bool:
        """Whether the practice declines, on its own judgment, somebody with authority."""
        return self in _JUDGED

    @property
    def citation(self) -> str:
        """The rule by which this person is not treated as the individual."""
        return _CITATIONS[self]


_JUDGED = frozenset({Why.ABUSE, Why.ENDANGERS})
_CITATIONS: Mapping[Why, str] = {
    Why.ABUSE: "45 CFR 164.502(g)(5)",
    Why.ENDANGERS: "45 CFR 164.502(g)(5)",
    Why.NO_AUTHORITY: "45 CFR 164.514(h)(1)(i)",
    Why.MINORS_OWN: "45 CFR 164.502(g)(3)(i)",
    Why.ENDED: "45 CFR 164.502(g)",
}
