"""The receipt of a filing as a file, from its page, with an account and without one."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audit.verify.cli import main as verify
from requests_app.kinds.models import Request
from tests.api.test_receipts import stage
from tests.audit.faults.stage import Stage
from tests.pages.test_asking import written
from tests.support import office
from tests.support.office import Office
from tests.support.pages import Visitor
from tests.support.patients import signed_in_visitor

__all__ = ["stage"]


@pytest.fixture
def clinic(stage: Stage) -> Office:
    return office.set_up()


def proves(content: bytes, stage: Stage, folder: Path) -> bool:
    file = folder / "receipt.tlog-proof"
    file.write_bytes(content)
    return verify(["proof", str(file), "--vkey", str(stage.signer.verifier)]) == 0


@pytest.mark.parametrize("known", [True, False], ids=["with an account", "without one"])
def test_the_file_proves_the_filing_with_nothing_but_the_logs_key(
    known: bool, stage: Stage, clinic: Office, tmp_path: Path
) -> None:
    visitor = signed_in_visitor(clinic.patient)[0] if known else Visitor(Client())
    whom = str(clinic.patient.pk) if known else "myself"
    written(visitor, "access", whom=whom)
    done = visitor.send()
    (link,) = done.links("Download the signed receipt (text file)")
    later = visitor.open(link, status=202)
    assert later.links("Try again") == [link]

    stage.seal()
    answer: Any = visitor.browser.get(link)

    reference = Request.objects.get().reference
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{reference}.tlog-proof"'
    assert proves(answer.content, stage, tmp_path)
    assert Client().get(link, follow=True).status_code == 404
