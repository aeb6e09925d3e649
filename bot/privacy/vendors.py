"""How the secrets of other people's products look. Those of a chat platform are in its adapter.

Sources: each vendor's documentation of its key formats. Every pattern is linear: no quantifier
stands inside another, and what may run on without end begins only where a word begins.
"""

from __future__ import annotations

from bot.privacy.rules import (
    END,
    START,
    Rule,
    credential,
    looks_random,
    made_up,
    mixed,
    prefixed,
    userinfo,
)

CHAT_RULES = (
    prefixed("Telegram token", ":AA", body=r"[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"),
    Rule("Telegram token", rf"(?<![\w:])\d{{8,10}}:[A-Za-z0-9_-]{{35}}{END}", (":",)),
    Rule(
        "Teams webhook",
        rf"{START}[a-z0-9-]{{1,60}}\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/-]{{40,250}}",
        ("webhook.office.com",),
    ),
    Rule(
        "Google Chat webhook",
        r"chat\.googleapis\.com/v1/spaces/[\w-]{1,40}/messages\?key=[\w&=%-]{20,250}",
        ("chat.googleapis.com",),
    ),
)

CODE_RULES = (
    prefixed("GitHub token", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", body=r"[A-Za-z0-9]{30,255}"),
    prefixed("GitHub token", "github_pat_", body=r"\w{40,255}"),
    prefixed(
        "GitLab token", "glpat-", "gldt-", "glrt-", "glptt-", "glagent-", "glsoat-", body=r"[\w.-]{20,300}"
    ),
    prefixed("npm token", "npm_", body=rf"[A-Za-z0-9]{{36}}{END}"),
    prefixed("PyPI token", "pypi-", body=r"[A-Za-z0-9_-]{50,300}"),
    prefixed("Docker token", "dckr_pat_", body=r"[A-Za-z0-9_-]{20,60}"),
    prefixed("Postman key", "PMAK-", body=r"[a-f0-9]{24}-[a-f0-9]{34}"),
    prefixed("Atlassian token", "ATATT3", body=r"[A-Za-z0-9_=-]{60,250}"),
    prefixed("Linear key", "lin_api_", body=r"[A-Za-z0-9]{32,48}"),
    prefixed("Notion token", "ntn_", body=r"[A-Za-z0-9]{40,60}"),
    prefixed("Figma token", "figd_", body=r"[A-Za-z0-9_-]{38,60}"),
    prefixed("Sentry token", "sntrys_", "sntryu_", body=r"[A-Za-z0-9+/=_]{50,300}"),
    prefixed("Vault token", "hvs.", "hvb.", body=r"[A-Za-z0-9_-]{20,300}"),
    prefixed("Grafana token", "glsa_", "glc_", body=r"[A-Za-z0-9+/=_]{30,300}"),
    prefixed("New Relic key", "NRAK-", body=r"[A-Z0-9]{27}"),
    prefixed("age key", "AGE-SECRET-KEY-1", body=r"[A-Z0-9]{58}"),
)

CLOUD_RULES = (
    prefixed("AWS access key", "AKIA", "ASIA", "ABIA", "ACCA", body=r"[A-Z0-9]{16}(?![A-Za-z0-9])"),
    Rule(
        "AWS secret key",
        r"(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
        ("AKIA", "ASIA", "aws", "AWS", "secret_access", "SecretAccess"),
        check=mixed,
    ),
    prefixed("Google API key", "AIza", body=r"[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    prefixed("Google client secret", "GOCSPX-", body=r"[A-Za-z0-9_-]{28}"),
    prefixed("Google access token", "ya29.", body=r"[A-Za-z0-9_-]{20,500}"),
    Rule(
        "Azure account key",
        r"(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{40,100}={0,2}",
        ("AccountKey=", "SharedAccessKey="),
    ),
    prefixed("DigitalOcean token", "dop_v1_", "doo_v1_", "dor_v1_", body=r"[a-f0-9]{64}"),
    prefixed("Heroku key", "HRKU-", body=r"[A-Za-z0-9_-]{36,70}"),
    prefixed(
        "PlanetScale secret", "pscale_tkn_", "pscale_pw_", "pscale_oauth_", body=r"[A-Za-z0-9_.=-]{30,70}"
    ),
    prefixed("Supabase key", "sbp_", "sb_secret_", body=r"[A-Za-z0-9_-]{20,60}"),
    prefixed("Databricks token", "dapi", body=r"[a-f0-9]{32}(?![A-Za-z0-9])"),
    prefixed("Doppler token", "dp.pt.", "dp.st.", "dp.ct.", body=r"[A-Za-z0-9._-]{40,80}"),
)

AI_RULES = (
    prefixed("Anthropic key", "sk-ant-", body=r"[A-Za-z0-9_-]{20,250}"),
    prefixed("OpenRouter key", "sk-or-", body=r"[A-Za-z0-9-]{40,100}"),
    prefixed("OpenAI key", "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", body=r"[A-Za-z0-9_-]{20,250}"),
    prefixed("OpenAI key", "sk-", body=rf"[A-Za-z0-9]{{32,80}}{END}"),
    prefixed("Hugging Face token", "hf_", "api_org_", body=rf"[A-Za-z0-9]{{30,40}}{END}"),
    prefixed("Groq key", "gsk_", body=r"[A-Za-z0-9]{40,60}"),
    prefixed("xAI key", "xai-", body=r"[A-Za-z0-9]{60,100}"),
    prefixed("Perplexity key", "pplx-", body=r"[A-Za-z0-9]{40,60}"),
    prefixed("Replicate token", "r8_", body=rf"[A-Za-z0-9]{{37,40}}{END}"),
)

BUSINESS_RULES = (
    prefixed("Stripe key", "sk_live_", "rk_live_", "sk_test_", "rk_test_", body=r"[A-Za-z0-9]{10,250}"),
    prefixed("Stripe webhook secret", "whsec_", body=r"[A-Za-z0-9+/=]{24,100}"),
    prefixed("Twilio key", "SK", body=rf"[0-9a-f]{{32}}{END}"),
    Rule("Twilio auth token", rf"{START}[0-9a-f]{{32}}{END}", ("twilio", "Twilio", "TWILIO")),
    prefixed("SendGrid key", "SG.", body=r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,60}"),
    prefixed("Shopify token", "shpat_", "shpca_", "shppa_", "shpss_", body=r"[a-fA-F0-9]{32}"),
    prefixed("Mailgun key", "key-", body=rf"[0-9a-f]{{32}}{END}"),
    Rule("Mailgun key", rf"{START}[0-9a-f]{{32}}-[0-9a-f]{{8}}-[0-9a-f]{{8}}{END}", ("-",)),
    Rule("Mailchimp key", rf"{START}[0-9a-f]{{32}}-us\d{{1,2}}{END}", ("-us",)),
    prefixed("Square token", "sq0atp-", "sq0csp-", "sq0idp-", body=r"[A-Za-z0-9_-]{22,60}"),
    prefixed("Square token", "EAAA", body=rf"[A-Za-z0-9_-]{{60}}{END}"),
    prefixed("Airtable token", "pat", body=r"[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
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
        rf"{START}eyJ[A-Za-z0-9_-]{{10,}}\.eyJ[A-Za-z0-9_-]{{8,}}\.[A-Za-z0-9_-]{{8,}}",
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

VENDOR_RULES = CHAT_RULES + CODE_RULES + CLOUD_RULES + AI_RULES + BUSINESS_RULES + GENERAL_RULES
