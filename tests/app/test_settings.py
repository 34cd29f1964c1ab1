from __future__ import annotations

import json
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from app import settings
from app.settings import Settings, load
from app.settings_command import markdown
from nlp.errors import UsageError
from tests.app.test_cli import run

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "regioplan.toml").write_text(
        'port = 8000\nrate_limit = 50\nusers = "people"\ntrusted_proxies = ["10.0.0.1"]\n',
        encoding="utf-8",
    )
    return tmp_path


def test_environment_over_file_over_default(folder: Path) -> None:
    home = {"REGIOPLAN_HOME": str(folder)}
    loaded = load({**home, "REGIOPLAN_PORT": "9000", "REGIOPLAN_RATE_LIMIT": ""})
    assert loaded.settings.port == 9000
    assert loaded.sources["port"] == "REGIOPLAN_PORT"
    assert loaded.settings.rate_limit == 50, "an empty variable is none"
    assert loaded.sources["rate_limit"] == str(folder / "regioplan.toml")
    assert (loaded.settings.upload_mb, loaded.sources["upload_mb"]) == (100, "default")
    assert loaded.settings.store == folder / "indexes" / "store"


def test_paths_in_the_file_start_at_the_file(folder: Path) -> None:
    found = load({"REGIOPLAN_SETTINGS": str(folder / "regioplan.toml")}).settings
    assert found.users == folder / "people"
    assert found.trusted_proxies == (ip_network("10.0.0.1/32"),)


def test_the_usual_functions_follow(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIOPLAN_HOME", str(folder))
    monkeypatch.setenv("REGIOPLAN_STORE", "/elsewhere")
    assert (settings.home(), settings.data()) == (folder, folder / "data")
    assert settings.store() == Path("/elsewhere")


def test_lists_of_networks(tmp_path: Path) -> None:
    found = load({"REGIOPLAN_HOME": str(tmp_path), "REGIOPLAN_TRUSTED_PROXIES": "::1, 10.1.2.3/8"})
    assert found.settings.trusted_proxies == (ip_network("::1/128"), ip_network("10.0.0.0/8"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "70000"),
        ("READ_ONLY", "perhaps"),
        ("TRUSTED_PROXIES", "proxy.local"),
        ("PROXY_HEADER", "X-Remote-User"),
        ("LOGIN", "nameonly"),
        ("LOGIN_ATTEMPTS", "0"),
    ],
)
def test_a_bad_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(UsageError) as raised:
        load({"REGIOPLAN_HOME": str(tmp_path), f"REGIOPLAN_{name}": value})
    assert name.lower() in raised.value.expected
    assert f"REGIOPLAN_{name}" in raised.value.found
    assert (value in raised.value.found) == (name != "LOGIN"), "a password is not repeated"


def test_a_header_of_a_trusted_proxy_is_taken(tmp_path: Path) -> None:
    found = load({
        "REGIOPLAN_HOME": str(tmp_path),
        "REGIOPLAN_TRUSTED_PROXIES": "127.0.0.1",
        "REGIOPLAN_PROXY_HEADER": "X-Remote-User",
    })  # fmt: skip
    assert found.settings.proxy_header == "X-Remote-User"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"ports = 1\n", "'ports'"),
        (b"[server]\nport = 1\n", "'server'"),
        (b"port = \n", "line 1"),
        (b"\xff\xfe", "utf-8"),
        (b'port = "x"\n', "regioplan.toml"),
        (b'store = "~nobody-here/x"\n', "store = a path"),
        (b'home = "\\u0000"\n', "home = a path"),
        (b"port = " + b"[" * 50_000, "TOML"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, body: bytes, word: str) -> None:
    (tmp_path / "regioplan.toml").write_bytes(body)
    with pytest.raises(UsageError, match=r"regioplan\.toml") as raised:
        load({"REGIOPLAN_HOME": str(tmp_path)})
    assert word in str(raised.value)


def test_a_file_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        load({"REGIOPLAN_SETTINGS": str(tmp_path / "none.toml")})
    with pytest.raises(UsageError, match="can be read"):
        load({"REGIOPLAN_SETTINGS": str(tmp_path)})


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


def test_the_readme_lists_every_setting() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    head, rule, *rows = markdown()
    assert head in lines, "the output of 'regioplan settings --format markdown'"
    start = lines.index(head)
    assert lines[start : start + 2 + len(rows) + 1] == [head, rule, *rows, ""]


def test_the_command_says_where_values_come_from(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIOPLAN_HOME", str(folder))
    monkeypatch.setenv("REGIOPLAN_LOGIN", "anna:noslēpums")
    monkeypatch.setenv("REGIOPLAN_PROT", "1")
    done = run("settings")
    assert done.returncode == 0, done.stderr
    assert "noslēpums" not in done.stdout
    assert "REGIOPLAN_PROT" in done.stderr
    rows = {row["name"]: row for row in json.loads(run("settings", "--format", "json").stdout)}
    assert set(rows) == set(Settings.model_fields)
    assert rows["port"] == {
        "name": "port", "value": "8000", "source": str(folder / "regioplan.toml"),
    }  # fmt: skip
    assert rows["login"]["source"] == "REGIOPLAN_LOGIN"
    assert run("settings", "--format", "xml").returncode == 2
    monkeypatch.setenv("REGIOPLAN_PORT", "x")
    assert run("settings").returncode == 2
