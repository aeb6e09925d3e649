"""A virtual environment for chat-exporter, made on demand: it is no dependency of ours (GPL)."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

_LOCK = Path(__file__).with_name("chat-exporter.lock")
_FOLDER = Path(__file__).parents[2] / ".venvs" / "chat-exporter"


def python_with_chat_exporter() -> Path:
    """Its interpreter. Made anew whenever the lock has changed; asks the package index then."""
    python = _FOLDER / "bin" / "python"
    made_from = _FOLDER / "made-from.lock"
    lock = _LOCK.read_text("utf-8")
    if made_from.exists() and made_from.read_text("utf-8") == lock:
        return python
    venv.create(_FOLDER, clear=True, with_pip=True)
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*install, "-r", str(_LOCK)], check=True)
    made_from.write_text(lock, "utf-8")
    return python
