"""What `make lint` looks for beside style: secrets, contact data, and what we depend on.

    python -m tests.audit.audit

Everything but the last check works without a network; that one asks OSV for known weaknesses of
the installed versions, and says so where it is skipped.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from nlp.personal import contains_personal

ROOT = Path(__file__).parents[2]
PROJECT = "regioplan"
EXTRAS = ("dev", "mcp")
SERVICE = ("api.osv.dev", 443)
# Every kind of token there is a form of; entropy would find the checksums, addresses are tests'.
QUIET = {"Base64HighEntropyString", "HexHighEntropyString", "IPPublicDetector", "KeywordDetector"}
# Where somebody's contact data could come in with what is collected; tests and code invent theirs.
PUBLIC = ("data/", "docs/", "README", "SECURITY", "CONTRIBUTING", "CHANGELOG")
LICENCES = re.compile(r"MIT|BSD|Apache|ISC|MPL|Mozilla Public|PSF|Python Software|Unlicense|HPND")
# Metadata without a licence, read in the repository of each.
READ = {"axe-playwright-python": "Apache-2.0", "skops": "MIT"}


def tracked() -> list[str]:
    """The committed files that hold text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [name for name in listed.split("\0") if name and not name.endswith(".png")]


def secrets(files: Iterable[Path]) -> Iterator[str]:
    """Places that look like a key, a token or a password in an address."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings, transient_settings

    with default_settings() as known:
        plugins = [{"name": name} for name in known.plugins if name not in QUIET]
    allowed = [{"path": "detect_secrets.filters.allowlist.is_line_allowlisted"}]
    with transient_settings({"plugins_used": plugins, "filters_used": allowed}):
        for file in files:
            for found in scan_file(str(file)):
                yield f"{file}:{found.line_number}: {found.type}"


def contact_data(files: Iterable[Path]) -> Iterator[str]:
    """Lines with an e-mail address, a phone number or a link into a staff folder."""
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if contains_personal(line):
                yield f"{file}:{number}: contact data of a person"


def closure(project: str, extras: Sequence[str]) -> dict[str, Distribution]:
    """The installed distributions a project needs, by normal name."""
    found: dict[str, Distribution] = {}
    waiting = [(project, tuple(extras))]
    seen = set()
    while waiting:
        name, wanted = waiting.pop()
        if (normal(name), wanted) in seen:
            continue
        seen.add((normal(name), wanted))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # pip check speaks of what is missing
        found[normal(name)] = package
        for line in package.requires or ():
            need = Requirement(line)
            marks = [{"extra": extra} for extra in (*wanted, "")]
            if need.marker is None or any(need.marker.evaluate(mark) for mark in marks):
                waiting.append((need.name, tuple(sorted(need.extras))))
    found.pop(normal(project), None)
    return found


def pins(text: str) -> tuple[dict[str, str], list[str]]:
    """Versions by normal name, and what is wrong with the list itself."""
    out: dict[str, str] = {}
    wrong = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, mark, version = line.partition("==")
        if not mark:
            wrong.append(f"constraints.txt: '{line}' is no name==version")
        elif normal(name) in out:
            wrong.append(f"constraints.txt: {name} stands there twice")
        out[normal(name)] = version
    return out, wrong


def unpinned(packages: Mapping[str, Distribution], known: Mapping[str, str]) -> Iterator[str]:
    """Packages that are not installed as pinned.

    torch itself pins the parts of CUDA, and ``make setup`` takes the newest pip.
    """
    for name, package in sorted(packages.items()):
        installed = package.version.partition("+")[0]
        if name not in known:
            if name != "pip" and not name.startswith(("nvidia-", "triton")):
                yield f"{name} {installed} is not in constraints.txt"
        elif known[name] != installed:
            yield f"{name} {installed} is installed, constraints.txt has {known[name]}"


def licence(package: Distribution) -> str:
    """What the metadata says a package may be used under."""
    about = package.metadata
    classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    expression = about.get("License-Expression") or about.get("License") or ""
    return f"{expression[:200]} {' '.join(classifiers)}".strip()


def unlicensed(packages: Mapping[str, Distribution]) -> Iterator[str]:
    """Packages whose licence is none of those that go with ours."""
    for name, package in sorted(packages.items()):
        said = READ.get(name) or licence(package)
        if not LICENCES.search(said) and not name.startswith("nvidia-"):
            yield f"{name}: licence '{said[:80] or 'not said'}'"


def answers(place: tuple[str, int]) -> bool:
    """Whether a server can be reached."""
    try:
        with socket.create_connection(place, timeout=5):
            return True
    except OSError:
        return False


def normal(name: str) -> str:
    """A name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def weaknesses(place: tuple[str, int] = SERVICE) -> list[str]:
    """What pip-audit says of the pinned versions; a line that it was skipped where it must be."""
    if not answers(place):
        print(f"audit: {place[0]} cannot be reached: KNOWN WEAKNESSES WERE NOT LOOKED UP")
        return []
    # Pinned versions of everything, so nothing is resolved or downloaded.
    command = [
        sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv", "--disable-pip",
        "--no-deps", "--progress-spinner", "off", "--requirement", str(ROOT / "constraints.txt"),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else [done.stdout + done.stderr]


def main() -> None:
    """Entry point: prints what is wrong; exit code 1 where anything is."""
    files = tracked()
    check = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    packages = closure(PROJECT, EXTRAS)
    known, wrong = pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    wrong += [] if check.returncode == 0 else [f"pip check: {check.stdout.strip()}"]
    wrong += unpinned(packages, known)
    wrong += unlicensed(packages)
    wrong += secrets(ROOT / name for name in files)
    wrong += contact_data(ROOT / name for name in files if name.startswith(PUBLIC))
    wrong += weaknesses()
    for line in wrong:
        print(f"audit: {line}")
    if wrong:
        sys.exit(1)
    print(f"audit: {len(files)} files and {len(packages)} packages, nothing wrong")


if __name__ == "__main__":
    main()
