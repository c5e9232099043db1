"""Every page is read strictly: what is claimed here holds for each of them.

`Visitor` is the browser of the view tests: whatever it gets is read by the HTML standard's own rules,
and linted, before a test looks at it.
"""

import dataclasses
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.test import Client

_FIELDS = ("input", "select", "textarea")
#: What assistive technology lists of a page: some always, the others where they have a name.
_LANDMARKS = {"nav": "navigation", "aside": "complementary", "section": "region", "form": "form"}
_UNNAMED = ("navigation", "complementary")
_NAMESPACE = "{http://www.w3.org/1999/xhtml}"
#: What every page says, by its language: when something is to be put right, and whose page it is.
_SAID = {
    "en": ("There is a problem", "– Privacy office"),
    "es": ("Hay un problema", "– Oficina de privacidad"),
}


def _plain(tag: Any) -> str:
    return str(tag).removeprefix(_NAMESPACE)


class Page:
    """One parsed page: headings, title, ids, labels, links and what should not be there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Element = html5lib.HTMLParser(strict=True).parse(text)
        self.elements: list[tuple[str, dict[str, str]]] = [
            (_plain(one.tag), dict(one.attrib)) for one in self.root.iter() if not callable(one.tag)
        ]
        self.words = {tag: " ".join(self._texts(tag)) for tag in ("title", "h1")}

    def nodes(self, tag: str) -> list[Element]:
        return list(self.root.iter(f"{_NAMESPACE}{tag}"))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def _texts(self, tag: str) -> list[str]:
        return [said(node) for node in self.nodes(tag)]

    @property
    def main(self) -> str:
        """What a person reads in the page's main part."""
        return said(self.nodes("main")[0])

    def links(self, words: str) -> list[str]:
        """Where the links with these words lead."""
        return [node.get("href", "") for node in self.nodes("a") if words in said(node)]

    def filled(self, **more: str) -> dict[str, list[str]]:
        """What a browser would send for the last form of the page, with these answers besides."""
        form = self.nodes("main")[0].findall(f".//{_NAMESPACE}form")[-1]
        sent: dict[str, list[str]] = {}
        for node in form.iter():
            for name, value in _sends(node):
                sent.setdefault(name, []).append(value)
        return sent | {name: [value] for name, value in more.items()}


def _sends(node: Element) -> list[tuple[str, str]]:
    tag, name = _plain(node.tag), node.get("name")
    if name is None:
        return []
    if tag == "textarea":
        return [(name, (node.text or "").removeprefix("\n"))]
    if tag == "select":
        chosen = [one for one in node if "selected" in one.attrib]
        return [(name, (chosen or list(node))[0].get("value", ""))]
    if tag != "input" or node.get("type") == "file":
        return []
    if node.get("type") in {"radio", "checkbox"} and "checked" not in node.attrib:
        return []
    return [(name, node.get("value", ""))]


def said(node: Element) -> str:
    """The words of an element, as one line."""
    return re.sub(r"\s+", " ", "".join(node.itertext())).strip()


def strict(text: str) -> Page:
    """The page, after every claim that holds for all pages."""
    assert text.startswith("<!doctype html>")
    page = Page(text)
    (language,) = [html["lang"] for html in page.all("html")]
    wrong, whose = _SAID[language]
    assert len(page.all("h1")) == 1, page.words["h1"]
    assert len(page.all("main")) == 1
    title, heading = page.words["title"], page.words["h1"]
    assert heading
    assert title.removeprefix("Error: ").startswith(heading), (title, heading)
    assert title.endswith(whose)
    assert (wrong in page.text) == title.startswith("Error: "), title
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    _check_links(page, set(ids))
    _check_fields(page, set(ids))
    _check_headings(page)
    _check_tables(page)
    _check_landmarks(page)
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert "required" not in attributes
    return page


def _check_links(page: Page, ids: set[Any]) -> None:
    links = [link["href"] for link in page.all("a")]
    assert any(link == "#main" for link in links), "no skip link"
    for link in links:
        assert not link.startswith("#") or link[1:] in ids, f"{link} leads nowhere"
    for tag, name in (("link", "href"), ("script", "src"), ("img", "src"), ("form", "action")):
        for attributes in page.all(tag):
            assert (attributes.get(name) or "/").startswith("/"), "asks another host"
    leads: dict[str, str] = {}
    for node in page.nodes("a"):
        words, href = said(node), node.get("href", "")
        assert words, f"a link without words leads to {href}"
        assert leads.setdefault(words, href) == href, f"{words!r} leads to two places"


