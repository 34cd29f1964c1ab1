from __future__ import annotations

from nlp.layouts.cut_rows import CutCell, assign_rest
from nlp.layouts.wrapped import Words, is_broken_word, join_wrapped

WORDS = Words(["pašvaldības un tūrisma nozare", "pētniecības institūcijas", "pamatprasmju līmeni"])


def test_broken_words_are_joined_and_whole_ones_are_not() -> None:
    assert join_wrapped(["pašvaldī", "bas un"], WORDS) == "pašvaldības un"
    assert join_wrapped(["tūris", "ma nozare"], WORDS) == "tūrisma nozare"
    assert join_wrapped(["pašvaldības", "un tūrisma"], WORDS) == "pašvaldības un tūrisma"
    assert join_wrapped(["pamat-", "prasmju līmeni"], WORDS) == "pamatprasmju līmeni"


def test_a_single_letter_belongs_to_the_word_before_it() -> None:
    assert is_broken_word("ieviešan", "a atbilstoši", WORDS)
    assert not is_broken_word("kultūras", "u.c. centri", WORDS)


def test_only_a_cell_cut_at_the_page_end_goes_on() -> None:
    text = CutCell(
        ["Atbalstīt ideju", "realizāciju un", "nodokļu sistēmas", "uzlabošanu, Rotējošā"], 28
    )
    partners = CutCell(["EM,"], 18)
    indicators = CutCell(["1. Atbalstītas idejas"], 22, numbered=True)
    whole = assign_rest(["kapitāla izveidi"], [text, partners, indicators], WORDS)
    assert whole[0][-1] == "kapitāla izveidi"
    assert whole[1:] == [["EM,"], ["1. Atbalstītas idejas"]]


def test_rest_is_shared_out_in_column_order() -> None:
    text = CutCell(["Veikt labās pieredzes izpēti", "par ekonomiski izdevīgiem"], 28)
    partners = CutCell(["NVO,", "pētniecības"], 18)
    indicators = CutCell(["1. Izstrādāta", "rokasgrāmata"], 22, numbered=True)
    rest = ["pārejas projektiem uz reģiona", "institūcijas", "2. Notikušas", "kampaņas"]
    whole = assign_rest(rest, [text, partners, indicators], WORDS)
    assert [len(cell) for cell in whole] == [3, 3, 4]


def test_nothing_after_the_break_changes_nothing() -> None:
    assert assign_rest([], [CutCell(["a"], 10)], WORDS) == [["a"]]
