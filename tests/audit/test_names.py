import pytest

from audit.errors import UnknownEventName, VocabularyFault
from audit.names import Vocabulary


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("request:access", id="two parts"),
        pytest.param("request:access:granted:now", id="four parts"),
        pytest.param("Request:access:granted", id="upper case"),
        pytest.param("request:access:gränted", id="not ASCII"),
        pytest.param("request:access:granted ", id="a blank"),
        pytest.param("request:access:granted\n", id="a line end"),
        pytest.param("request::granted", id="an empty part"),
        pytest.param("request:_access:granted", id="begins with an underscore"),
        pytest.param("request:access:part__granted", id="two underscores"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_name_against_the_grammar_is_refused(name: str) -> None:
    with pytest.raises(VocabularyFault):
        Vocabulary().register(name)


def test_a_name_is_registered_once() -> None:
    names = Vocabulary()
    names.register("request:access:granted")
    with pytest.raises(VocabularyFault, match="twice"):
        names.register("request:access:granted")


def test_nothing_is_registered_after_the_start() -> None:
    names = Vocabulary()
    names.close()
    with pytest.raises(VocabularyFault, match="started"):
        names.register("request:access:granted")


def test_only_a_registered_name_passes() -> None:
    names = Vocabulary()
    names.register("request:access:partly_granted")
    names.close()
    assert names.require("request:access:partly_granted") == "request:access:partly_granted"
    with pytest.raises(UnknownEventName):
        names.require("request:access:granted")
