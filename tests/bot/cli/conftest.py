"""The command line on a real database in a throw-away folder."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from bot.cli.app import app


@pytest.fixture
def cli(tmp_path, monkeypatch):
    """Runs `python -m bot …` and returns its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THREADLINK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("THREADLINK_BASE_URL", "https://share.example.com")
    runner = CliRunner()

    def invoke(*words, answer=None):
        result = runner.invoke(app, [str(word) for word in words], input=answer)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke
