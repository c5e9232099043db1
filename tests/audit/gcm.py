"""The attack that the commitment stops: one AES-GCM ciphertext that opens under two keys.

GHASH is a polynomial in a value that each key fixes.  Asking for the same tag under both keys is
one linear equation in any one block of the ciphertext, and that block is ours to choose.
"""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_REDUCTION = 0xE1 << 120


def times(left: int, right: int) -> int:
    """Multiplication in GCM's field, where the leftmost bit is the lowest power."""
    product = 0
    for bit in range(127, -1, -1):
        if right >> bit & 1:
            product ^= left
        left = left >> 1 ^ (_REDUCTION if left & 1 else 0)
    return product


def power(base: int, exponent: int) -> int:
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = times(result, base)
        base, exponent = times(base, base), exponent >> 1
    return result


def one_ciphertext_for(keys: tuple[bytes, bytes], associated: bytes, start: bytes) -> bytes:
    """`start` (whole blocks), one chosen block and the tag, which opens under both keys."""
    text = start + bytes(16)
    blocks = _blocks(associated) + _blocks(text)
    blocks.append(len(associated) * 8 << 64 | len(text) * 8)
    free = len(blocks) - 2
    hashes = [_aes(key, bytes(16)) for key in keys]
    masks = [_aes(key, bytes(15) + b"\x01") for key in keys]
    wanted, factor = masks[0] ^ masks[1], 0
    for place, block in enumerate(blocks):
        weight = power(hashes[0], len(blocks) - place) ^ power(hashes[1], len(blocks) - place)
        if place == free:
            factor = weight
        else:
            wanted ^= times(block, weight)
    blocks[free] = times(wanted, power(factor, 2**128 - 2))
    tag = masks[0]
    for place, block in enumerate(blocks):
        tag ^= times(block, power(hashes[0], len(blocks) - place))
    return start + blocks[free].to_bytes(16, "big") + tag.to_bytes(16, "big")


def _blocks(content: bytes) -> list[int]:
    padded = content + bytes(-len(content) % 16)
    return [int.from_bytes(padded[at : at + 16], "big") for at in range(0, len(padded), 16)]


def _aes(key: bytes, block: bytes) -> int:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return int.from_bytes(encryptor.update(block), "big")
