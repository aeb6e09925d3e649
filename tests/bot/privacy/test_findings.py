"""A preview is told of everything a person must decide about, and shows no secret itself."""

from __future__ import annotations

import random
from dataclasses import replace

from bot.cli.patterns import PATTERNS
from bot.model import Choices, FileState, Names, Source
from bot.privacy.findings import FindingState, review
from bot.privacy.publish import publishable
from bot.richtext.nodes import Unsupported
from tests.bot.privacy.samples import MAKERS, sample
from tests.builders import attach, file, message, paragraph, person, snapshot


def token(vendor: str = "github") -> str:
    return sample(vendor, random.Random())[1]


def real(**fields) -> Choices:
    return Choices("A thread", Names.REAL, **fields)


def test_a_thread_without_anything_suspicious_may_be_published():
    found = review(snapshot(message("Hello"), message("Hi", "U-bob")), real(), PATTERNS)
    assert (found.findings, found.blocked, found.messages, found.people, found.files) == ((), False, 2, 2, 0)


def test_each_secret_is_a_finding_with_an_id_of_its_own():
    chat = snapshot(message(f"{token()} and {token('npm')}"), message(token("gitlab")))
    findings = review(chat, real(), PATTERNS).findings
    assert [(f.id, f.message, f.kind) for f in findings] == [
        ("M1:1", "M1", "GitHub token"),
        ("M1:2", "M1", "npm token"),
        ("M2:1", "M2", "GitLab token"),
    ]
    assert (
        review(chat, real(masked=frozenset({"M1:1"}), left_out=frozenset({"M2"})), PATTERNS).findings[1].id
        == "M1:2"
    )


def test_publishing_is_blocked_until_each_finding_is_decided():
    chat = snapshot(message(token()), message(token()), message(token()))
    choices = real(masked=frozenset({"M1:1"}), acknowledged=frozenset({"M2:1"}))
    found = review(chat, choices, PATTERNS)
    assert [f.state for f in found.findings] == [
        FindingState.MASKED,
        FindingState.ACKNOWLEDGED,
        FindingState.OPEN,
    ]
    assert found.blocked
    assert not review(chat, replace(choices, left_out=frozenset({"M3"})), PATTERNS).blocked


def test_the_excerpt_never_is_the_secret():
    rng = random.Random()
    for vendor in MAKERS:
        secret = sample(vendor, rng)[0]
        for finding in review(snapshot(message(secret)), real(), PATTERNS).findings:
            assert len(finding.excerpt) <= 5
            assert finding.excerpt.endswith("…")


def test_secrets_in_the_title_and_in_file_names_are_found_and_masked():
    secret, other = token(), token("npm")
    notes = file("F1", f"{other}.txt")
    chat = snapshot(message("see", attachments=attach(notes)), files=[notes])
    choices = Choices(f"about {secret}", Names.REAL)
    assert [f.id for f in review(chat, choices, PATTERNS).findings] == ["title:1", "M1:1"]
    choices = replace(choices, masked=frozenset({"title:1", "M1:1"}))
    shown = repr(publishable(chat, choices, {}, PATTERNS))
    assert secret not in shown
    assert other not in shown
    assert "'████████.txt'" in shown


def test_unknown_content_and_missing_files_are_told_of_what_is_published_only():
    gone = file("F1", "gone.png", state=FileState.MISSING, reason="It was deleted.")
    chat = snapshot(
        message([Unsupported("canvas", "x"), paragraph(Unsupported("poke"))], attachments=attach(gone)),
        message([Unsupported("other")]),
        files=[gone],
    )
    found = review(chat, real(left_out=frozenset({"M2"})), PATTERNS)
    assert found.unsupported == {"M1": ("canvas", "poke")}
    assert found.missing_files == (gone,)
    assert (found.messages, found.files) == (1, 1)


def test_a_title_made_of_a_message_that_is_left_out_is_told():
    chat = snapshot(message("Ana is leaving the company in May, and more"), message("Hello"))
    title = Choices("Ana is leaving the company…", Names.REAL)
    assert not review(chat, title, PATTERNS).title_quotes
    assert review(chat, replace(title, left_out=frozenset({"M1"})), PATTERNS).title_quotes
    assert not review(chat, replace(title, left_out=frozenset({"M2"})), PATTERNS).title_quotes
    assert not review(chat, Choices("A plan", Names.REAL, left_out=frozenset({"M1"})), PATTERNS).title_quotes


def test_names_that_stay_are_listed_under_pseudonyms_only():
    chat = snapshot(
        message("Will and Ana of Apple", "U-will"),
        people=[person("Will"), person("Ana")],
        source=Source("Slack", "Apple", "general"),
    )
    assert review(chat, Choices("T"), PATTERNS).staying_names == ("Apple", "Will")
    assert review(chat, real(), PATTERNS).staying_names == ()
