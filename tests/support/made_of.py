"""What a migrated template is made of: each file that decides what it holds, and the month."""

import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Where migrations lie, however deep.
HOMES = ("audit", "requests_app", "privacy_portal")
_MIGRATIONS = "migrations"


def fingerprint(keks: Path) -> str:
    """A name for all of it; `keks` is the folder of the key that its own keys are wrapped by."""
    return hashlib.sha256(_text(keks).encode()).hexdigest()[:16]


def note(file: Path, keks: Path) -> None:
    """Write down what a kept template was made of."""
    file.write_text(_text(keks), encoding="utf-8")


def only_migrations_since(file: Path, keks: Path) -> bool:
    """Whether all that was noted there is as it was, and what is new are migrations."""
    held, now = json.loads(file.read_text(encoding="utf-8")).items(), _made_of(keks).items()
    return held <= now and all(f"/{_MIGRATIONS}/" in path for path, _ in now - held)


def _text(keks: Path) -> str:
    return json.dumps(_made_of(keks), sort_keys=True)


@cache
def _made_of(keks: Path) -> dict[str, str]:
    """Digests by path, and the month, whose keys the template holds."""
    here = Path(__file__).parent
    parts = [one for home in HOMES for one in (ROOT / home).glob(f"**/{_MIGRATIONS}/*.py")]
    parts += [*ROOT.glob("audit/sql/*"), *ROOT.glob("audit/crypto/*.py"), ROOT / "audit/keys.py"]
    parts += [here / name for name in ("database.py", "made_of.py", "migrate.py")]
    parts += [*ROOT.glob("*/sql/*.sql"), *keks.iterdir()]
    found = {str(one.relative_to(ROOT)): one.read_bytes() for one in parts if one.is_file()}
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in found.items()}
    return digests | {"month": f"{datetime.now(UTC):%Y-%m}"}
