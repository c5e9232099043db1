"""Somebody before a page: opens, types, chooses, sends, and every page they see is judged by axe."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import axe_playwright_python

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

#: Which pages were judged already, by address without ids and by title: a page of each form will do.
_JUDGED: set[tuple[str, str]] = set()
_LEAVING: "list[BrowserContext]" = []
_IDS = re.compile(r":[0-9]+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-Z]{4}(-[0-9A-Z]{4}){3}")
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PICTURE: "ViewportSize" = {"width": 1120, "height": 840}
_SHOWN = """at => {
  document.activeElement.blur();
  const top = document.querySelector(at).getBoundingClientRect().top + scrollY;
  scrollTo(0, at === 'h1' ? 0 : top - 24);
}"""
#: What the colors of a page decide; nothing else of it differs in the dark.
COLORS = ["color-contrast", "link-in-text-block"]
ASKED: dict[str, dict[str, Any]] = {
    "dark": {"type": "rule", "values": COLORS},
    "light": {"type": "tag", "values": TAGS},
}
_RUN = "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})"


@dataclass
class Somebody:
    """A browser of one person.

    asked        every address it asked for
    loads        how many pages it has loaded
    complaints   what the browser itself objected to: scripts that fail, what the policy forbids
    """

    page: "Page"
    url: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    judged: bool = True
    loads: int = 0

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.arrived()

    def arrived(self) -> None:
        """A page has come: its script-free look is judged before anything else is done."""
        if self.judged and self._kind() not in _JUDGED:
            self.judge()

    def _kind(self) -> tuple[str, str]:
        return (_IDS.sub("", self.page.url), self.page.title())

    def loaded(self) -> None:
        self.loads += 1

    def judge(self) -> None:
        """No violation of WCAG 2.2 A and AA, nor of axe's best practices, light or dark."""
        # Where a page may run no script it was given none.
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        for scheme, only in ASKED.items():
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found: Any = self.page.evaluate(_RUN, only)
            told = [
                f"{one['id']}: {one['help']}\n    {one['nodes'][0]['html'][:200]}"
                for one in found["violations"]
            ]
            assert not told, f"{self.page.url} ({scheme})\n" + "\n".join(told)
        _JUDGED.add(self._kind())

    def look(self) -> None:
        """The page bars nobody, stands in a window of 320 px, and the browser objects to nothing."""
        self.judge()
        self.page.set_viewport_size({"width": 320, "height": 256})
        assert self.fits(), f"{self.page.url} runs out of a window of 320 px"
        self.page.set_viewport_size({"width": 1280, "height": 720})
        assert self.complaints == []

    def picture(self, name: str, *, scheme: str = "light", at: str = "h1") -> None:
        """The window as it stands, for the documents; kept where `make screenshots` says.

        at   what stands near the top of the picture; the header of the page, unless said
        """
        folder = os.environ.get("PICTURES")
        if folder is None:
            return
        before = self.page.viewport_size
        self.page.set_viewport_size(PICTURE)
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        self.page.evaluate(_SHOWN, at)
        self.page.screenshot(path=f"{folder}/{name}.png", animations="disabled")
        if before is not None:
            self.page.set_viewport_size(before)

    def fill(self, **answers: str) -> None:
        """Type into fields, by their labels' ids."""
        for name, words in answers.items():
            at = self.page.locator(f"#{name.replace('_', '-')}")
            if at.evaluate("one => one.tagName") == "SELECT":
                at.select_option(words)
            else:
                at.fill(words)

    def choose(self, *labels: str) -> None:
        for label in labels:
            self.page.get_by_label(label, exact=True).check()

    def press(self, words: str = "Continue") -> None:
        """Press a button and see what comes."""
        self.page.get_by_role("button", name=words).click()
        self.page.wait_for_load_state()
        self.arrived()

    def send(self) -> None:
        """The last form of the page goes as it stands."""
        self.page.locator("main form[method=post] button:not([tabindex])").last.click()
        self.page.wait_for_load_state()
        self.arrived()

    def follow(self, words: str) -> None:
        self.page.get_by_role("link", name=words).first.click()
        self.page.wait_for_load_state()
        self.arrived()

    def comes_to(self, selector: str) -> None:
        """The focus is there, or comes: a page's own wish is heeded with its first picture, and no sooner."""
        self.page.locator(f"{selector}:focus").wait_for(state="attached")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.url)

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def words(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def name(self) -> str:
        """The last part of the address: which page of a draft this is."""
        return self.page.url.partition("#")[0].rpartition("/")[2]

    def fits(self) -> bool:
        """Nothing stands outside the width of the window."""
        wide: bool = self.page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
        return wide


def somebody(
    browser: "Browser", url: str, *, judged: bool = True, stays: bool = False, **context: Any
) -> Somebody:
    """A fresh browser that may ask nothing but this service.

    stays  whether it is there for other tests too; otherwise it leaves after this one
    """
    room: BrowserContext = browser.new_context(**context)
    if not stays:
        _LEAVING.append(room)
    room.set_default_timeout(60_000)
    room.add_init_script(path=AXE)
    found = Somebody(room.new_page(), url, judged=judged)
    found.page.on("request", lambda asked: found.asked.append(asked.url))
    found.page.on("load", lambda _page: found.loaded())
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("console", lambda said: _note(found, said))
    return found


def leave() -> None:
    """Whoever came for one test goes: a window costs for as long as it is open."""
    while _LEAVING:
        _LEAVING.pop().close()


def _note(found: Somebody, said: Any) -> None:
    """A status that is meant, such as 404, is told by the browser as well, and is none."""
    if (
        said.type in {"error", "warning"}
        and "the server responded with a status of" not in said.text
    ):
        found.complaints.append(said.text)
