"""What a person holds in the hand at the second step: an authenticator app, a security key."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from os import urandom
from struct import pack
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

from audit import clock
from privacy_portal.accounts import factors
from privacy_portal.accounts.actors import actor_for
from tests.support.accounts import Somebody


@dataclass(frozen=True)
class App:
    """An authenticator app that was shown a secret."""

    secret: str

    def code(self, *, steps_from_now: int = 0) -> str:
        step = int(clock.now().timestamp()) // 30 + steps_from_now
        return format_hotp_value(hotp_value(self.secret.replace(" ", ""), step))


@dataclass
class SecurityKey:
    """An authenticator as WebAuthn describes one: it makes a key pair and signs challenges."""

    origin: str
    host: str
    pair: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: urandom(32))

    def make(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`."""
        numbers = self.pair.public_key().public_numbers()
        public = cbor.encode(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        )
        about = bytes(16) + pack(">H", len(self.id)) + self.id + public
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(0x45) + about}
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options),
            attestationObject=cbor.encode(attested),
        )

    def sign(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`."""
        client, data = self._client("webauthn.get", options), self._data(0x05)
        signature = self.pair.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        return sha256(self.host.encode()).digest() + bytes([flags]) + bytes(4)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        challenge = options["publicKey"]["challenge"]
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, **parts: bytes) -> str:
        return json.dumps(
            {
                "id": _text(self.id),
                "rawId": _text(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {name: _text(part) for name, part in parts.items()},
            }
        )


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def enrolled(somebody: Somebody) -> App:
    """An account whose owner has set up an app, as five minutes ago."""
    earlier = clock.now() - timedelta(minutes=5)
    with clock.frozen(earlier):
        reference = factors.begin_app()
        app, actor = App(factors.kept(reference)), actor_for(somebody.user, via="session")
        assert factors.add_app(somebody.user, reference, app.code(), actor=actor, now=earlier)
    return app


def recovery_code(somebody: Somebody) -> str:
    """One of the account's, not used yet."""
    held = factors.recovery(somebody.user.pk)
    assert held is not None
    return str(held.get_unused_codes()[-1])
