from __future__ import annotations

import threading
from pathlib import Path

import pytest

from indexes.store import writer
from nlp.errors import RegioplanError
from training import build


class Seen(Exception):
    """Ends a build where it has shown what is looked for."""


def test_nobody_adds_a_plan_while_plans_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "deep" / "store"
    refused: list[str] = []

    def other() -> None:
        try:
            with writer(store):
                pass
        except RegioplanError as error:
            refused.append(str(error))

    def parse_plans(*_: object) -> None:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        raise Seen

    monkeypatch.setattr(build, "parse_plans", parse_plans)
    with pytest.raises(Seen):
        build.build(tmp_path, tmp_path, store, None)
    assert ["another build at work" in said for said in refused] == [True]
    with writer(store):
        pass  # and it is free again


def test_a_store_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(RegioplanError, match="--store"):
        build.build(tmp_path, tmp_path, tmp_path / "file" / "store", None)
