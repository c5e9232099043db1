"""`make bench`: print the figures; with --write, put them into docs/benchmarks.md as well.

Everything compared is measured in the same run, the load generator on the same cores.  Machines are
noisy: rates and times are medians, and the ratios are what to trust.
"""

import argparse
import os
import platform
import sys
from pathlib import Path

from benchmarks import appends, checks, create, ledger, pages, rows, stage, sweep, verify

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
PARTS = {
    "create": create.report,
    "rows": rows.report,
    "sweep": sweep.report,
    "verify": verify.report,
    "check": checks.report,
    "ledger": ledger.report,
    "appends": appends.report,
    "pages": pages.report,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all unless named")
    parser.add_argument("--write", action="store_true", help="put them into docs/benchmarks.md")
    asked = parser.parse_args()
    sections: list[str] = []
    for name, report in PARTS.items():
        if not asked.parts or name in asked.parts:
            with stage.fresh() as here:
                sections.append(report(here))
            print(sections[-1], flush=True)
    if asked.write:
        PAGE.write_text(_page(_held(PAGE.read_text("utf-8")) | _held("\n".join(sections))), "utf-8")
    return 0


def _held(page: str) -> dict[str, str]:
    """The sections of a page by their titles: those measured anew take the place of what stood there."""
    found = [one.strip() for one in page.split("\n## ")[1:]]
    return {one.partition("\n")[0]: f"## {one}\n" for one in found}


def _page(sections: dict[str, str]) -> str:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    head = (
        "# Benchmarks\n\n"
        "Made by `make bench` (`python -m benchmarks --write`, with the names of parts for some of it). "
        "Everything in a\ntable was measured in one run, the load generator on the same cores; rates and "
        "times are medians, of three\nrounds unless the table says otherwise. Machines are noisy: trust "
        f"the ratios.\n\nThe machine: {machine}.\n"
    )
    return "\n".join([head, *sections.values()])


if __name__ == "__main__":
    sys.exit(main())
