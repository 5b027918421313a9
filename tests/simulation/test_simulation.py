"""A handful of small histories; `make soak` runs large ones, as many as there is time for."""

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from shared.operations.operation import Outcome
from sync_server.tickets import parked_operations
from tests.simulation.__main__ import main
from tests.simulation.chaos import MISHAPS
from tests.simulation.history import history
from tests.simulation.network import KINDS
from tests.simulation.size import SMALL

pytestmark = pytest.mark.slow

SEEDS = (1, 2, 3, 4)
TINY = replace(SMALL, tablets=2, days=1, mishaps=3)


@pytest.mark.timeout(600)
def test_a_handful_of_histories_lose_nothing_and_everything_happened_in_them():
    traces = [history(seed, SMALL) for seed in SEEDS]
    assert len({trace.digest for trace in traces}) == len(SEEDS)
    tally = sum((trace.tally for trace in traces), Counter[str]())
    wanted = {*MISHAPS, *KINDS, *Outcome, "closed", "at rest"}
    assert sorted(wanted - set(tally)) == [], "what never happened proves nothing"


def test_a_seed_is_the_same_history_every_time():
    here = history(7, TINY).digest
    assert here == _elsewhere(7), "in another process, too, with other hashes of strings"


def _elsewhere(seed: int) -> str:
    code = (
        "from tests.simulation.history import history\n"
        "from tests.simulation.test_simulation import TINY\n"
        f"print(history({seed}, TINY).digest)"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": "12345"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=root, env=environment, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.split()[-1]


def test_a_history_that_breaks_says_where_and_how_to_see_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setattr(parked_operations, "keep", lambda *given: None)
    asked = ["--size", "small", "--seed", "1-9", "--traces", str(tmp_path)]
    assert main(asked) == 1
    said = capsys.readouterr().out
    again = re.search(r"once more: make soak SEED=(\d) SIZE=small", said)
    assert again
    assert "is parked, and its bytes are nowhere" in said
    assert "chaos" in (tmp_path / f"seed-{again[1]}.txt").read_text(encoding="utf-8")
