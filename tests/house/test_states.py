"""docs/states/ is written by the program, and says what the program does."""

from pathlib import Path

import pytest

from requests_app.kinds import diagram, registry

FOLDER = Path(__file__).resolve().parents[2] / "docs/states"
KINDS = registry.all_kinds()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_page_of_a_kind_is_the_one_its_module_gives(kind: type) -> None:
    page = FOLDER / f"{kind.name}.md"
    assert page.exists(), "Run `manage.py states` and read what it wrote."
    assert page.read_text(encoding="utf-8") == diagram.page(kind), (
        f"{page.name} is not what the machine does now. Run `manage.py states`, and read the "
        "difference: it is the change in law that the code has made."
    )


def test_there_is_no_page_of_a_kind_that_is_gone() -> None:
    assert {page.stem for page in FOLDER.glob("*.md")} == {kind.name for kind in KINDS}