def _check_fields(page: Page, ids: set[str]) -> None:
    labels = {label.get("for") for label in page.all("label")}
    for name, field in page.elements:
        for about in (field.get("aria-describedby") or "").split():
            assert about in ids, f"described by nothing: {about}"
        if name in _FIELDS and field.get("type") != "hidden":
            assert field.get("id") in labels, f"no label: {field}"
            assert field.get("type") not in {"number", "date"}, field
    for form in page.all("form"):
        assert "novalidate" in form
        assert form.get("method") in {"get", "post"}, form
    for form in page.nodes("form"):
        if form.get("method") == "post":
            names = {one.get("name") for one in form.iter(f"{_NAMESPACE}input")}
            assert "csrfmiddlewaretoken" in names
    for fieldset in page.nodes("fieldset"):
        assert [_plain(one.tag) for one in fieldset][:1] == ["legend"], "no legend comes first"


def _check_headings(page: Page) -> None:
    """No level is left out on the way down."""
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch("h[1-6]", name)]
    levels = levels[levels.index(1) :]
    for before, after in pairwise(levels):
        assert after <= before + 1, f"h{after} stands below h{before}"


def _check_tables(page: Page) -> None:
    for table in page.nodes("table"):
        assert table.find(f"{_NAMESPACE}caption") is not None, "a table without a caption"
        assert all(head.get("scope") for head in table.iter(f"{_NAMESPACE}th"))


def _check_landmarks(page: Page) -> None:
    """Whoever goes from landmark to landmark hears a name once: two that sound alike are one."""
    words = {node.get("id"): said(node) for node in page.root.iter() if node.get("id")}
    heard: list[tuple[str, str]] = []
    for tag, one in page.elements:
        name = one.get("aria-label") or words.get(one.get("aria-labelledby", ""), "")
        role = one.get("role", _LANDMARKS.get(tag, ""))
        if role in _UNNAMED or (role in _LANDMARKS.values() and name):
            heard.append((role, name))
    assert len(heard) == len(set(heard)), f"two landmarks are called alike: {sorted(heard)}"


def checked(answer: Any) -> Page:
    """The page of an answer, its scripts carrying this answer's nonce and no other."""
    page = strict(answer.content.decode())
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    nonce = policy.partition("'nonce-")[2].partition("'")[0] or "none was given"
    for script in page.all("script"):
        assert script.get("nonce") == nonce, "a script without this answer's nonce"
    assert answer["Cache-Control"] == "no-store"
    return page


def get(browser: Client, path: str, *, status: int = 200) -> Page:
    answer = browser.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.get("Location", ""))
    return checked(answer)


def expect_problem(page: Page, field: str, sentence: str) -> None:
    """The sentence stands above, leads to the field by its id, and stands beside it as well."""
    assert page.words["title"].startswith("Error: ")
    summary = next(a for _, a in page.elements if a.get("class") == "error-summary")
    assert "autofocus" in summary
    assert f"#{field}" in page.links(sentence), (sentence, page.main)
    described = page.root.findall(f".//*[@id='{field}']")[0].get("aria-describedby") or ""
    beside = [said(one) for one in page.root.findall(".//*[@class='error-message']")]
    assert any(sentence in one for one in beside), beside
    assert described or beside


@dataclass
class Visitor:
    """A browser that reads every page strictly, and where it stands."""

    browser: Client
    page: Page | None = None
    path: str = ""
    seen: list[Page] = dataclasses.field(default_factory=list)

    def open(self, path: str, *, status: int = 200) -> Page:
        answer = self.browser.get(path, follow=True)
        return self._arrived(answer, path, status)

    def send(self, path: str = "", *, status: int = 200, **answers: Any) -> Page:
        """Fill in the form that stands here and send it; `path` is for a form that leads elsewhere.

        Names of fields are written with `__` for the dot: items__0__record.
        """
        assert self.page is not None
        sent = self.page.filled(**{k.replace("__", "."): v for k, v in answers.items()})
        flat = {name: values[0] if len(values) == 1 else values for name, values in sent.items()}
        lists = {name: value for name, value in answers.items() if isinstance(value, list)}
        flat |= {name.replace("__", "."): value for name, value in lists.items()}
        answer = self.browser.post(path or self.path, flat, follow=True)
        return self._arrived(answer, path or self.path, status)

    def _arrived(self, answer: Any, path: str, status: int) -> Page:
        assert answer.status_code == status, (path, answer.status_code, answer.content[:2000])
        self.path = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        self.page = checked(answer)
        self.seen.append(self.page)
        return self.page
