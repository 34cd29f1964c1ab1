from __future__ import annotations

import socket
from email.message import Message
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tests.audit import audit


class Package(Distribution):
    """A distribution of some version under some licence."""

    def __init__(self, version: str, licence: str = "MIT") -> None:
        self._about = Message()
        self._about["Version"] = version
        self._about["License-Expression"] = licence

    @property
    def metadata(self) -> Message:  # type: ignore[override]
        return self._about

    def read_text(self, filename: str) -> str | None:
        return None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


def test_pins_are_read_and_doubted() -> None:
    known, wrong = audit.pins("a-b==1.0\nA_B==1.0\nc>=2\n")
    assert known["a-b"] == "1.0"
    assert [line.partition(": ")[2] for line in wrong] == [
        "A_B stands there twice", "'c>=2' is no name==version",
    ]  # fmt: skip


def test_what_is_installed_must_be_pinned() -> None:
    packages = {
        "good": Package("1.0+cpu"), "moved": Package("1.1"), "new": Package("3"),
        "nvidia-cublas-cu12": Package("12"),
    }  # fmt: skip
    found = list(audit.unpinned(packages, {"good": "1.0", "moved": "1.0"}))
    assert found == [
        "moved 1.1 is installed, constraints.txt has 1.0", "new 3 is not in constraints.txt",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("licence", "fits"), [("MIT", True), ("BSD-3-Clause", True), ("AGPL-3.0-only", False)]
)
def test_licences(licence: str, fits: bool) -> None:
    assert (list(audit.unlicensed({"x": Package("1", licence)})) == []) is fits


def test_the_closure_holds_what_we_need_and_what_that_needs() -> None:
    names = set(audit.closure("regioplan", ()))
    assert {"torch", "sentence-transformers", "transformers", "starlette"} <= names
    assert "ruff" not in names
    assert "ruff" in audit.closure("regioplan", ("dev",))


def test_secrets_and_contact_data_are_found(tmp_path: Path) -> None:
    pytest.importorskip("detect_secrets", reason="of the extra 'dev'")
    file = tmp_path / "notes.md"
    key = "-----BEGIN RSA " + "PRIVATE KEY-----"
    address = "https://anna:" + "geheim@example.lv"  # apart, or this line would be found too
    file.write_text(f"one\n{key}\nAKIA{'ABCD2345' * 2}\n{address}\n", "utf-8")
    found = [line.rpartition(": ")[2] for line in audit.secrets([file])]
    assert found == ["Private Key", "AWS Access Key", "Basic Auth Credentials"]
    file.write_text("Zvanīt Jānai: +371 29123456\n", encoding="utf-8")
    assert list(audit.secrets([file])) == []
    assert [line.split(":")[1] for line in audit.contact_data([file])] == ["1"]


def test_committed_texts_hold_no_contact_data() -> None:
    names = [name for name in audit.tracked() if name.startswith(audit.PUBLIC)]
    assert any(name.startswith("data/labels/") for name in names)
    assert list(audit.contact_data(audit.ROOT / name for name in names)) == []


def test_without_a_network_the_lookup_is_skipped_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody listens
        assert audit.weaknesses(closed.getsockname()) == []
    assert "NOT LOOKED UP" in capsys.readouterr().out
