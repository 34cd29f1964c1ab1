from __future__ import annotations

import pytest

from nlp.normalise import is_printed, normalise, same_word, stems, words


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


@pytest.mark.parametrize(
    ("term", "word", "same"),
    [
        ("velo", "vēl", False),
        ("VID", "vides", False),
        ("VID", "VID", True),
        ("programmētāji", "programma", False),
        ("projektēšana", "projekts", False),
        ("projektēšana", "projektēt", True),
        ("siltināšana", "siltināta", True),
        ("skolas", "skolotājiem", False),
        ("skolotāji", "skolotāju", True),
        ("brālis", "brāļa", True),
        ("meži", "mežu", True),
        ("algas", "aļģes", True),  # a consonant may change in inflection: not told apart
    ],
)
def test_words_of_one_stem_are_told_apart(term: str, word: str, same: bool) -> None:
    assert same_word(term, word, printed=True) is same


def test_what_is_typed_without_diacritics_is_given_the_benefit_of_the_doubt() -> None:
    assert same_word("vēja", "veja", printed=False)
    assert same_word("LIAA", "liaa", printed=False)
    assert not is_printed("veja parks")
    assert is_printed("Vēja parks")


def test_words_and_stems_go_together() -> None:
    text = "Pašvaldību un LIAA sadarbība ar ½ Cēsīm, e-pakalpojumi №3 ﬁlma"
    assert len(words(text)) == len(stems(text))
