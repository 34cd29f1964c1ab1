from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from skops import io as sio

from indexes.engine import SearchIndex
from nlp.errors import IndexDamaged
from nlp.tagger_files import load_taggers


class Evil:
    """Would leave a mark if a reader ever made one out of a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (Path(self.mark),)  # type: ignore[return-value]

    def __setstate__(self, state: object) -> None:
        self.mark.touch()


@pytest.mark.parametrize("kind", ["skops", "npz"])
def test_code_in_a_crafted_tagger_is_never_run(
    tiny_store: Path, tiny_index: SearchIndex, tmp_path: Path, kind: str
) -> None:
    folder, mark = tmp_path / "tagger", tmp_path / "mark"
    shutil.copytree(tiny_store / "gen-1" / "tagger", folder)
    load_taggers(folder, tiny_index.encoder, tiny_index.finder)
    (path,) = list(folder.glob(f"*.{kind}"))[:1]
    if kind == "skops":
        sio.dump({"features": Evil(mark)}, path)
    else:
        np.savez(path, coefficients=np.array([Evil(mark)], object), intercepts=np.zeros(1))
    with pytest.raises(IndexDamaged):
        load_taggers(folder, tiny_index.encoder, tiny_index.finder)
    assert not mark.exists()
