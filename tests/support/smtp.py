"""A mail server on this machine that keeps what it is handed, and fails when told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from enum import Enum
from typing import Any


class Mood(Enum):
    """What it does with the next message."""

    TAKES = "takes"
    REFUSES = "refuses"  # answers 550 to the recipient
    HANGS_UP = "hangs up"  # closes the connection instead of answering
    SILENT_BEFORE = "silent before"  # never answers MAIL FROM: nothing was handed over
    SILENT_AFTER = "silent after"  # takes the message and never says so


@dataclass
class PostOffice:
    """What was handed over, in order, and the mood; `stuck` is set once a client waits in vain."""

    mood: Mood = Mood.TAKES
    taken: list[bytes] = field(default_factory=list)
    stuck: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[Message]:
        return [message_from_bytes(raw) for raw in list(self.taken)]

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.messages]


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Listen on a loopback port until the end of the block."""
    office = PostOffice()

    class Counter(_Counter):
        post = office

    with _Server(("127.0.0.1", 0), Counter) as server:
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield office
        finally:
            office.closing.set()
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Counter(socketserver.StreamRequestHandler):
    """One client; speaks as much of RFC 5321 as smtplib asks for."""

    post: PostOffice

    def handle(self) -> None:
        self._say(220)
        while line := self._line():
            verb = line[:4].upper()
            if verb == b"QUIT" or not self._answer(verb):
                return

    def _answer(self, verb: bytes) -> bool:
        mood = self.post.mood
        if verb == b"MAIL" and mood is Mood.HANGS_UP:
            return False
        if verb == b"MAIL" and mood is Mood.SILENT_BEFORE:
            return self._stay_silent()
        if verb == b"DATA":
            return self._take(mood)
        return self._say(550 if verb == b"RCPT" and mood is Mood.REFUSES else 250)

    def _take(self, mood: Mood) -> bool:
        self._say(354)
        lines = []
        while (line := self._line()) != b".\r\n":
            if not line:  # whoever sent it died in the middle: nothing was handed over
                return False
            lines.append(line)
        self.post.taken.append(b"".join(lines))
        return self._stay_silent() if mood is Mood.SILENT_AFTER else self._say(250)

    def _stay_silent(self) -> bool:
        self.post.stuck.set()
        self.post.closing.wait()
        return False

    def _line(self) -> bytes:
        try:
            return self.rfile.readline()
        except ConnectionError:
            return b""

    def _say(self, code: int) -> bool:
        try:
            self.wfile.write(f"{code} so\r\n".encode())
        except ConnectionError:
            return False
        return True


def use(settings: Any, post: PostOffice) -> None:
    """Send this process's mail there, as EMAIL_URL would."""
    settings.MAIL_SET = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.port
