"""The administrator's links."""

from privacy_portal.pages.links import Link

LINKS: tuple[Link, ...] = ()
