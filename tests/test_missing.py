"""A machine without Chromium, PostgreSQL or the corpora says what it could not run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUITE = """
import pytest

@pytest.mark.browser
@pytest.mark.parametrize("n", range(3))
def test_page(n):
    pytest.skip("no Chromium: install it")

@pytest.mark.corpus
def test_export():
    pytest.skip("no corpora at /somewhere: set THREADLINK_CORPORA to run this test")

def test_font():
    pytest.skip("no font of this machine has Thai")
"""


def run(folder, processes, **environment):
    (folder / "test_suite.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "xdist", "-p", "tests.conftest", "-p", "no:cacheprovider",
               "-n", processes, f"--rootdir={folder}", "-o", "markers=browser\ncorpus", str(folder)]  # fmt: skip
    outside = {name: value for name, value in os.environ.items() if name != "CI"}
    outside["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # it starts several times faster
    done = subprocess.run(
        command, cwd=ROOT, env={**outside, **environment}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("processes", ["0", "1"])
def test_what_a_machine_lacks_is_named_at_the_end(tmp_path, processes):
    code, output = run(tmp_path, processes)
    end = output.rpartition("not run on this machine")[2]
    assert code == 0
    assert "3 tests with Chromium: no Chromium: install it" in end
    assert "1 test with the corpora: no corpora at /somewhere" in end
    assert "font" not in end


def test_in_ci_only_the_corpora_may_be_missing(tmp_path):
    """Decided where a test runs, counted where the run began."""
    code, output = run(tmp_path, "1", CI="true")
    assert code == 1
    assert "3 failed, 2 skipped" in output
    assert "A skip counts as a failure in CI: no Chromium" in output


@pytest.mark.parametrize("name", ["browser", "postgres", "s3", "corpus"])
def test_every_need_is_a_marker_of_the_project(name, pytestconfig):
    assert any(line.startswith(f"{name}:") for line in pytestconfig.getini("markers"))
