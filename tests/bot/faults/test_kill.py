"""The process may be killed at any write: what was acknowledged stands, and nothing is half."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROUNDS = 1000 if os.environ.get("THREADLINK_LONG") else 8
STATEMENTS = 700
"""A life lasts at most so many: every job several times."""


LOOKED_AT = 100
"""So many of the links revoked last are looked at in each life."""


class Lives:
    """The lives of one process, and what its people were told."""

    def __init__(self, folder: Path, errors) -> None:
        self.told: dict[str, str] = {}
        self.checked = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.faults.victim", str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )

    def live(self, seed: int, die_at: int) -> int:
        """One life; returns how it ended."""
        order = {
            "seed": seed,
            "die_at": die_at,
            "live": [url for url, state in self.told.items() if state == "live"],
            "gone": [url for url, state in self.told.items() if state == "gone"][-LOOKED_AT:],
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            fact = json.loads(line)
            if "ended" in fact:
                return fact["ended"]
            if "checked" in fact:
                self.checked += 1
            elif "begun" in fact:
                self.told.pop(fact["url"], None)  # until it is acknowledged, either is right
            elif self.told.get(fact["url"]) != "gone":
                self.told[fact["url"]] = fact["acknowledged"]
        return self._process.wait()

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait()


@pytest.mark.long
def test_nothing_acknowledged_is_lost_and_nothing_is_half_after_kill_9(tmp_path, seeded_chat):
    shutil.copytree(seeded_chat, tmp_path / "chat")
    dice = random.Random(9)
    with (tmp_path / "errors").open("w") as errors:
        lives = Lives(tmp_path, errors)
        try:
            for number in range(ROUNDS):
                ended = lives.live(dice.getrandbits(32), dice.randint(1, STATEMENTS))
                assert ended == -signal.SIGKILL, (number, (tmp_path / "errors").read_text()[-4000:])
            assert lives.checked == ROUNDS
            assert {"live", "gone"} <= set(lives.told.values())
        finally:
            lives.end()
