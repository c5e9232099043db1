"""Packs the verifier into one file: `python -m audit.verify.pack dist/audit-verify.pyz`.

Run as `python audit-verify.pyz log FOLDER --vkey KEY` wherever there is a Python 3.11.  Packing the
same source again gives the same bytes, so that its checksum can be published.
"""

import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parents[2]
#: What a check imports, below `audit`, and nothing else of the service.
MODULES = (
    "__init__", "errors", "strict", "merkle", "note", "checkpoint", "tiles", "proof",
    "crypto/__init__", "crypto/primitives",
    "verify/__init__", "verify/cli", "verify/files", "verify/heads", "verify/logdir",
    "verify/report",
)  # fmt: skip
_MAIN = "import sys\nfrom audit.verify.cli import main\nsys.exit(main(sys.argv[1:]))\n"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def pack(target: Path) -> None:
    """Write the archive; its folder is made if it is missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            for module in MODULES:
                path = f"audit/{module}.py"
                _add(archive, path, (ROOT / path).read_text(encoding="utf-8"))
            _add(archive, "__main__.py", _MAIN)
    target.chmod(0o755)


def _add(archive: ZipFile, path: str, content: str) -> None:
    about = ZipInfo(path, _LONG_AGO)
    about.compress_type = ZIP_DEFLATED
    archive.writestr(about, content)


if __name__ == "__main__":
    pack(Path(sys.argv[1]))
