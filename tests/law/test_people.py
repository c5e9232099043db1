"""References that can be read aloud, and folding for the blind indexes."""

import math
from datetime import date
from itertools import pairwise

import pytest

from requests_app.errors import BadInput
from requests_app.people import folding
from requests_app.people.references import (
    ALPHABET,
    CHECK_LETTERS,
    EXAMPLE,
    format_reference,
    new_reference,
    parse_reference,
)


def sentence(text: str) -> str:
    with pytest.raises(BadInput) as refused:
        parse_reference(text)
    return refused.value.problems[0].sentence


def test_a_reference_is_four_groups_of_four_without_look_alikes() -> None:
    made = {new_reference() for _ in range(500)}

    assert len(made) == 500
    assert all([len(group) for group in one.split("-")] == [4, 4, 4, 4] for one in made)
    assert not set("0O1I5S") & set("".join(made) + ALPHABET + CHECK_LETTERS)
    assert all(one[-1].isalpha() for one in made)


def test_a_reference_carries_at_least_60_random_bits() -> None:
    assert 15 * math.log2(len(set(ALPHABET))) >= 60


@pytest.mark.parametrize(
    "typed",
    [
        EXAMPLE,
        EXAMPLE.lower(),
        EXAMPLE.replace("-", ""),
        EXAMPLE.replace("-", " "),
        f"  {EXAMPLE}\n",
        EXAMPLE.replace("-", "–"),
        " ".join(EXAMPLE),
        "".join(chr(ord(sign) + 0xFEE0) if sign != "-" else sign for sign in EXAMPLE),
    ],
)
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    assert parse_reference(typed) == EXAMPLE


def test_any_one_wrong_symbol_is_noticed() -> None:
    whole = EXAMPLE.replace("-", "")
    for place, right in enumerate(whole):
        for wrong in set(ALPHABET if place < 15 else CHECK_LETTERS) - {right}:
            assert "is different" in sentence(whole[:place] + wrong + whole[place + 1 :])


def test_any_two_neighbours_changed_over_are_noticed() -> None:
    whole = EXAMPLE.replace("-", "")[:15]
    for place, (left, right) in enumerate(pairwise(whole)):
        if left != right:
            changed = whole[:place] + right + left + whole[place + 2 :]
            assert "changed places" in sentence(changed + EXAMPLE[-1])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param(" - ", "Enter your reference", id="nothing"),
        pytest.param(EXAMPLE[:-1], "16 letters and digits", id="one too few"),
        pytest.param(EXAMPLE + "A", "16 letters and digits", id="one too many"),
        pytest.param("0" + EXAMPLE[1:], "never have", id="a zero"),
        pytest.param("<script>", "never have", id="something else"),
        pytest.param(EXAMPLE.replace("7", "\x00", 1), "never have", id="a null character"),
    ],
)
def test_what_is_no_reference_gets_a_sentence_that_helps(typed: str, words: str) -> None:
    assert words in sentence(typed)


def test_the_written_form_is_grouped() -> None:
    assert format_reference("7KQW3HTMX9DP2VRU") == EXAMPLE


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        pytest.param("O'Brien", ("obrien",), id="straight apostrophe"),
        pytest.param("O’BRIEN", ("obrien",), id="curly apostrophe, capitals"),
        pytest.param("o brien", ("obrien", "brien"), id="a space for the apostrophe"),
        pytest.param("García-López", ("garcialopez", "garcia", "lopez"), id="two names, hyphen"),
        pytest.param("Garcia Lopez", ("garcialopez", "garcia", "lopez"), id="two names, space"),
        pytest.param("GARCI\u0301A", ("garcia",), id="accent as a sign of its own"),
        pytest.param("García y López", ("garciaylopez", "garcia", "lopez"), id="joined by y"),
        pytest.param("de la Cruz", ("delacruz", "cruz"), id="particles"),
        pytest.param("Le", ("le",), id="a particle that is the name"),
        pytest.param("Example, Jr.", ("example",), id="junior"),
        pytest.param("Straße", ("strasse",), id="sharp s"),
        pytest.param("Ångström", ("angstrom",), id="ring and dots"),
        pytest.param("Sørensen", ("sorensen",), id="stroke"),
        pytest.param("Łukasz", ("lukasz",), id="Polish l"),
        pytest.param("İnan", ("inan",), id="dotted capital i"),
        pytest.param("Ｅｘａｍｐｌｅ", ("example",), id="wide letters"),
        pytest.param("Smith\u2010Jones", ("smithjones", "smith", "jones"), id="another hyphen"),
        pytest.param("Nguyễn", ("nguyen",), id="two accents"),
        pytest.param("王", ("王",), id="not Latin"),
    ],
)
def test_a_family_name_is_found_however_it_is_written(written: str, keys: tuple[str, ...]) -> None:
    assert folding.family_keys(written) == keys
    assert folding.fold_family(written) == keys[0]


def test_name_and_birth_date_fold_together() -> None:
    keys = folding.family_and_birth_keys("García-López", date(1980, 2, 29))

    assert keys == ("garcialopez|1980-02-29", "garcia|1980-02-29", "lopez|1980-02-29")


def test_the_first_given_name_is_enough() -> None:
    assert {folding.fold_given(name) for name in ("Mary-Ann", "MARY Ann", "Mary")} == {"mary"}


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        pytest.param(" Ada@Example.ORG ", "ada@example.org", id="case and blanks"),
        pytest.param("a.d.a+x@example.org", "a.d.a+x@example.org", id="dots and plus stay"),
        pytest.param("ada@bücher.example", "ada@xn--bcher-kva.example", id="international domain"),
        pytest.param("ada＠example.org", "ada@example.org", id="wide at sign"),
    ],
)
def test_an_email_address_folds(written: str, folded: str) -> None:
    assert folding.fold_email(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        pytest.param("(919) 555-0100", "+19195550100", id="ten digits"),
        pytest.param("+1 919.555.0100", "+19195550100", id="with country"),
        pytest.param("1-919-555-0100 x 4", "+19195550100", id="extension"),
        pytest.param("919 555 0100 ext. 12", "+19195550100", id="ext."),
        pytest.param("٩١٩٥٥٥٠١٠٠", "+19195550100", id="other digits"),
        pytest.param("+44 20 7946 0000", "+442079460000", id="abroad"),
        pytest.param("011 44 20 7946 0000", "+442079460000", id="dialled abroad"),
        pytest.param("555-0100", "5550100", id="local"),
    ],
)
def test_a_telephone_number_folds(written: str, folded: str) -> None:
    assert folding.fold_phone(written) == folded


def test_a_record_number_folds_and_keeps_its_zeros() -> None:
    assert folding.fold_record_number(" mr-00 12/b ") == "MR0012B"
    assert folding.fold_record_number("0012") != folding.fold_record_number("12")


@pytest.mark.parametrize(
    "fold",
    [
        folding.fold_family,
        folding.family_keys,
        folding.fold_given,
        folding.fold_email,
        folding.fold_phone,
        folding.fold_record_number,
    ],
)
@pytest.mark.parametrize("nothing", ["", "  ", "'’", "-./"])
def test_nothing_never_folds_to_an_empty_key(fold: object, nothing: str) -> None:
    assert callable(fold)
    with pytest.raises(BadInput):
        fold(nothing)
