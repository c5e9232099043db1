"""The README's walk, run exactly as it is printed against a service that was started as it says."""

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from privacy_portal.commands.places import ROOT
from tests.support import homes
from tests.support.homes import Service

README = (ROOT / "README.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CREDENTIAL = re.compile(r"^  (\S[^@\n]*?)  +(\S+@\S+)  +(\S+)$", re.MULTILINE)


@pytest.fixture
def service() -> Iterator[Service]:
    """`run` on a machine that has tables and nothing in them: tests/commands has it make those."""
    with homes.home() as folder:
        homes.prepare(folder, demo=True)
        service = Service("run", folder, homes.free_port())
        try:
            service.wait_for("Ctrl-C stops it.")
            yield service
        finally:
            service.interrupt()


def test_the_walk_goes_from_a_request_to_an_auditors_export(
    service: Service, tmp_path: Path
) -> None:
    walk = "\n".join(_BLOCK.findall(README))

    said = run(walk, tmp_path, environment(service))

    assert re.search(r"Filed as (\w{4}-){3}\w{4}, to be answered by \d{4}-\d{2}-\d{2}", said)
    assert "Granted, being prepared" in said
    assert "We will give you the records you asked for" in said
    with (tmp_path / "disclosures.csv").open(newline="", encoding="utf-8") as file:
        delivered, disclosed = list(csv.reader(file))[-2:]
    assert {"IND", "All visit notes, one PDF"} <= set(delivered)
    assert {"PH", "Sample County Health Department", "Follow-up form"} <= set(disclosed)


def test_the_walk_asks_for_no_tool_beyond_those_it_names() -> None:
    walk = "\n".join(_BLOCK.findall(README))
    assert "jq" not in walk
    assert {tool for tool in ("curl", "python3", "sh") if shutil.which(tool) is None} == set()


def environment(service: Service) -> dict[str, str]:
    """What a person copies from the first terminal into the second."""
    shown = {role: password for role, _, password in _CREDENTIAL.findall(service.said)}
    origin = re.search(r"The service runs at (\S+)/", service.said)
    assert origin, service.said
    return os.environ | {
        "SERVICE": origin.group(1),
        "PATIENT_PASSWORD": shown["Patient"],
        "OFFICER_PASSWORD": shown["Privacy officer"],
        "AUDITOR_PASSWORD": shown["Auditor"],
    }


def run(walk: str, folder: Path, environ: dict[str, str]) -> str:
    """All that the shell printed; fails with it when a step does not succeed."""
    done = subprocess.run(
        ["sh", "-eu", "-c", walk],
        cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    return done.stdout
