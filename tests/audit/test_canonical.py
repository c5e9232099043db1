import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as some

from audit import canonical
from audit.errors import MalformedEntry

_TEXT = some.text(some.characters(exclude_categories=["Cs"]))
_KEY = some.text(some.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=20)
_WHOLE = some.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
_LEAF = some.none() | some.booleans() | _WHOLE | _TEXT
_VALUE = some.recursive(
    _LEAF, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(_KEY, inner, max_size=4)
)


@given(some.dictionaries(_KEY, _VALUE, max_size=6))
def test_the_bytes_are_those_of_rfc_8785(facts: dict[str, object]) -> None:
    assert canonical.dumps(facts) == rfc8785.dumps(facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1.5, id="a fraction"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param(2**53, id="an integer that JavaScript rounds"),
        pytest.param(-(2**53), id="a negative one"),
        pytest.param(b"bytes", id="bytes"),
        pytest.param({"a", "b"}, id="a set"),
        pytest.param({1: "a"}, id="a key that is no text"),
        pytest.param({"é": "a"}, id="a key beyond ASCII"),
        pytest.param({"": "a"}, id="an empty key"),
        pytest.param({"k" * 129: "a"}, id="a key without end"),
        pytest.param("\ud800", id="half a character"),
        pytest.param([[{"deep": 1.5}]], id="a fraction deep inside"),
    ],
)
def test_what_readers_would_understand_differently_is_refused(value: object) -> None:
    with pytest.raises(MalformedEntry):
        canonical.dumps({"value": value})
