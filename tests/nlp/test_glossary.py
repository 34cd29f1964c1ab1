from __future__ import annotations

from pathlib import Path

import pytest

from nlp.errors import RegioplanError
from nlp.glossary import Concept, ConceptFinder, pseudo_sentences, read_glossary

SCHOOL = Concept("school", "skola", (), ("school",), "", None)
MEAL = Concept(
    "school-meal", "skolēnu ēdināšana", ("skolas pusdienas",), ("school meals",), "", "food"
)


def test_wordings_are_found_in_any_form_and_language() -> None:
    finder = ConceptFinder([SCHOOL, MEAL])
    assert finder.find("Skolēnu veselīgas ēdināšanas pasākumi") == ["school-meal"]
    assert finder.find("new schools") == ["school"]
    assert finder.find("pusdienas skolās") == ["school-meal", "school"]
    assert finder.find("") == []


def test_broader_concepts_are_added() -> None:
    finder = ConceptFinder([MEAL])
    assert finder.tokens("skolēnu ēdināšana") == ["school-meal", "food"]
    assert finder.tokens("skolēnu ēdināšana", broader=False) == ["school-meal"]


def test_pseudo_sentences_hold_all_wordings() -> None:
    assert pseudo_sentences([MEAL]) == ["skolēnu ēdināšana skolas pusdienas school meals"]


def test_a_short_row_is_named(tmp_path: Path) -> None:
    (tmp_path / "part1.tsv").write_text("id\tlv\nx\ty\n", encoding="utf-8")
    with pytest.raises(RegioplanError, match="row 2"):
        read_glossary(tmp_path)
