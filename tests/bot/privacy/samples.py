"""Made-up secrets in the form of each vendor, drawn anew for every run of the tests."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable

LOWER_HEX = "0123456789abcdef"
ALNUM = string.ascii_letters + string.digits
URL64 = ALNUM + "-_"
BASE64 = ALNUM + "+/"
CAPITALS = string.ascii_uppercase + string.digits


def some(rng: random.Random, alphabet: str, length: int) -> str:
    return "".join(rng.choices(alphabet, k=length))


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def pem(rng: random.Random) -> str:
    kind = rng.choice(["RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "])
    lines = [some(rng, BASE64, 64) for _ in range(rng.randint(3, 25))]
    return "\n".join([f"-----BEGIN {kind}PRIVATE KEY-----", *lines, f"-----END {kind}PRIVATE KEY-----"])


def discord(rng: random.Random) -> str:
    user = b64(str(rng.randint(10**16, 2 * 10**18)))
    return f"{user}.{some(rng, URL64, 6)}.{some(rng, URL64, rng.choice([27, 38]))}"


def jwt(rng: random.Random) -> str:
    head = b64(json.dumps({"alg": "HS256", "typ": "JWT"}))
    body = b64(json.dumps({"sub": some(rng, string.digits, 10), "iat": rng.randint(10**9, 2 * 10**9)}))
    return f"{head}.{body}.{some(rng, URL64, 43)}"


def in_url(rng: random.Random) -> tuple[str, str]:
    scheme = rng.choice(["postgres", "mysql", "https", "redis", "amqp", "mongodb+srv"])
    password = some(rng, ALNUM, 1) + some(rng, ALNUM + "!$%&*-_", rng.randint(5, 23))
    return f"{scheme}://{rng.choice(['app', 'admin', ''])}:{password}@db.example.org:5432/app", password


def within(frame: str, secret: str) -> tuple[str, str]:
    return frame.format(secret), secret


MAKERS: dict[str, Callable[[random.Random], str | tuple[str, str]]] = {
    "slack bot": lambda r: (
        f"xoxb-{some(r, string.digits, 12)}-{some(r, string.digits, 13)}-{some(r, ALNUM, 24)}"
    ),
    "slack user": lambda r: (
        f"xoxp-{'-'.join(some(r, string.digits, 12) for _ in range(3))}-{some(r, LOWER_HEX, 32)}"
    ),
    "slack legacy": lambda r: f"xox{r.choice('ar')}-2-{some(r, string.digits, 12)}-{some(r, ALNUM, 24)}",
    "slack refresh": lambda r: f"xoxe-1-{some(r, ALNUM, 146)}",
    "slack rotated": lambda r: f"xoxe.xoxp-1-{some(r, ALNUM, 160)}",
    "slack app": lambda r: (
        f"xapp-1-A{some(r, CAPITALS, 10)}-{some(r, string.digits, 13)}-{some(r, LOWER_HEX, 64)}"
    ),
    "slack webhook": lambda r: (
        f"https://hooks.slack.com/services/T{some(r, CAPITALS, 10)}/B{some(r, CAPITALS, 10)}/{some(r, ALNUM, 24)}"
    ),
    "discord": discord,
    "discord webhook": lambda r: (
        f"https://{r.choice(['', 'ptb.', 'canary.'])}discord.com/api/webhooks/{r.randint(10**17, 10**18)}/{some(r, URL64, 68)}"
    ),
    "github": lambda r: f"gh{r.choice('pousr')}_{some(r, ALNUM, 36)}",
    "github fine": lambda r: f"github_pat_{some(r, ALNUM, 22)}_{some(r, ALNUM, 59)}",
    "gitlab": lambda r: f"glpat-{some(r, URL64, 20)}",
    "aws id": lambda r: f"{r.choice(['AKIA', 'ASIA'])}{some(r, string.ascii_uppercase + '234567', 16)}",
    "google": lambda r: f"AIza{some(r, URL64, 35)}",
    "openai": lambda r: f"sk-{some(r, ALNUM, 20)}T3BlbkFJ{some(r, ALNUM, 20)}",
    "openai project": lambda r: f"sk-proj-{some(r, URL64, 74)}T3BlbkFJ{some(r, URL64, 74)}",
    "anthropic": lambda r: f"sk-ant-api03-{some(r, URL64, 93)}AA",
    "stripe": lambda r: f"{r.choice(['sk', 'rk'])}_live_{some(r, ALNUM, r.choice([24, 99]))}",
    "stripe webhook": lambda r: f"whsec_{some(r, ALNUM, 32)}",
    "twilio": lambda r: f"SK{some(r, LOWER_HEX, 32)}",
    "sendgrid": lambda r: f"SG.{some(r, URL64, 22)}.{some(r, URL64, 43)}",
    "npm": lambda r: f"npm_{some(r, ALNUM, 36)}",
    "pypi": lambda r: f"pypi-AgEIcHlwaS5vcmc{some(r, URL64, 140)}",
    "telegram": lambda r: f"{r.randint(10**8, 10**10 - 1)}:AA{some(r, URL64, 33)}",
    "azure": lambda r: within(
        "DefaultEndpointsProtocol=https;AccountName=store;AccountKey={}", some(r, BASE64, 86) + "=="
    ),
    "jwt": jwt,
    "pem": pem,
    "url password": in_url,
    "hugging face": lambda r: f"hf_{some(r, string.ascii_letters, 34)}",
    "digitalocean": lambda r: f"dop_v1_{some(r, LOWER_HEX, 64)}",
    "shopify": lambda r: f"shpat_{some(r, LOWER_HEX, 32)}",
    "mailgun": lambda r: f"key-{some(r, LOWER_HEX, 32)}",
    "square": lambda r: f"sq0atp-{some(r, URL64, 22)}",
    "password": lambda r: within(
        "password = {}", some(r, string.ascii_letters, 7) + str(r.randint(10, 99)) + r.choice("!#%&")
    ),
    "api key": lambda r: within('"api_key": "{}"', some(r, LOWER_HEX, 32)),
    "bearer": lambda r: within("Authorization: Bearer {}", some(r, ALNUM, 40)),
}


def sample(vendor: str, rng: random.Random) -> tuple[str, str]:
    """A text with a secret in it, and the secret, which is often the whole text."""
    made = MAKERS[vendor](rng)
    return made if isinstance(made, tuple) else (made, made)


SENTENCES = (
    "Hey, can you try it with {} please? It worked for me yesterday.",
    "{}",
    "I pasted it into the config ({}), and then nothing happened",
    "use `{}` for now",
    "the old one: {}, but it is revoked",
    "TOKEN={}",
    "So: {}",
)
