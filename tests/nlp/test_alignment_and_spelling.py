from __future__ import annotations

import numpy as np
import pytest

from nlp.abbreviations import read_abbreviations, written_out
from nlp.alignment import Floats, Numbers, alignment
from nlp.encoder import Encoder
from nlp.errors import RegioplanError
from nlp.near_copies import near_copy_groups
from nlp.spelling import MOST_UNKNOWN, Speller, known_words


def test_a_text_that_holds_the_query_aligns_fully(encoder: Encoder) -> None:
    tokens = encoder.tokens
    assert tokens is not None
    query, same, other, empty = tokens.ids(
        ["ēku siltināšana", "ēku siltināšana un remonts", "tūrisma maršruti", ""]
    )

    def aligned(query: Numbers, texts: list[Numbers], symmetric: float) -> Floats:
        ends = np.cumsum([0, *map(len, texts)])
        return alignment(tokens, query, np.concatenate(texts), ends, symmetric)

    scores = aligned(query, [empty, same, other, empty], 0.0)[1:]
    assert scores[0] == pytest.approx(1.0, abs=1e-5)
    assert scores[0] > scores[1]
    assert scores[2] == 0
    assert aligned(empty, [same], 0.3).tolist() == [0.0]
    assert aligned(query, [empty], 0.3).tolist() == [0.0]
    assert np.all(aligned(query, [same, other], 0.3) <= 1.0 + 1e-6)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("siltinšana", "siltināšana"),
        ("sitlināšana", "siltināšana"),
        ("siltināšanas", None),
        ("skola", None),
        ("xqzwv", None),
    ],
)
def test_one_slip_is_mended(typed: str, meant: str | None) -> None:
    speller = Speller(known_words(["ēku siltināšana skolā"] * 6))
    assert speller.corrections(typed) == ({typed: meant} if meant else {})
    assert speller.corrected(f"{typed} novadā") == f"{meant or typed} novadā"


def test_what_a_caller_does_with_corrections_stays_with_it() -> None:
    speller = Speller(known_words(["ēku siltināšana skolā"] * 6))
    speller.corrections("siltinšana").clear()
    assert speller.corrections("siltinšana") == {"siltinšana": "siltināšana"}


def test_without_known_words_nothing_is_mended() -> None:
    assert Speller({}).corrected("siltinšana") == "siltinšana"


def test_abbreviations_are_written_out_once() -> None:
    table = {"VPR": "Vidzemes plānošanas reģions"}
    assert written_out("VPR un VPR", table) == "VPR un VPR Vidzemes plānošanas reģions"
    assert written_out("vpr", table) == "vpr"


def test_a_missing_list_is_named(tmp_path: object) -> None:
    from pathlib import Path

    with pytest.raises(RegioplanError, match="no such file"):
        read_abbreviations(Path(str(tmp_path)) / "none.tsv")


def test_near_copies_form_groups_within_a_key() -> None:
    sets = [frozenset("abcde"), frozenset("abcdef"), frozenset("abcde"), frozenset("xyz")]
    assert near_copy_groups(sets) == [0, 0, 0, 3]
    assert near_copy_groups(sets, ["v", "v", "z", "v"]) == [0, 0, 2, 3]
    assert near_copy_groups([]) == []


def test_only_so_many_unknown_words_of_a_long_text_are_looked_at() -> None:
    speller = Speller(known_words(["ēku siltināšana skolā"] * 6))
    noise = " ".join("xqzvw" + chr(97 + i) for i in range(MOST_UNKNOWN - 1))
    assert speller.corrections(f"{noise} siltinšana") == {"siltinšana": "siltināšana"}
    assert speller.corrections(f"{noise} xqzvwxx siltinšana") == {}
