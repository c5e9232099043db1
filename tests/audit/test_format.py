"""audit/FORMAT.md cannot lie: its examples are what the code writes."""

import re
from datetime import date
from pathlib import Path

import pytest

from audit import bundle, checkpoint, entry, tiles
from audit.anchors import printed
from audit.entry import Entry
from audit.verify import export, retained
from audit.witness import asked
from tests.audit import vectors
from tests.audit.support import KEY
from tests.audit.test_checkpoint import FILE
from tests.audit.test_entry import ORIGIN, VECTOR

TEXT = (Path(__file__).resolve().parents[2] / "audit/FORMAT.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```text\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


QUESTION = asked.write(
    3, vectors.decoded(vectors.CONSISTENCY[3, 8]), f"{vectors.BODY}\n{vectors.LOG_LINE}".encode()
)
PAPER = printed.lines(checkpoint.parse_body(vectors.BODY), signed_on=date(2023, 11, 14))


def test_the_entry_is_the_fixed_one_and_opens_to_what_stands_beside_it() -> None:
    block = next(block for block in BLOCKS if block.startswith("41554431"))
    shown = "".join(line.split()[0] for line in block.splitlines())
    assert shown == VECTOR
    facts = entry.open_entry(bytes.fromhex(shown), key=KEY, origin=ORIGIN)
    assert f"`{entry.encode(facts).decode()}`" in TEXT


def test_every_key_of_an_entry_is_explained() -> None:
    section = TEXT[TEXT.index("| key | value |") : TEXT.index("## 3.")]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert {key for row in rows for key in re.findall(r"`(\w+)`", row)} == set(
        Entry.__struct_fields__
    )


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(vectors.CHECKPOINT.decode(), id="checkpoint"),
        pytest.param("cosignature/v1\ntime 1700000000\n" + vectors.BODY, id="cosigned text"),
        pytest.param(FILE.decode().replace(vectors.WITNESS_LINE, ""), id="proof"),
        pytest.param("\n".join(vectors.CONSISTENCY[3, 8]) + "\n", id="consistency"),
        pytest.param("{1}\n{2}".format(*vectors.NOTES["C2SP"]), id="note"),
        pytest.param(QUESTION.decode(), id="a question to a witness"),
        pytest.param("\n".join(PAPER) + "\n", id="paper"),
    ],
)
def test_an_example_stands_there_to_the_byte(example: str) -> None:
    assert example in BLOCKS


def test_roots_bundle_and_keys_are_those_of_the_vectors() -> None:
    for size in (0, 1, 2, 3, 7, 8):
        assert f"size {size}   {vectors.ROOTS[size].hex()}\n" in TEXT
    bundle = next(block for block in BLOCKS if block.startswith("0000 0001"))
    assert bytes.fromhex(bundle) == tiles.pack_bundle(vectors.LEAVES)
    for shown in (
        vectors.LOG_VKEY,
        vectors.WITNESS_VKEY,
        vectors.X_MOD_SIGNER,
        vectors.TILE_SHA256,
    ):
        assert shown in TEXT


def test_the_words_of_bundles_and_pruning_are_those_of_the_code() -> None:
    assert bundle.SCHEMA == export.SCHEMA
    for word in (bundle.SCHEMA, retained.EVENT, retained.FIELD, printed.ALPHABET):
        assert f"`{word}`" in TEXT
    section = TEXT[TEXT.index("## 15.") : TEXT.index("## 16.")]
    block = section.split("```")[1]
    names = [line.split()[0] for line in block.splitlines()[1:]]
    assert len(names) == 11
    assert all(any(form.fullmatch(name) for form in export._NAMES) for name in names)
