"""One Valkey server of our own: a password, a private socket, no TCP, nothing kept on the disk.

What waits in it can be lost: the tasks drain facts from PostgreSQL, and beat asks again.
"""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM
from urllib.parse import quote

from privacy_portal.embedded import binaries, processes, sockets
from privacy_portal.embedded.owners import Owner, private
from privacy_portal.embedded.processes import Identity
from privacy_portal.env import Misconfigured

_START_SECONDS = 30.0
_STOP_SECONDS = 1.0
_LARGEST_LOG = 5_000_000  # bytes
_SOCKET = "valkey.sock"


@dataclass
class Valkey:
    """A server below `servers` (see owners.servers_folder), its pid noted in the folder `run`.

    The socket folder is the one that PostgreSQL's start has made; start that first, or call
    `sockets.folder` yourself.
    """

    servers: Path
    run: Path
    owner: Owner
    password: str
    say: Callable[[str], None] = lambda line: None

    @property
    def socket(self) -> Path:
        return sockets.known(self.servers) / _SOCKET

    def url(self) -> str:
        """Celery's broker URL over the private socket. It holds the password: never print it."""
        return f"redis+socket://:{quote(self.password, safe='')}@{self.socket}?virtual_host=0"

    def running(self) -> Identity | None:
        return processes.recall(self._pid_file)

    def start(self) -> None:
        self.stop()
        self.socket.unlink(missing_ok=True)
        program = binaries.valkey(self.owner, home=self.servers)
        folder = private(self.servers / "valkey", self.owner)
        self._spawn(program, folder)
        self._wait_until_it_answers()

    def stop(self) -> None:
        running = self.running()
        if running is not None:
            processes.stop(running, SIGTERM, patience=_STOP_SECONDS)
        processes.reap()
        self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self.run / "valkey.pid"

    def _spawn(self, program: Path, folder: Path) -> None:
        log = folder / "valkey.log"
        if log.exists() and log.stat().st_size > _LARGEST_LOG:
            log.replace(folder / "valkey.log.1")
        # The configuration goes in by a pipe: a command line can be read by every user.
        who = processes.spawn(
            [program, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd="/", umask=0o077, env={"LANG": "C.UTF-8"},
            **self.owner.popen(),
        )  # fmt: skip
        processes.remember(self._pid_file, who)
        processes.tell(who, self._configuration(folder, log).encode())

    def _configuration(self, folder: Path, log: Path) -> str:
        lines = {
            "port": "0",
            "unixsocket": f'"{self.socket}"',
            "unixsocketperm": "700",
            "requirepass": f'"{self.password}"',
            "dir": f'"{folder}"',
            "logfile": f'"{log}"',
            "save": '""',
            "appendonly": "no",
            "daemonize": "no",
            "maxmemory-policy": "noeviction",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self.running() is None or time.monotonic() > until:
                self.stop()
                log = self.servers / "valkey" / "valkey.log"
                said = log.read_text(errors="replace")[-1000:] if log.exists() else ""
                raise Misconfigured(f"Valkey did not start. {said}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        import redis  # Needed by the two commands alone that start one.

        client = redis.Redis(unix_socket_path=str(self.socket), password=self.password)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
