"""What a check of an installation finds: `doctor` prints it, adapters contribute theirs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    GOOD = "✓"
    HINT = "!"
    BAD = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in a sentence; for `BAD` and `HINT` it says what to do."""

    verdict: Verdict
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.verdict} {self.subject}: {self.text}"
