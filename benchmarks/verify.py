"""Verifying a log of a million entries, beside a loop that only reads and hashes the same files.

`python -m benchmarks.verify [entries]` runs it alone: no server and no Django.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median

from audit import checkpoint, merkle, proof, tiles
from audit.checkpoint import Checkpoint
from audit.note import Signer
from audit.tiles import HEIGHT, WIDTH, Folder
from audit.verify import ahead

ROOT = Path(__file__).resolve().parents[1]
SIGNER = Signer("log.example/bench", bytes([1]) * 32)
#: An entry of AUD1 with a few facts in it has about this many bytes.
SIZES = (520, 760)
ROUNDS = 3

_PLAIN_LOOP = """
import sys
from hashlib import sha256
from pathlib import Path
for path in sorted(Path(sys.argv[1], "tile/entries").rglob("*")):
    if not path.is_file():
        continue
    content = path.read_bytes()
    at, end = 0, len(content)
    while at < end:
        start = at + 2
        at = start + (content[at] << 8 | content[at + 1])
        sha256(b"\\0" + content[start:at]).digest()
"""

#: The verifier as it is called, and what it and all processes it starts took together, at most.
_VERIFIER = """
import resource, sys
from pathlib import Path
from audit.verify import ahead
from audit.verify.cli import main
code = main(sys.argv[1:])
own = next(line.split()[1] for line in Path("/proc/self/status").open() if line.startswith("VmHWM"))
one = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(int(own) + one * ahead.processes(), file=sys.stderr)
sys.exit(code)
"""


def report(_stage: object = None, entries: int = 1_000_000) -> str:
    """The section for docs/benchmarks.md."""
    with tempfile.TemporaryDirectory(dir=_space()) as name:
        folder = Path(name)
        _build(folder, entries)
        plain, verified, memory = _rounds(folder)
        proving = _prove(folder, entries)
    return (
        "## Verifying the log\n\n"
        f"{entries:,} entries of {SIZES[0]} to {SIZES[1]} bytes, every entry and every tile.\n\n"
        "| | measured | goal |\n|---|---|---|\n"
        f"| `audit.verify log` | {verified:.2f} s | under 3 s |\n"
        f"| reading and hashing the same files, nothing else | {plain:.2f} s | |\n"
        f"| its share of that speed | {plain / verified:.2f} | at least 0.5 |\n"
        f"| memory of its {1 + ahead.processes()} processes | {memory:.0f} MB | under 250 MB |\n"
        f"| one patient's proof, made and checked (worst of 200) | {proving:.1f} ms | under 20 ms |\n"
    )


def _rounds(folder: Path) -> tuple[float, float, float]:
    """Seconds of the plain loop and of the verifier, medians, and the verifier's memory in MB."""
    check = ["-c", _VERIFIER, "log", str(folder), "--json", "--vkey", str(SIGNER.verifier)]
    _timed(["-c", _PLAIN_LOOP, str(folder)])  # files come from the page cache for both
    plain, verified, memory = [], [], []
    for _ in range(ROUNDS):
        plain.append(_timed(["-c", _PLAIN_LOOP, str(folder)])[0])
        took, told = _timed(check)
        verified.append(took)
        memory.append(int(told) / 1024)
    return median(plain), median(verified), max(memory)


def _timed(arguments: list[str]) -> tuple[float, str]:
    """Seconds, and what was said beside the report."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=True)
    took = time.perf_counter() - began
    if done.stdout:
        assert json.loads(done.stdout)["result"] == "ok"
    return took, done.stderr.decode()


def _prove(folder: Path, entries: int) -> float:
    """Milliseconds from nothing but the files to a proof that holds, each time anew."""
    head = (folder / tiles.CHECKPOINT).read_bytes()
    worst = 0.0
    for index in Random(1).sample(range(entries), 200):
        began = time.perf_counter()
        log = Folder(folder, entries)
        made = proof.parse(proof.make(index, log.node, head).to_bytes())
        proof.verify(made, merkle.leaf_hash(log.entry(index)), log=[SIGNER.verifier])
        worst = max(worst, time.perf_counter() - began)
    return worst * 1000


# --- a log, written fast: nothing is flushed, nothing renamed --------------------------------
def _build(folder: Path, entries: int) -> None:
    rows = [b"".join(_bundles(folder, entries))]
    while len(rows[-1]) >= WIDTH * merkle.HASH_SIZE:
        rows.append(b"".join(_roots(rows[-1])))
    for tile in tiles.tiles_of(entries):
        at = tile.start * merkle.HASH_SIZE
        _write(folder / tile.path, rows[tile.level][at : at + tile.width * merkle.HASH_SIZE])
    root = Folder(folder, entries).root()
    head = checkpoint.sign(Checkpoint(SIGNER.name, entries, root), SIGNER)
    _write(folder / tiles.CHECKPOINT, head)


def _bundles(folder: Path, entries: int) -> Iterator[bytes]:
    chance = Random(entries)
    for bundle in tiles.bundles_of(entries):
        held = [chance.randbytes(chance.randint(*SIZES)) for _ in range(bundle.width)]
        _write(folder / bundle.path, tiles.pack_bundle(held))
        yield b"".join(map(merkle.leaf_hash, held))


def _roots(row: bytes) -> Iterator[bytes]:
    size = merkle.HASH_SIZE << HEIGHT
    for at in range(0, len(row) - size + 1, size):
        yield merkle.row_root(row[at : at + size])


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _space() -> str:
    """The log takes 700 MB: not in a folder that is memory."""
    folder = ROOT / "var"
    folder.mkdir(exist_ok=True)
    return os.fspath(folder)


if __name__ == "__main__":
    print(report(None, *map(int, sys.argv[1:])))
