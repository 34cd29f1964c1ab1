from __future__ import annotations

import re

from tests.audit.audit import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_every_threat_names_what_shows_that_it_is_met() -> None:
    rows = [line.split("|")[1:-1] for line in TEXT.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    for _, threat, _, shown in rows:
        assert "`" in shown, threat


def test_the_tests_and_commands_it_names_are_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", TEXT)
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in re.findall(r"`make (\w+)", TEXT):
        assert f"\n{command}:" in makefile, command
