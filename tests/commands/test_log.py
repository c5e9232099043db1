"""The log of a running service: sealed, checked by the verifier, fenced after a restore, recovered."""

import http.client
import json
import time
from pathlib import Path

from audit import checkpoint
from audit.verify.cli import main as verify
from privacy_portal.commands import main
from tests.support.homes import Service, free_port

_SECONDS = 60


def sealed(home: Path) -> int:
    try:
        return checkpoint.read_unsigned((home / "data/log/checkpoint").read_bytes()).size
    except FileNotFoundError:
        return 0


def wait_until_more(home: Path, than: int) -> int:
    until = time.monotonic() + _SECONDS
    while sealed(home) <= than:
        assert time.monotonic() < until, (home / "data/logs/sealer.log").read_text()
        time.sleep(0.1)
    return sealed(home)


def alarms(port: int) -> str:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    link.request("GET", "/health/ready")
    said = json.loads(link.getresponse().read())["alarms"]
    link.close()
    return " ".join(said)


def wait_for_alarm(port: int, words: str, *, there: bool) -> None:
    until = time.monotonic() + _SECONDS
    while (words in alarms(port)) is not there:
        assert time.monotonic() < until, alarms(port)
        time.sleep(0.2)


def add_user(home: Path, number: int) -> None:
    """Something that is an entry of the log."""
    about = [f"ada{number}@example.org", "Ada Example", "--role", "privacy_staff"]
    assert main(["manage", "--home", str(home), "make_user", *about]) == 0


def verified(home: Path) -> int:
    folder = home / "data" / "log"
    return verify(["log", str(folder), "--vkey", (folder / "log.vkey").read_text().strip()])


def the_signing_key_is_the_sealers_alone(home: Path, service: Service) -> None:
    assert (home / "keys" / "sealer" / "signing-key").stat().st_mode & 0o077 == 0
    environs = {
        name: Path(f"/proc/{who.pid}/environ").read_bytes()
        for name, who in service.noted().items()
        if name in {"sealer", "web", "worker", "beat"}
    }
    assert {name for name, held in environs.items() if b"signing-key" in held} == {"sealer"}
    assert {name for name, held in environs.items() if b"portal_sealer" in held} == {"sealer"}
    for secret in (b"SECRET_KEY", b"PRIVACY_KEY_FOLDER", b"portal_app", b"REDIS_URL"):
        assert secret not in environs["sealer"]


def test_a_restored_service_is_fenced_and_comes_back_by_one_command(clinic_home: Path) -> None:
    home, port = clinic_home, free_port()
    service = Service("up", home, port)
    service.wait_for("Ctrl-C stops it.")
    add_user(home, 1)
    before = wait_until_more(home, 0)
    assert main(["backup", "--home", str(home)]) == 0
    add_user(home, 2)
    after = wait_until_more(home, before)
    assert "sealer runs as the same user" in service.said
    the_signing_key_is_the_sealers_alone(home, service)
    service.interrupt()
    assert verified(home) == 0

    backup = next((home / "backups").glob("portal-*"))
    assert main(["restore", "--home", str(home), "--replace", str(backup)]) == 0
    service = Service("up", home, port)
    service.wait_for("Ctrl-C stops it.")
    wait_for_alarm(port, "The log is fenced", there=True)
    assert sealed(home) == after

    assert main(["recover", "--home", str(home), "--dry-run"]) == 0
    assert main(["recover", "--home", str(home)]) == 0
    wait_for_alarm(port, "The log is fenced", there=False)
    wait_until_more(home, after)
    assert verified(home) == 0
    assert main(["manage", "--home", str(home), "check_log", "--reason", "After a restore"]) == 0
    assert service.interrupt() < 5
