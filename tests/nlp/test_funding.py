from __future__ import annotations

import pytest

from nlp.funding import funding_kinds


@pytest.mark.parametrize(
    ("sources", "kinds"),
    [
        (("ES fondi, valsts finansējums",), ("eu", "state")),
        (("Pašvaldības un valsts līdzfinansējums",), ("state", "municipal")),
        (("ERAF", "privātais finansējums"), ("eu", "private")),
        (("Interreg Latvija-Lietuva",), ("cross_border",)),
        (("Eiropas teritoriālā sadarbība",), ("cross_border",)),
        (("ALTUM aizdevumi",), ("instruments",)),
        (("KPR budžets",), ("region",)),
        (("cits", "ES fondi"), ("eu", "other")),
        ((), ()),
    ],
)  # fmt: skip
def test_kinds_of_funding(sources: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    assert funding_kinds(sources) == kinds
