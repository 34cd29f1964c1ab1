"""What is fuzzed: everything that reads what strangers send or people write by hand.

A target gets bytes and must answer or refuse in words: any exception but a RegioplanError is a
crash. Its seeds are small real files, which the fuzzers change.
"""

from __future__ import annotations

import io
import json
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app import settings, users
from app.batch import columns_of, tag_table
from indexes.backup import backup, check
from indexes.query import parse_query
from nlp.errors import RegioplanError
from nlp.layouts.table import parse, read_titles
from nlp.plans import MANIFEST, read_manifest
from nlp.readers import read_tables
from tests.fuzz import seeds
from tests.fuzz.edits import as_json, as_toml, edited
from training.add import best_layout

SECONDS = 5.0  # more for one input is a crash, too


@dataclass(frozen=True)
class Target:
    """One reader: ``run`` takes what a file of it holds, ``seeds`` are whole ones."""

    name: str
    run: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]

    def __call__(self, content: bytes) -> bool:
        """Read; whether it was not refused.

        :raises Slow: it took more of the processor's time than any small file should.
        """
        start = time.process_time()
        read = self._reads(content)
        if (seconds := time.process_time() - start) > SECONDS:
            raise Slow(f"{self.name}: {seconds:.1f} s")
        return read

    def warm(self) -> bool:
        """Read the seeds, so that what it loads is loaded; whether any was not refused."""
        return [self._reads(seed) for seed in self.seeds()].count(True) > 0

    def _reads(self, content: bytes) -> bool:
        try:
            self.run(content)
        except RegioplanError as error:
            assert str(error).startswith("expected ")
            return False
        return True


class Slow(Exception):
    """A small file that costs much."""


@cache
def _folder() -> Path:
    """One folder for all inputs, gone when the process ends."""
    folder = tempfile.TemporaryDirectory(prefix="fuzz-")
    _KEPT.append(folder)
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def _file(name: str, content: bytes) -> Path:
    path = _folder() / name
    path.write_bytes(content)
    return path


def _tables(suffix: str) -> Callable[[bytes], object]:
    return lambda content: parse(read_tables(_file(f"plan{suffix}", content)))


def _members(whole: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def _with_member(whole: bytes, content: bytes) -> bytes:
    """An Office file with one part replaced: the first byte says which one."""
    members = _members(whole)
    place = content[0] % len(members) if content else 0
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (name, old) in enumerate(members):
            archive.writestr(name, content[1:] if number == place else old)
    return out.getvalue()


def _each_member(whole: bytes) -> list[bytes]:
    """The parts that are small enough to be changed with any hope."""
    parts = enumerate(_members(whole))
    return [bytes([number]) + old for number, (_, old) in parts if len(old) < 20_000]


def _manifest(content: bytes) -> None:
    _file("old.txt", b"x")
    _file(MANIFEST, content)
    for plan in read_manifest(_folder()):
        assert all(map(str.strip, (plan.document, *plan.regions)))
        assert plan.file.parent == _folder()


def _plans() -> Any:
    return json.loads(seeds.MANIFEST)


def _set() -> Any:
    return tomllib.loads(seeds.SETTINGS.decode())


def _scripts() -> list[bytes]:
    return [b"", b"\x03\x07", b"\x05\x0e\x02\x00"]


def _query(content: bytes) -> None:
    # What is no UTF-8 becomes lone surrogates, which reach the parser from JSON.
    parsed = parse_query(content.decode("utf-8", "surrogateescape"))
    assert parsed.text


def _settings(content: bytes) -> None:
    path = _file(settings.FILE, content)
    settings.load({"REGIOPLAN_SETTINGS": str(path)})


def _users(content: bytes) -> None:
    users.read(_file("regioplan.users", content))


def _backup(content: bytes) -> None:
    check(_file("backup.zip", content))


@cache
def _saved() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        plans = Path(folder) / "plans"
        plans.mkdir()
        (plans / MANIFEST).write_bytes(seeds.MANIFEST)
        (plans / "old.txt").write_text("x", encoding="utf-8")
        backup(Path(folder) / "store", plans, Path(folder) / "b.zip")
        return (Path(folder) / "b.zip").read_bytes()


def _uploaded(suffix: str) -> Callable[[bytes], object]:
    def run(content: bytes) -> None:
        path = _file(f"table{suffix}", content)
        columns = columns_of(path)
        if columns:
            tag_table(path, _folder() / f"out{suffix}", columns[0], seeds.tiny_tagger())

    return run


TARGETS = {
    target.name: target
    for target in (
        Target("pdf", _tables(".pdf"), lambda: [seeds.pdf()]),
        Target("docx", _tables(".docx"), lambda: [seeds.docx()]),
        Target(
            "docx-xml",
            lambda content: _tables(".docx")(_with_member(seeds.docx(), content)),
            lambda: _each_member(seeds.docx()),
        ),
        Target("xlsx", _tables(".xlsx"), lambda: [seeds.xlsx()]),
        Target(
            "xlsx-xml",
            lambda content: _tables(".xlsx")(_with_member(seeds.xlsx(), content)),
            lambda: _each_member(seeds.xlsx()),
        ),
        Target("csv", _tables(".csv"), lambda: [seeds.CSV, seeds.CSV.decode().encode("cp1257")]),
        Target("txt", lambda content: best_layout(_file("plan.txt", content)), seeds.texts),
        Target("columns", lambda c: read_titles(_file("c.yaml", c)), lambda: [seeds.COLUMNS]),
        Target("manifest", _manifest, lambda: [seeds.MANIFEST]),
        Target("manifest-fields", lambda c: _manifest(as_json(edited(_plans(), c))), _scripts),
        Target("query", _query, lambda: [query.encode() for query in seeds.QUERIES]),
        Target("tag-csv", _uploaded(".csv"), lambda: [seeds.CSV]),
        Target("tag-xlsx", _uploaded(".xlsx"), lambda: [seeds.xlsx()]),
        Target(
            "tag-xlsx-xml",
            lambda content: _uploaded(".xlsx")(_with_member(seeds.xlsx(), content)),
            lambda: _each_member(seeds.xlsx()),
        ),
        Target("settings", _settings, lambda: [seeds.SETTINGS]),
        Target("settings-fields", lambda c: _settings(as_toml(edited(_set(), c))), _scripts),
        Target("users", _users, lambda: [seeds.USERS]),
        Target("backup", _backup, lambda: [_saved()]),
        Target(
            "backup-listing",
            lambda content: _backup(_with_member(_saved(), content)),
            lambda: _each_member(_saved()),
        ),
    )
}
