"""Data about other people's products: how their secrets look, and their chats' addresses.

Sources: each vendor's documentation of its key formats. Every pattern is linear: no quantifier
stands inside another, and what may run on without end begins only where a word begins.
"""

from __future__ import annotations

from bot.privacy.rules import Rule, credential, looks_random, made_up, mixed, userinfo

_START = r"(?<![A-Za-z0-9_-])"
_WORD_START = r"(?<![A-Za-z0-9])"
_END = r"(?![A-Za-z0-9_-])"


def _prefixed(kind: str, *prefixes: str, body: str) -> Rule:
    """A secret that begins with one of `prefixes` (plain text) and goes on with `body`."""
    either = "|".join(prefix.replace(".", r"\.") for prefix in prefixes)
    return Rule(kind, rf"{_WORD_START}(?:{either}){body}", prefixes)


CHAT_RULES = (
    Rule(
        "Slack token",
        rf"{_WORD_START}(?:xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[A-Za-z0-9-]{{10,500}}",
        ("xox", "xapp-", "xwfp-"),
    ),
    Rule(
        "Slack webhook",
        r"(?:https://)?hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_+-]{16,200}",
        ("hooks.slack",),
    ),
    # The first part is the bot's id in base64, and ids are decimal digits: hence the second letter.
    Rule(
        "Discord token",
        rf"{_START}[MNO][A-Za-z0-9_-]{{22,28}}\.[A-Za-z0-9_-]{{6}}\.[A-Za-z0-9_-]{{27,45}}{_END}",
        check=mixed,
    ),
    Rule("Discord token", rf"{_START}mfa\.[A-Za-z0-9_-]{{60,100}}", ("mfa.",)),
    Rule(
        "Discord webhook",
        r"(?:https://)?(?:(?:ptb|canary)\.)?discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/\d{15,22}/[A-Za-z0-9_-]{30,100}",
        ("/webhooks/",),
    ),
    _prefixed("Telegram token", ":AA", body=r"[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"),
    Rule("Telegram token", rf"(?<![\w:])\d{{8,10}}:[A-Za-z0-9_-]{{35}}{_END}", (":",)),
    Rule(
        "Teams webhook",
        rf"{_START}[a-z0-9-]{{1,60}}\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/-]{{40,250}}",
        ("webhook.office.com",),
    ),
    Rule(
        "Google Chat webhook",
        r"chat\.googleapis\.com/v1/spaces/[\w-]{1,40}/messages\?key=[\w&=%-]{20,250}",
        ("chat.googleapis.com",),
    ),
)

