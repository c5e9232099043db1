"""Every cryptographic primitive the service uses, and nothing else.

Each unusual choice has a sentence that says why it is safe.
"""

import hmac
import os

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)

from audit.errors import ProofFailed, SealBroken

KEY_SIZE = 32
SALT_SIZE = 32
COMMIT_SIZE = 32
TAG_SIZE = 16
_NONCE = bytes(12)
_SHA_256 = SHA256()


def new_key() -> bytes:
    """32 random bytes from the operating system."""
    return os.urandom(KEY_SIZE)


class Mac:
    """HMAC-SHA-256 (RFC 2104) under one key: 32 bytes. Used as a pseudo-random function throughout.

    Taking a key in costs more than a short message does, so it is done once for every message.
    """

    __slots__ = ("_keyed",)

    def __init__(self, key: bytes) -> None:
        self._keyed = HMAC(key, _SHA_256)

    def __call__(self, message: bytes) -> bytes:
        fresh = self._keyed.copy()
        fresh.update(message)
        return fresh.finalize()


def same(left: bytes, right: bytes) -> bool:
    """Compared in a time that does not tell where they differ."""
    return hmac.compare_digest(left, right)


def fresh_salt(mac: Mac, message: bytes) -> bytes:
    """32 bytes that differ for every sealing, even if the random source is stuck.

    The salt is a MAC over random bytes *and* over what will be sealed.  With good randomness it
    is as random as before; with none, two different messages still get two different salts, and
    so two different keys.  The MAC hides the message from anybody without the key.
    """
    return mac(b"salt\0" + os.urandom(SALT_SIZE) + message)


def one_use_keys(secret: bytes, family: bytes) -> tuple[bytes, bytes]:
    """(encryption key, commitment) of one sealed value, under labels of its family.

    AES-GCM alone lets somebody who chooses the keys build one ciphertext that opens under two of
    them to two stories.  The commitment is a MAC under the same secret: a second secret with the
    same commitment would be a collision of SHA-256.
    """
    enc = HMAC(secret, _SHA_256)
    commit = enc.copy()
    enc.update(family + b"/enc")
    commit.update(family + b"/commit")
    return enc.finalize(), commit.finalize()


def seal_once(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """AES-256-GCM: ciphertext and 16-byte tag.

    The nonce is always zero.  That is safe only because `key` is derived for this one value and
    never used again: uniqueness of (key, nonce) rests on the key, so there is no nonce to choose
    badly and no limit of 2^32 messages to count towards.
    """
    return AESGCM(key).encrypt(_NONCE, plaintext, associated)


def open_once(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """The plaintext; SealBroken if anything at all was altered."""
    if len(sealed) < TAG_SIZE:
        raise SealBroken("too short")
    try:
        return AESGCM(key).decrypt(_NONCE, sealed, associated)
    except InvalidTag:
        raise SealBroken("does not open") from None


def seal_chunk(
    key: bytes, number: int, plaintext: bytes, *, last: bool, associated: bytes
) -> bytes:
    """AES-256-GCM of one chunk of a stream: ciphertext and 16-byte tag.

    `key` is derived for this one stream, and the nonce is the chunk's number and whether it is the
    last: no two chunks share a nonce, and none opens in another's place or as the end of a stream
    that goes on (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár).
    """
    return AESGCM(key).encrypt(_chunk_nonce(number, last=last), plaintext, associated)


def open_chunk(key: bytes, number: int, sealed: bytes, *, last: bool, associated: bytes) -> bytes:
    """The chunk's plaintext; SealBroken if it was altered, moved, or is not the last or is."""
    if len(sealed) < TAG_SIZE:
        raise SealBroken("too short")
    try:
        return AESGCM(key).decrypt(_chunk_nonce(number, last=last), sealed, associated)
    except InvalidTag:
        raise SealBroken("does not open") from None


def _chunk_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def wrap(kek: bytes, payload: bytes) -> bytes:
    """AES key wrap with padding (RFC 5649): deterministic, needs no nonce, detects any change.

    Deterministic is safe here because what is wrapped is itself random key material.
    """
    return aes_key_wrap_with_padding(kek, payload)


def unwrap(kek: bytes, wrapped: bytes) -> bytes:
    """What was wrapped; SealBroken under another key or when altered."""
    try:
        return aes_key_unwrap_with_padding(kek, wrapped)
    except (InvalidUnwrap, ValueError):
        raise SealBroken("wrapped key does not open") from None


def ed25519_public(seed: bytes) -> bytes:
    """The 32-byte public key of a 32-byte seed (RFC 8032)."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def ed25519_sign(seed: bytes, message: bytes) -> bytes:
    """64 bytes; the same message under the same seed gives the same signature."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> None:
    """ProofFailed unless the holder of this key signed this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        raise ProofFailed("a signature does not fit") from None
