"""Every page is read strictly: what is claimed here holds for each of them."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)


class Page(HTMLParser):
    """One parsed page: headings, title, ids, labels, links and what should not be there."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.open, self.problems = text, [], []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, str] = {"title": "", "h1": ""}
        self.feed(text)
        self.close()
        if self.open:
            self.problems.append(f"left open: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-1:]}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for tag in self.words:
            if tag in self.open:
                self.words[tag] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def strict(text: str) -> Page:
    """The page, after every claim that holds for all pages."""
    page = Page(text)
    assert page.problems == []
    assert text.startswith("<!doctype html>")
    assert all(html.get("lang") for html in page.all("html"))
    assert len(page.all("h1")) == 1
    title, heading = page.words["title"].strip(), page.words["h1"].strip()
    assert title.removeprefix("Error: ").startswith(heading), (title, heading)
    assert title.endswith("– Privacy office")
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    _check_links(page, set(ids))
    _check_fields(page)
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert "required" not in attributes
    return page


def _check_links(page: Page, ids: set[Any]) -> None:
    links = [link["href"] or "" for link in page.all("a")]
    assert any(link == "#main" for link in links), "no skip link"
    for link in links:
        assert not link.startswith("#") or link[1:] in ids, f"{link} leads nowhere"
    for tag, name in (("link", "href"), ("script", "src"), ("img", "src"), ("form", "action")):
        for attributes in page.all(tag):
            assert (attributes.get(name) or "/").startswith("/"), "asks another host"


def _check_fields(page: Page) -> None:
    labels = {label.get("for") for label in page.all("label")}
    described = {a.get("id") for _, a in page.elements}
    for field in page.all("input"):
        if field.get("type") == "hidden":
            continue
        assert field.get("id") in labels, f"no label: {field}"
        for about in (field.get("aria-describedby") or "").split():
            assert about in described, f"described by nothing: {about}"
    for form in page.all("form"):
        assert "novalidate" in form


def get(browser: Client, path: str, *, status: int = 200) -> Page:
    answer = browser.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return strict(answer.content.decode())