CODE_RULES = (
    _prefixed("GitHub token", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", body=r"[A-Za-z0-9]{30,255}"),
    _prefixed("GitHub token", "github_pat_", body=r"\w{40,255}"),
    _prefixed(
        "GitLab token", "glpat-", "gldt-", "glrt-", "glptt-", "glagent-", "glsoat-", body=r"[\w.-]{20,300}"
    ),
    _prefixed("npm token", "npm_", body=rf"[A-Za-z0-9]{{36}}{_END}"),
    _prefixed("PyPI token", "pypi-", body=r"[A-Za-z0-9_-]{50,300}"),
    _prefixed("Docker token", "dckr_pat_", body=r"[A-Za-z0-9_-]{20,60}"),
    _prefixed("Postman key", "PMAK-", body=r"[a-f0-9]{24}-[a-f0-9]{34}"),
    _prefixed("Atlassian token", "ATATT3", body=r"[A-Za-z0-9_=-]{60,250}"),
    _prefixed("Linear key", "lin_api_", body=r"[A-Za-z0-9]{32,48}"),
    _prefixed("Notion token", "ntn_", body=r"[A-Za-z0-9]{40,60}"),
    _prefixed("Figma token", "figd_", body=r"[A-Za-z0-9_-]{38,60}"),
    _prefixed("Sentry token", "sntrys_", "sntryu_", body=r"[A-Za-z0-9+/=_]{50,300}"),
    _prefixed("Vault token", "hvs.", "hvb.", body=r"[A-Za-z0-9_-]{20,300}"),
    _prefixed("Grafana token", "glsa_", "glc_", body=r"[A-Za-z0-9+/=_]{30,300}"),
    _prefixed("New Relic key", "NRAK-", body=r"[A-Z0-9]{27}"),
    _prefixed("age key", "AGE-SECRET-KEY-1", body=r"[A-Z0-9]{58}"),
)

CLOUD_RULES = (
    _prefixed("AWS access key", "AKIA", "ASIA", "ABIA", "ACCA", body=r"[A-Z0-9]{16}(?![A-Za-z0-9])"),
    Rule(
        "AWS secret key",
        r"(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
        ("AKIA", "ASIA", "aws", "AWS", "secret_access", "SecretAccess"),
        check=mixed,
    ),
    _prefixed("Google API key", "AIza", body=r"[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    _prefixed("Google client secret", "GOCSPX-", body=r"[A-Za-z0-9_-]{28}"),
    _prefixed("Google access token", "ya29.", body=r"[A-Za-z0-9_-]{20,500}"),
    Rule(
        "Azure account key",
        r"(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{40,100}={0,2}",
        ("AccountKey=", "SharedAccessKey="),
    ),
    _prefixed("DigitalOcean token", "dop_v1_", "doo_v1_", "dor_v1_", body=r"[a-f0-9]{64}"),
    _prefixed("Heroku key", "HRKU-", body=r"[A-Za-z0-9_-]{36,70}"),
    _prefixed(
        "PlanetScale secret", "pscale_tkn_", "pscale_pw_", "pscale_oauth_", body=r"[A-Za-z0-9_.=-]{30,70}"
    ),
    _prefixed("Supabase key", "sbp_", "sb_secret_", body=r"[A-Za-z0-9_-]{20,60}"),
    _prefixed("Databricks token", "dapi", body=r"[a-f0-9]{32}(?![A-Za-z0-9])"),
    _prefixed("Doppler token", "dp.pt.", "dp.st.", "dp.ct.", body=r"[A-Za-z0-9._-]{40,80}"),
)

AI_RULES = (
    _prefixed("Anthropic key", "sk-ant-", body=r"[A-Za-z0-9_-]{20,250}"),
    _prefixed("OpenRouter key", "sk-or-", body=r"[A-Za-z0-9-]{40,100}"),
    _prefixed(
        "OpenAI key", "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", body=r"[A-Za-z0-9_-]{20,250}"
    ),
    _prefixed("OpenAI key", "sk-", body=rf"[A-Za-z0-9]{{32,80}}{_END}"),
    _prefixed("Hugging Face token", "hf_", "api_org_", body=rf"[A-Za-z0-9]{{30,40}}{_END}"),
    _prefixed("Groq key", "gsk_", body=r"[A-Za-z0-9]{40,60}"),
    _prefixed("xAI key", "xai-", body=r"[A-Za-z0-9]{60,100}"),
    _prefixed("Perplexity key", "pplx-", body=r"[A-Za-z0-9]{40,60}"),
    _prefixed("Replicate token", "r8_", body=rf"[A-Za-z0-9]{{37,40}}{_END}"),
)

BUSINESS_RULES = (
    _prefixed("Stripe key", "sk_live_", "rk_live_", "sk_test_", "rk_test_", body=r"[A-Za-z0-9]{10,250}"),
    _prefixed("Stripe webhook secret", "whsec_", body=r"[A-Za-z0-9+/=]{24,100}"),
    _prefixed("Twilio key", "SK", body=rf"[0-9a-f]{{32}}{_END}"),
    Rule("Twilio auth token", rf"{_START}[0-9a-f]{{32}}{_END}", ("twilio", "Twilio", "TWILIO")),
    _prefixed("SendGrid key", "SG.", body=r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,60}"),
    _prefixed("Shopify token", "shpat_", "shpca_", "shppa_", "shpss_", body=r"[a-fA-F0-9]{32}"),
    _prefixed("Mailgun key", "key-", body=rf"[0-9a-f]{{32}}{_END}"),
    Rule("Mailgun key", rf"{_START}[0-9a-f]{{32}}-[0-9a-f]{{8}}-[0-9a-f]{{8}}{_END}", ("-",)),
    Rule("Mailchimp key", rf"{_START}[0-9a-f]{{32}}-us\d{{1,2}}{_END}", ("-us",)),
    _prefixed("Square token", "sq0atp-", "sq0csp-", "sq0idp-", body=r"[A-Za-z0-9_-]{22,60}"),
    _prefixed("Square token", "EAAA", body=rf"[A-Za-z0-9_-]{{60}}{_END}"),
    _prefixed("Airtable token", "pat", body=r"[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
)

# Where a name says what its value is. The value must look as if a machine, or a careful person, had
# made it up: a sentence about passwords is not one.
_PASSWORDS = r"(?i:pass(?:word|wd|phrase|wort|code)|contrase[ñn]a|mot de passe|pwd)"
_KEYS = (
    r"(?i:(?:api|access|secret|private|signing|app|application|account|auth|encryption|master)[_ -]?key|secret|token|"
    r"credentials?)"
)
_QUOTE = r"[\"'`*_\\]{0,3}"
_ASSIGN = r"(?:[ \t]{0,3}(?:=>|:=|==|=|:|->)[ \t]{0,3}|[ \t](?:is|was|ist|war|lautet|es|est):?[ \t]|[ \t](?=[\"'`]))"
_VALUE = r"(?P<secret>[^\s\"'`,;<>()\[\]{}]{6,200})"

GENERAL_RULES = (
    Rule(
        "JSON web token",
        rf"{_START}eyJ[A-Za-z0-9_-]{{10,}}\.eyJ[A-Za-z0-9_-]{{8,}}\.[A-Za-z0-9_-]{{8,}}",
        ("eyJ",),
    ),
    Rule(
        "password in an address",
        r"://(?P<secret>[^\s:/@<>\"'`]{0,100}:[^\s/<>\"'`]{1,200})@(?=[\w\[])",
        ("://",),
        check=userinfo,
        short=True,
    ),
    Rule(
        "authorization header",
        r"(?i:bearer|basic)[ \t]{1,3}(?P<secret>[A-Za-z0-9._~+/=-]{16,500})",
        ("bearer", "basic"),
        check=credential,
        fold=True,
    ),
    Rule(
        "password",
        _PASSWORDS + _QUOTE + _ASSIGN + _QUOTE + _VALUE,
        ("pass", "contrase", "pwd"),
        check=made_up,
        fold=True,
        short=True,
    ),
    Rule(
        "key or token",
        _KEYS + _QUOTE + _ASSIGN + _QUOTE + _VALUE,
        ("key", "secret", "token", "credential"),
        check=looks_random,
        fold=True,
        short=True,
    ),
)

SECRET_RULES = CHAT_RULES + CODE_RULES + CLOUD_RULES + AI_RULES + BUSINESS_RULES + GENERAL_RULES

_SITE = r"https?://(?:[\w-]{1,80}\.){0,2}"

CHAT_ADDRESSES = (
    # A workspace's own host tells which workspace it is, whatever the path.
    r"https?://(?!(?:www|api|docs|status|hooks)\.slack\.com)[\w-]{1,80}(?:\.enterprise)?\.slack(?:-gov)?\.com\b[^\s<>|\"]*+",
    _SITE + r"slack(?:-gov)?\.com/(?:archives|client|app_redirect|team|files)\b[^\s<>|\"]*+",
    r"slack://[^\s<>|\"]*+",
    r"(?:https?|discord)://(?:(?:www|ptb|canary)\.)?discord(?:app)?\.com/(?:channels|users|invite)\b[^\s<>|\"]*+",
    r"https?://(?:cdn|media)\.discordapp\.(?:com|net)/[^\s<>|\"]*+",
    r"(?:https?://)?discord\.gg/[^\s<>|\"]*+",
)
"""Patterns of addresses that lead into a chat, and so tell which chat it is."""
