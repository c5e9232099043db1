"""Programs that are not ours, asked one question a line."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "var" / "outside"


@dataclass(frozen=True)
class Stranger:
    """A command that answers "ok …" or "refused …", and the file without which it cannot."""

    name: str
    command: tuple[str, ...]
    needs: Path

    def ask(self, questions: Sequence[Sequence[object]]) -> list[str]:
        """Its answers, one for each question."""
        self._be_there()
        lines = "".join("\t".join(map(str, question)) + "\n" for question in questions)
        done = subprocess.run(
            self.command, input=lines, env=_ENVIRONMENT, capture_output=True, text=True, check=True
        )
        answers = done.stdout.splitlines()
        assert len(answers) == len(questions)
        return answers

    def accepts(self, *question: object) -> bool:
        return self.ask([question])[0].startswith("ok")

    def _be_there(self) -> None:
        if self.needs.exists() and shutil.which(self.command[0]):
            return
        what = f"{self.name} is not here: run tests/outside/install.sh, as `make test` does"
        could_be = os.geteuid() == 0 and shutil.which("apt-get")
        if os.environ.get("CI") or could_be:
            pytest.fail(what)
        pytest.skip(what)


_MODULES = TOOLS / "node" / "node_modules"
_ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "NODE_PATH": str(_MODULES)}
_SCRIPT = ROOT / "tests" / "outside" / "node" / "verify.js"
GO = Stranger("golang.org/x/mod", (str(TOOLS / "verify-go"),), TOOLS / "verify-go")
NODE = Stranger("@sigstore/verify", ("node", str(_SCRIPT)), _MODULES / "@sigstore" / "verify")
