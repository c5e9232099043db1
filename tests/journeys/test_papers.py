"""A photograph from a telephone, added by a browser that runs no script."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.browsing import somebody
from tests.journeys.test_patient import ask
from tests.support import pictures

pytestmark = pytest.mark.journey
if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Stage


@pytest.mark.parametrize(
    "window",
    [
        pytest.param({"java_script_enabled": False}, id="without JavaScript"),
        pytest.param({"viewport": {"width": 320, "height": 640}}, id="320 px"),
        pytest.param({}, id="judged by axe"),
    ],
)
def test_a_photograph_is_added_after_the_request_is_sent(
    window: dict[str, Any], chromium: "Browser", stage: "Stage", settings: Any, tmp_path: Path
) -> None:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"
    me = somebody(chromium, stage.url, judged=not window, **window)
    ask(me, "amendment")
    me.press("Send my request")

    me.follow("Add a paper that supports the correction")
    _choose(me, "Letter.exe", b"MZ\x90\0" + bytes(2_000_000))
    assert me.page.title().startswith("Error: ")
    assert "This kind of file cannot be kept here." in me.page.inner_text("main")
    _choose(me, "IMG_0001.HEIC", pictures.heic(orientation=6))

    assert "IMG_0001.HEIC (JPEG" in me.page.inner_text("main")
    assert "viewport" not in window or me.fits()
    me.follow("Continue")
    assert "IMG_0001.HEIC" in me.page.inner_text("main")
    assert "viewport" not in window or me.fits()


def _choose(me: Any, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    me.page.set_input_files("#file", files=[file])
    me.press("Add this file")
