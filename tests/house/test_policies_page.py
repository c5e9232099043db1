"""docs/policies.md is written by the program, and says which time limits it counts."""

from pathlib import Path

from requests_app.deadlines import listing, packs

PAGE = Path(__file__).resolve().parents[2] / "docs" / "policies.md"


def test_the_page_of_time_limits_is_the_one_the_packs_give() -> None:
    assert PAGE.exists(), "Run `manage.py policies --write` and read what it wrote."
    assert PAGE.read_text(encoding="utf-8") == listing.page(packs.listed()), (
        "docs/policies.md is not what the packs say now. Run `manage.py policies --write`, and read "
        "the difference: it is the change in law that the packs have made."
    )


def test_every_row_stands_on_the_page_with_its_citation() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for row in packs.listed():
        (line,) = [line for line in lines if f"`{row.policy.id}`" in line]
        assert row.policy.citation in line
        assert line.endswith("| yes |" if row.enabled else f"| no: {row.verify} |")
