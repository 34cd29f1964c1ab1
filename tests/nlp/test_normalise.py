from __future__ import annotations

import pytest

from nlp.normalise import normalise, stems


@pytest.mark.parametrize(
    "forms",
    [
        "pašvaldība pašvaldības pašvaldībai pašvaldību pašvaldībām",
        "veicināt veicināšana veicināšanu veicināta veicinātas",
        "ceļš ceļa ceļu ceļi ceļiem",
        "digitāls digitāla digitālo digitālie digitālajām",
        "bērnudārzs bērnudārza bērnudārzu bērnudārzi",
    ],
)
def test_forms_of_a_word_meet(forms: str) -> None:
    assert len(set(stems(forms))) <= 2
    assert len(set(stems(forms))) < len(forms.split())


def test_diacritics_and_case_do_not_count() -> None:
    assert normalise("ĶĒDES Šūšana") == normalise("kedes susana")


def test_short_words_stay() -> None:
    assert stems("AI, ES, LIAA") == ["ai", "es", "lia"]


def test_nothing_gives_nothing() -> None:
    assert stems(" \n?!") == []


def test_function_words_of_both_languages_are_left_out() -> None:
    assert stems("atbalsts un palīdzība ar transportu") == stems("atbalsts palīdzība transportu")
    assert stems("support for the families") == stems("support families")
