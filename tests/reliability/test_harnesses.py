"""The kill and race harnesses, a few rounds of each; ``make reliability`` runs as many as asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.operations import OPERATIONS
from tests.reliability.soak import MOST_RISE, Sample, trend

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("KILLS", len(OPERATIONS)))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SEED = os.environ.get("SEED", "0")


def run(module: str, *arguments: str) -> str:
    """What a harness prints. It is a process of its own, as a fork must have no threads."""
    command = [sys.executable, "-m", f"tests.reliability.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    return done.stdout


def test_nothing_acknowledged_is_lost_to_kill_9(tiny_store: Path) -> None:
    said = run("kills", "--store", str(tiny_store), "--kills", str(KILLS), "--seed", SEED)
    assert f"{KILLS} kills" in said
    assert " 0 lost" in said


def test_many_writers_and_a_reader_at_once(tiny_store: Path) -> None:
    said = run("race", "--store", str(tiny_store), "--rounds", str(ROUNDS))
    assert " 0 things wrong" in said


@pytest.mark.parametrize(("per_minute", "flat"), [(0.0, True), (0.9, True), (5.0, False)])
def test_the_soak_tells_a_leak_from_caches_that_fill(per_minute: float, flat: bool) -> None:
    samples = [
        Sample(60.0 * n, 700 + min(n, 8) * 30 + per_minute * n) for n in range(31)
    ]  # caches fill for eight minutes
    found = trend(samples)
    assert found.flat is flat
    assert found.rise == pytest.approx(20 * per_minute)
    assert MOST_RISE == 20.0


def test_a_soak_too_short_to_tell_is_flat() -> None:
    assert trend([]).flat
    assert trend([Sample(0.0, 700.0), Sample(2.0, 900.0)]).flat
