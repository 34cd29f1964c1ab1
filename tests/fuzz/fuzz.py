"""Fuzzes targets with atheris, one after the other, or all: coverage leads the changes.

    python -m tests.fuzz.fuzz pdf query --seconds 600

What crashed it is kept in the folder ``--crashes``; exit code 1 then. ``--again FILE`` reads one.
"""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

# Of others only the parsers in Python that do our reading; the rest would cost speed for nothing.
with atheris.instrument_imports(include=["nlp", "app", "indexes", "docx", "openpyxl", "pdfminer"]):
    from tests.fuzz.targets import TARGETS, Target

LONGEST = 200_000  # bytes of an input
HANGS = 60  # seconds by the clock after which an input counts as endless


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"Out of {', '.join(TARGETS)}.")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--crashes", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--again", type=Path, help="An input to read instead.")
    given = parser.parse_args()
    if strange := set(given.targets) - set(TARGETS):
        parser.error(f"no such targets: {', '.join(sorted(strange))}")
    targets = given.targets or list(TARGETS)
    given.crashes.mkdir(parents=True, exist_ok=True)
    if given.again:
        for name in targets:
            read = TARGETS[name](given.again.read_bytes())
            print(name, "read it" if read else "refused it in words")
    elif len(targets) == 1:
        _fuzz(TARGETS[targets[0]], given.seconds, given.crashes)
    else:
        crashed = [name for name in targets if _alone(name, given.seconds, given.crashes)]
        print(f"{len(targets)} targets, {len(crashed)} crashed: {', '.join(crashed) or 'none'}")
        sys.exit(1 if crashed else 0)


def _alone(name: str, seconds: int, crashes: Path) -> int:
    """Fuzz a target in a process of its own, which libFuzzer ends; its exit code."""
    print(f"{name}: {seconds} s", flush=True)
    command = [sys.executable, "-m", "tests.fuzz.fuzz", name, f"--seconds={seconds}"]
    with (crashes / f"{name}.log").open("w", encoding="utf-8") as log:
        done = subprocess.run([*command, f"--crashes={crashes}"], stderr=log, check=False)
    return done.returncode


def _fuzz(target: Target, seconds: int, crashes: Path) -> None:
    target.warm()
    with tempfile.TemporaryDirectory(prefix="corpus-") as corpus:
        for number, seed in enumerate(target.seeds()):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [
            f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={HANGS}",
            f"-artifact_prefix={crashes}/{target.name}-", "-rss_limit_mb=4096",
            "-print_final_stats=1", corpus,
        ]  # fmt: skip

        def read(content: bytes) -> None:  # its answer would be a mark for libFuzzer
            try:
                target(content)
            except BaseException:
                (crashes / f"{target.name}-exception").write_bytes(content)
                raise

        atheris.Setup([sys.argv[0], *options], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
