"""Packs the verifier and the witness into a file each: `python -m audit.verify.pack dist`.

Run as `python audit-verify.pyz log FOLDER --vkey KEY`, or `python audit-witness.pyz serve …`, wherever
there is a Python 3.11.  Packing the same source again gives the same bytes, so that its checksum
can be published.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parents[2]
_SHARED = (
    "__init__", "errors", "strict", "merkle", "note", "checkpoint", "proof",
    "crypto/__init__", "crypto/primitives",
)  # fmt: skip
#: What each imports, below `audit`, and nothing else of the service.
VERIFIER = (
    *_SHARED, "tiles", "origins", "opening", "fhir", "bundle", "fetch",
    "anchors/__init__", "anchors/printed", "anchors/rfc3161",
    "witness/__init__", "witness/asked", "witness/client",
    "verify/__init__", "verify/ahead", "verify/asking", "verify/cli", "verify/export",
    "verify/files", "verify/former", "verify/heads", "verify/logdir", "verify/report", "verify/retained",
    "verify/source", "verify/stamps", "verify/whole",
)  # fmt: skip
WITNESS = (
    *_SHARED, "clock",
    "witness/__init__", "witness/asked", "witness/cli", "witness/judge", "witness/serve",
    "witness/store",
)  # fmt: skip
_MAIN = (
    "import sys\n"
    "from audit.{}.cli import main\n"
    'if __name__ == "__main__":\n'
    "    sys.exit(main(sys.argv[1:]))\n"
)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def pack(target: Path) -> None:
    """Write the verifier; its folder is made if it is missing."""
    _pack(target, VERIFIER, _MAIN.format("verify"))


def pack_witness(target: Path) -> None:
    """Write the witness, for another machine."""
    _pack(target, WITNESS, _MAIN.format("witness"))


def _pack(target: Path, modules: Sequence[str], main: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            for module in modules:
                path = f"audit/{module}.py"
                _add(archive, path, (ROOT / path).read_text(encoding="utf-8"))
            _add(archive, "__main__.py", main)
    target.chmod(0o755)


def _add(archive: ZipFile, path: str, content: str) -> None:
    about = ZipInfo(path, _LONG_AGO)
    about.compress_type = ZIP_DEFLATED
    archive.writestr(about, content)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    pack(folder / "audit-verify.pyz")
    pack_witness(folder / "audit-witness.pyz")
