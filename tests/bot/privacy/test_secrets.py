"""What looks like a secret is found, wherever it stands, and ordinary talk is not."""

from __future__ import annotations

import json
import random
import re
import string

import pytest

from bot.cli.patterns import PATTERNS
from bot.privacy.edits import running_text
from bot.privacy.rules import Rule
from bot.privacy.secrets import RuleBook, find_secrets
from bot.richtext.nodes import Bold, CodeBlock, LineBreak, Link, Text, text_nodes
from tests.bot.privacy.samples import BASE64, MAKERS, SENTENCES, pem, sample, some
from tests.builders import message, paragraph
from tests.corpora import corpora


@pytest.mark.parametrize("vendor", MAKERS)
def test_none_of_fifty_secrets_of_a_vendor_in_chat_sentences_is_missed(vendor: str):
    # The same each time: of a million keys of nothing but letters and digits, a few look like no secret.
    rng = random.Random(vendor)
    missed = []
    for i in range(50):
        text, secret = sample(vendor, rng)
        told = SENTENCES[i % len(SENTENCES)].format(text)
        start = told.rindex(secret)
        if not any(
            m.start <= start and start + len(secret) <= m.end for m in find_secrets(told, PATTERNS.rules)
        ):
            missed.append(told)
    assert missed == []


@pytest.mark.parametrize(
    "text",
    [
        "AKIA{id} and the secret is {secret}",
        "aws_access_key_id = AKIA{id}\naws_secret_access_key = {secret}",
        "AKIA{id}\n\n{secret}",
    ],
)
def test_the_secret_half_of_an_aws_key_is_found_near_its_id(text: str):
    rng = random.Random()
    for _ in range(50):
        secret = some(rng, BASE64, 40)
        told = text.format(id=some(rng, "ABCDEFGHIJKLMNOP234567", 16), secret=secret)
        assert any(told[m.start : m.end] == secret for m in find_secrets(told, PATTERNS.rules)), told


def test_a_private_key_split_over_lines_and_blocks_is_one_find():
    key = pem(random.Random())
    for body in (paragraph(*text_nodes(key)), CodeBlock(key), CodeBlock(key.replace("\n", "\\n"))):
        text = running_text(message([paragraph("here:"), body, paragraph("thanks")]))
        [found] = find_secrets(text, PATTERNS.rules)
        assert (found.kind, text[found.end :].strip()) == ("private key", "thanks")


def test_a_private_key_without_an_end_is_hidden_as_far_as_it_goes():
    lines = "\n".join(some(random.Random(), BASE64, 64) for _ in range(3))
    text = f"-----BEGIN RSA PRIVATE KEY-----\n{lines}\n\x1eelsewhere. And more."
    [found] = find_secrets(text, PATTERNS.rules)
    assert text[found.end :].strip() == "\x1eelsewhere. And more.".strip()


def test_a_public_key_is_no_secret():
    assert find_secrets("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", PATTERNS.rules) == ()


def test_a_token_is_found_across_formatting_and_autolinks():
    token = sample("github", random.Random())[0]
    bold = paragraph("it is ", token[:9], Bold((Text(token[9:20]),)), token[20:])
    assert len(find_secrets(running_text(message(bold)), PATTERNS.rules)) == 1
    mail = Link("mailto:s3cretpw@db.example.org", (Text("s3cretpw@db.example.org"),))
    assert [
        m.kind
        for m in find_secrets(running_text(message(paragraph("postgres://app:", mail, "/x"))), PATTERNS.rules)
    ] == ["password in an address"]


ORDINARY = [
    "The password is required, and the token: string parameter is optional",
    "password: <your password>",
    "password=$DB_PASSWORD token=${TOKEN} secret={{ secret }}",
    "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad fixes it",
    "https://example.org/path/to/Some-Page_1234567890?x=1#frag",
    "see https://github.com/owner/repo/blob/3b18e512dba79e4c8300dd08aeb37f8e728b8dad/src/a.py#L10-L20",
    "550e8400-e29b-41d4-a716-446655440000",
    "the key is to keep it simple, key: value",
    "git@github.com:owner/repo.git and http://localhost:8080/@user",
    "ghp_short, xoxb-, sk-learn, sk-1234, AKIA, hf_hub_download, npm_config_registry",
    "api_key = os.environ['OPENAI_API_KEY']",
    "token = getToken(user)",
    "bearer of bad news, basic understanding-of-the-thing",
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "java.lang.NullPointerException at com.example.app.Main.main(Main.java:10)",
    "password: hunter",
    "",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_talk_is_not_suspected(text: str):
    assert find_secrets(text, PATTERNS.rules) == ()


def test_overlapping_finds_are_one_of_the_more_telling_kind():
    token = sample("github", random.Random())[0]
    text = f"token = {token}"
    [found] = find_secrets(text, PATTERNS.rules)
    assert (found.kind, text[found.start : found.end]) == ("GitHub token", token)


def test_a_caller_can_bring_rules():
    book = RuleBook([Rule("house key", r"house-[0-9]{4}", ("house-",), short=True)])
    assert [(m.kind, m.start, m.end) for m in find_secrets("my house-1234.", book)] == [("house key", 3, 13)]
    assert find_secrets(sample("github", random.Random())[0], book) == ()


def test_a_line_break_parts_nothing_that_is_one_word():
    token = sample("npm", random.Random())[0]
    text = running_text(message(paragraph("a", LineBreak(), token, LineBreak(), "b")))
    assert [text[m.start : m.end] for m in find_secrets(text, PATTERNS.rules)] == [token]


@pytest.mark.corpus
def test_real_messages_are_hardly_ever_suspected():
    """At most one in 5,000; with fewer messages at hand, none."""
    texts = [text for text in _clojurians() if text.strip()]
    texts += [text for text in _discord() if text.strip()]
    assert len(texts) > 370
    flagged = [text for text in texts if find_secrets(text, PATTERNS.rules)]
    assert len(flagged) <= len(texts) // 5000, flagged


def _clojurians() -> list[str]:
    folder = corpora() / "slack-clojurians-demo"
    told = []
    for path in sorted(folder.rglob("*.edn")):
        found = re.findall(r':text\s+"((?:[^"\\]|\\.)*)"', path.read_text())
        told += [text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\") for text in found]
    return told


def _discord() -> list[str]:
    found: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, dict):
            found.extend(
                v for k, v in value.items() if k in ("content", "description") and isinstance(v, str)
            )
            for item in value.values():
                collect(item)
        elif isinstance(value, list):
            for item in value:
                collect(item)

    collect(json.loads((corpora() / "discord-docs-json" / "examples.json").read_text()))
    return found


def test_three_equal_letters_in_a_random_token_make_it_no_placeholder():
    token = "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=20))
    assert find_secrets(f"Authorization: Bearer {token}xxx{token}", PATTERNS.rules)
    assert not find_secrets("Authorization: Bearer xxxxxxxxxxxxxxxx1xxxxxxx", PATTERNS.rules)
