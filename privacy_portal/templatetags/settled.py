"""Django's `translate`, `url` and `static`: what the template alone settles is worked out once.

The settings put these in the place of Django's.  A sentence is put into words once for each language; an
address without parts, and that of a file of ours, once.  With a variable, a filter or `as` they are Django's.
"""

from collections.abc import Callable
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags import i18n
from django.templatetags import static as statics
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags | statics.register.tags)
register.filters.update(i18n.register.filters)


class Settled(Node):
    """What a node gives, by the language that is spoken where that makes a difference."""

    child_nodelists = ()

    def __init__(self, node: Node, differs_by: Callable[[], str | None]) -> None:
        self._node, self._differs_by = node, differs_by
        self._given: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        by = self._differs_by()
        if by not in self._given:
            self._given[by] = self._node.render(context)
        return self._given[by]


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """{% translate "Sign out" %}"""
    node: i18n.TranslateNode = i18n.do_translate(parser, token)
    words: Any = node.filter_expression.var
    plain = node.message_context is None and not node.filter_expression.filters
    settled = plain and node.asvar is None and words.lookups is None
    return Settled(node, get_language) if settled else node


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """{% url 'office_queue' %}"""
    node: URLNode = django_url(parser, token)
    settled = not (node.args or node.kwargs or node.asvar) and _is_written(node.view_name)
    return Settled(node, _nothing) if settled else node


@register.tag
def static(parser: Parser, token: Token) -> Node:
    """{% static 'portal.css' %}"""
    node: statics.StaticNode = statics.do_static(parser, token)
    settled = node.varname is None and _is_written(node.path)
    return Settled(node, _nothing) if settled else node


def _is_written(value: FilterExpression) -> bool:
    return not value.is_var and not value.filters


def _nothing() -> None:
    """By nothing."""
