from __future__ import annotations

import io
import os
import pty
import stat
import subprocess
import sys
import threading
import unicodedata
from pathlib import Path

import pytest

from app import users
from app.users import People, add, hash_password, read, remove, verify
from nlp.errors import UsageError
from tests.app.test_cli import run


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same function at a fraction of the cost."""
    monkeypatch.setattr(users, "_COST", (2**10, 8, 1))
    users._decoy.cache_clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "users"


def test_who_is_added_may_in_with_the_password_alone(path: Path) -> None:
    add(path, "Jānis", "gara parole")
    people = read(path)
    assert verify(people, "Jānis", "gara parole") == "Jānis"
    assert verify(people, unicodedata.normalize("NFD", "Jānis"), "gara parole") == "Jānis"
    assert verify(people, "Jānis", "gara Parole") is None
    assert verify(people, "jānis", "gara parole") is None
    assert verify(people, "Jānis", "") is None
    assert verify(people, "Jānis", "x" * 1_000_000) is None


def test_letters_typed_another_way_are_the_same_password(path: Path) -> None:
    add(path, "anna", "pļāvējs1")
    assert verify(read(path), "anna", unicodedata.normalize("NFD", "pļāvējs1"))


def test_the_file_holds_no_password_and_is_its_owners(path: Path) -> None:
    add(path, "anna", "gara parole")
    add(path, "juris", "gara parole")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.partition(":scrypt$")[0] for line in lines] == ["anna", "juris"]
    assert "parole" not in "".join(lines)
    assert lines[0].partition(":")[2] != lines[1].partition(":")[2], "each has a salt of its own"
    assert [p.name for p in path.parent.iterdir()] == ["users"], "nothing is left beside it"


def test_an_unknown_name_costs_what_a_wrong_password_costs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(path, "anna", "gara parole")
    people, costs = read(path), []
    real = users.hashlib.scrypt

    def noted(*args: object, **kind: object) -> bytes:
        costs.append((kind["n"], kind["r"], kind["p"]))
        return real(*args, **kind)

    users._decoy()
    monkeypatch.setattr(users.hashlib, "scrypt", noted)
    verify(people, "anna", "wrong password")
    verify(people, "nobody", "wrong password")
    assert len(costs) == 2
    assert costs[0] == costs[1]


@pytest.mark.parametrize("name", ["", "a:b", "-a", "a b", "a\nb", "x" * 65, "../a"])
def test_names_out_of_the_rules(path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="a name of up to"):
        add(path, name, "gara parole")
    assert not path.exists()


def test_a_taken_name_needs_replace(path: Path) -> None:
    add(path, "anna", "gara parole")
    with pytest.raises(UsageError, match="--replace"):
        add(path, "anna", "cita parole")
    add(path, "anna", "cita parole", replace=True)
    assert verify(read(path), "anna", "cita parole")


def test_removed_is_gone(path: Path) -> None:
    add(path, "anna", "gara parole")
    remove(path, "anna")
    assert read(path) == {}
    with pytest.raises(UsageError, match="user list"):
        remove(path, "anna")


GOOD = hash_password("gara parole")


@pytest.mark.parametrize(
    "line",
    [
        "anna",
        "anna:gara parole",
        "anna:scrypt$1024$8$1$AAAA$AAAA",
        "anna:scrypt$1000$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "anna:scrypt$1073741824$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "anna:scrypt$x$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
        pytest.param(f" :{GOOD}", id="no name"),  # GOOD differs from run to run
        pytest.param(f"juris:{GOOD}", id="twice"),
    ],
)
def test_a_broken_line_is_numbered(path: Path, line: str) -> None:
    path.write_text(f"juris:{GOOD}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 3"):
        read(path)


def test_a_file_that_is_no_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="can be read"):
        read(path)
    with pytest.raises(UsageError, match="a folder for"):
        add(path.parent / "none" / "users", "anna", "gara parole")


def test_two_at_once_are_both_kept(path: Path) -> None:
    names = [f"person{n}" for n in range(8)]
    threads = [threading.Thread(target=add, args=(path, n, "gara parole")) for n in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read(path)) == names


def test_what_a_killed_command_left_goes_with_the_next_change(path: Path) -> None:
    add(path, "Anna", "gara parole")
    stale = path.with_name(f".{path.name}-abc.part")
    stale.write_text("Jānis:scrypt$", encoding="utf-8")
    own = path.with_name(f".{path.name}-2026")
    own.write_text("somebody's own copy", encoding="utf-8")
    add(path, "Jānis", "gara parole")
    assert not stale.exists()
    assert own.exists()
    assert list(read(path)) == ["Anna", "Jānis"]


def test_a_running_page_sees_changes(path: Path) -> None:
    people = People(path, ("fixed", "parole"))
    assert set(people.now()) == {"fixed"}
    add(path, "anna", "gara parole")
    assert set(people.now()) == {"fixed", "anna"}
    remove(path, "anna")
    assert set(people.now()) == {"fixed"}
    path.write_text("broken\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 1"):
        people.now()
    path.unlink()
    assert set(people.now()) == {"fixed"}
    assert People(None).now() == {}


def test_commands(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIOPLAN_USERS", str(path))

    def typed(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    typed("gara parole\n")
    assert run("user", "add", "anna").returncode == 0
    assert verify(read(path), "anna", "gara parole")
    typed("īsa\n")
    assert run("user", "add", "juris").returncode == 2
    typed("cita parole\n")
    assert run("user", "add", "anna").returncode == 2
    typed("cita parole\n")
    assert run("user", "add", "anna", "--replace").returncode == 0
    assert run("user", "list").stdout == "anna\n"
    assert run("user", "remove", "anna").returncode == 0
    gone = run("user", "remove", "anna")
    assert (gone.returncode, len(gone.stderr.strip().splitlines())) == (2, 1)


def test_a_person_is_asked_twice(path: Path) -> None:
    """In a terminal, as a person sees it: nothing typed is shown."""
    ours, theirs = pty.openpty()
    code = "import sys; from app.cli import main; sys.argv = sys.argv[1:]; main()"
    asked = subprocess.Popen(
        [sys.executable, "-c", code, "regioplan", "user", "add", "eva", "--file", str(path)],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    seen = b""
    for question in (b"Password: ", b"confirmation: "):
        while question not in seen:
            seen += os.read(ours, 1000)
        os.write(ours, b"gara parole\n")
    assert asked.wait(timeout=30) == 0
    seen += os.read(ours, 1000)
    os.close(ours)
    os.close(theirs)
    assert b"gara" not in seen
    assert verify(read(path), "eva", "gara parole")
