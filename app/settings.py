"""What can be set: ``REGIOPLAN_<NAME>`` over the settings file over the defaults.

The file is ``regioplan.toml`` in the home folder, or what ``REGIOPLAN_SETTINGS`` names.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails

from nlp.errors import UsageError

PREFIX = "REGIOPLAN_"
FILE = "regioplan.toml"
_PATHS = ("home", "store", "users")
_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")

Network = IPv4Network | IPv6Network


def _project() -> Path:
    return Path(__file__).resolve().parent.parent


def _networks(value: object) -> object:
    """``10.0.0.1, 192.168.0.0/16``, or a list of such, as networks."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        raise ValueError("addresses or networks, for example '127.0.0.1, 10.0.0.0/8'")
    try:
        return tuple(ip_network(str(item).strip(), strict=False) for item in items)
    except ValueError as error:
        raise ValueError(f"addresses or networks ({error})") from None


class Settings(BaseModel):
    """Every setting. The table in README.md is ``regioplan settings --format markdown``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(
        default_factory=_project,
        description="Folder that holds `data/`, the index and `regioplan.toml`",
        json_schema_extra={"shown": "folder of the program"},
    )
    store: Path = Field(
        default_factory=lambda values: values["home"] / "indexes" / "store",
        description="Folder of the index and of what people decided",
        json_schema_extra={"shown": "`indexes/store` in home"},
    )
    host: str = Field(
        default="127.0.0.1", min_length=1, description="Address that `serve` listens on"
    )
    port: int = Field(default=7860, ge=1, le=65535, description="Port that `serve` listens on")
    users: Path | None = Field(
        default_factory=lambda values: values["home"] / "regioplan.users",
        description="File of the people who may log in, kept by `regioplan user`",
        json_schema_extra={"shown": "`regioplan.users` in home"},
    )
    login: SecretStr | None = Field(
        default=None, description="One login without a users file, as `name:password`"
    )
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(_networks)] = Field(
        default=(),
        description="Addresses or networks of reverse proxies whose headers are believed",
    )
    proxy_header: str | None = Field(
        default=None,
        description="Header in which a trusted proxy names who is logged in, as `X-Remote-User`",
    )
    session_hours: int = Field(default=12, ge=1, le=8760, description="How long a login lasts")
    cookie_secure: bool = Field(
        default=False,
        description="Send the login cookie over HTTPS only, even where no proxy says it is HTTPS",
    )
    login_attempts: int = Field(
        default=10, ge=1, description="Wrong passwords per minute from one address"
    )
    rate_limit: int = Field(
        default=300, ge=0, description="Requests that work per minute from one address; 0: no limit"
    )
    upload_mb: int = Field(
        default=100, ge=1, le=10_000, description="Largest upload in one request, MB"
    )
    read_only: bool = Field(
        default=False, description="Nobody may change anything through the page or the REST API"
    )
    thorough: bool = Field(
        default=False,
        description="Compare with every vector, also where a large index has a quick way",
    )
    milvus: str | None = Field(
        default=None,
        min_length=1,
        description="Milvus that `search` and `similar` of the command line ask: "
        "`http(s)://host:19530`, or a file `NAME.db`",
    )
    milvus_token: SecretStr | None = Field(
        default=None, description="Its login, as `user:password`, or an API key"
    )
    milvus_collection: str = Field(
        default="regioplan", min_length=1, description="Its name for the index there"
    )

    @field_validator("login")
    @classmethod
    def _login_has_both(cls, value: SecretStr | None) -> SecretStr | None:
        name, _, password = value.get_secret_value().partition(":") if value else ("-", "", "-")
        if not (name and password):
            raise ValueError("name:password")
        return value

    @field_validator("proxy_header")
    @classmethod
    def _header_is_believable(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and not _HEADER.fullmatch(value):
            raise ValueError("the name of a header, for example X-Remote-User")
        if value is not None and not info.data.get("trusted_proxies"):
            raise ValueError("a header together with trusted_proxies: else anybody could send it")
        return value

    @property
    def login_pair(self) -> tuple[str, str] | None:
        """Name and password of ``login``, where set."""
        if self.login is None:
            return None
        name, _, password = self.login.get_secret_value().partition(":")
        return name, password


# What an app gets that is made without settings: the defaults, nobody to log in, no rate limit.
OPEN = Settings(users=None, rate_limit=0)


class Loaded(NamedTuple):
    """The settings with the source of each: an environment variable, the file, or default."""

    settings: Settings
    sources: dict[str, str]


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def load(environment: Mapping[str, str]) -> Loaded:
    """Settings by an environment and the file it leads to. An empty variable counts as unset.

    :raises UsageError: an unreadable file, an unknown key or a bad value, naming it.
    """
    path, values = _from_file(environment)
    sources = dict.fromkeys(Settings.model_fields, "default") | dict.fromkeys(values, str(path))
    for name in Settings.model_fields:
        if given := environment.get(variable(name)):
            values[name], sources[name] = given, variable(name)
    try:
        return Loaded(Settings.model_validate(values), sources)
    except ValidationError as error:
        raise _usage_error(error.errors()[0], sources) from None


def current() -> Settings:
    """The settings in force. :raises UsageError: as :func:`load`."""
    return load(os.environ).settings


def strangers(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like settings but are none: typing errors, mostly."""
    known = {variable(name) for name in Settings.model_fields} | {PREFIX + "SETTINGS"}
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def home() -> Path:
    """The folder that holds ``data/`` and ``indexes/store/``."""
    return current().home


def store() -> Path:
    """The folder of index generations."""
    return current().store


def data() -> Path:
    """The folder of plans, labels and glossary."""
    return home() / "data"


def require_folder(path: Path) -> None:
    """Refuse to write into a folder that is not there.

    :raises UsageError: naming it.
    """
    if not path.parent.is_dir():
        raise UsageError("an existing folder", str(path.parent), "make it or give another --out")


def _from_file(environment: Mapping[str, str]) -> tuple[Path, dict[str, Any]]:
    """The settings file and what it says; relative paths in it start at its own folder."""
    given = environment.get(PREFIX + "SETTINGS")
    path = Path(given or Path(environment.get(variable("home")) or _project()) / FILE)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        if not given:
            return path, {}
        raise UsageError("a settings file", f"no file {path}", f"mend {PREFIX}SETTINGS") from None
    except OSError as error:
        raise UsageError(
            "a settings file that can be read", f"{path}: {error.strerror}", "mend its permissions"
        ) from None
    except (ValueError, RecursionError) as error:  # broken TOML or another encoding
        raise UsageError(f"TOML in {path}", str(error)[:200], "mend the file") from None
    for name in values:
        if name not in Settings.model_fields:
            raise UsageError.choice(f"setting in {path}", name, Settings.model_fields)
    for name in _PATHS:
        if isinstance(values.get(name), str):
            values[name] = path.parent / _expanded(values[name], name, path)
    return path, values


def _expanded(value: str, name: str, path: Path) -> Path:
    try:
        if "\0" in value:
            raise RuntimeError
        return Path(value).expanduser()
    except RuntimeError:  # also of '~somebody' who is not known here
        raise UsageError(f"{name} = a path", f"{value!r:.80} in {path}", "mend it there") from None


def _usage_error(error: ErrorDetails, sources: Mapping[str, str]) -> UsageError:
    name = str(error["loc"][0])
    expected = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    # A login that cannot be read may still hold a password.
    found = "another form" if name in ("login", "milvus_token") else repr(error["input"])[:80]
    return UsageError(f"{name} = {expected}", f"{found} in {sources[name]}", "mend it there")
