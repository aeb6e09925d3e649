"""Slack's own markup: as the server stores a posted text, and as the composer writes what people type."""

from __future__ import annotations

import re
from typing import Any

import emoji

Json = dict[str, Any]
_SAFE = re.compile(r"<(?:[@#!][^<>\s]+[^<>]*|(?:https?://|mailto:|tel:)[^<>]+)>|&(?:amp|lt|gt);")
_ADDRESS = re.compile(r"(?<![<|\w])https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")
_INLINE = re.compile(
    r"<(?P<token>[^<>]+)>|`(?P<code>[^`\n]+)`|:(?P<emoji>[a-z0-9_+-]+):"
    r"|(?<!\w)\*(?P<bold>[^*\n]+)\*|(?<!\w)_(?P<italic>[^_\n]+)_|(?<!\w)~(?P<strike>[^~\n]+)~"
)
_LIST = re.compile(r"^(?:(?P<bullet>[•-])|\d+\.) ")


def stored(text: str, *, link: bool = True) -> str:
    """`text` as Slack keeps it: what is no token is escaped, and bare addresses are linked unless parse=none."""
    pieces, at = [], 0
    for match in _SAFE.finditer(text):
        pieces += [_escaped(text[at : match.start()], link=link), match[0]]
        at = match.end()
    return "".join([*pieces, _escaped(text[at:], link=link)])


def _escaped(text: str, *, link: bool) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ADDRESS.sub(lambda match: f"<{match[0]}>", escaped) if link else escaped


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def addresses(text: str) -> list[str]:
    """The addresses in a stored text, as Slack names them in link_shared."""
    found = re.findall(r"<(https?://[^<>|]+)(?:\|[^<>]*)?>", text)
    return list(dict.fromkeys(unescaped(address) for address in found))


def rich_text(text: str, block_id: str) -> Json:
    """The block that the composer makes of a typed, stored `text`."""
    elements: list[Json] = []
    for number, part in enumerate(text.split("```")):
        if number % 2:
            plain = {"type": "text", "text": unescaped(part.strip("\n"))}
            elements.append({"type": "rich_text_preformatted", "elements": [plain], "border": 0})
        elif part.strip("\n"):
            elements += _lines(part.strip("\n").split("\n"))
    return {"type": "rich_text", "block_id": block_id, "elements": elements}


def _lines(lines: list[str]) -> list[Json]:
    found: list[Json] = []
    for line in lines:
        kind, content, style = _kind(line)
        last = found[-1] if found else {}
        if kind == "rich_text_list":
            item = {"type": "rich_text_section", "elements": _inline(content)}
            if last.get("type") == kind and last["style"] == style:
                last["elements"].append(item)
            else:
                found.append({"type": kind, "style": style, "indent": 0, "border": 0, "elements": [item]})
        elif last.get("type") == kind:
            last["elements"] += [{"type": "text", "text": "\n"}, *_inline(content)]
        else:
            found.append({"type": kind, "elements": _inline(content)})
    return found


def _kind(line: str) -> tuple[str, str, str]:
    if line.startswith("&gt; "):
        return "rich_text_quote", line.removeprefix("&gt; "), ""
    if marker := _LIST.match(line):
        return "rich_text_list", line[marker.end() :], "bullet" if marker["bullet"] else "ordered"
    return "rich_text_section", line, ""


def _inline(text: str, style: Json | None = None) -> list[Json]:
    found, at = [], 0
    for match in _INLINE.finditer(text):
        found += [_text(text[at : match.start()], style), *_one(match, style)]
        at = match.end()
    return [node for node in [*found, _text(text[at:], style)] if node]


def _text(text: str, style: Json | None) -> Json:
    if not text:
        return {}
    return {"type": "text", "text": unescaped(text)} | ({"style": style} if style else {})


def _one(match: re.Match[str], style: Json | None) -> list[Json]:
    if match["token"]:
        return [_token(match["token"]) | ({"style": style} if style else {})]
    if match["code"]:
        return [_text(match["code"], {**(style or {}), "code": True})]
    if match["emoji"]:
        return [_emoji(match["emoji"]) | ({"style": style} if style else {})]
    name = next(name for name in ("bold", "italic", "strike") if match[name])
    return _inline(match[name], {**(style or {}), name: True})


def _emoji(name: str) -> Json:
    character = emoji.emojize(f":{name}:", language="alias")
    if character.startswith(":"):
        return {"type": "emoji", "name": name}
    code = "-".join(f"{ord(point):04x}" for point in character)
    return {"type": "emoji", "name": name, "unicode": code}


def _token(token: str) -> Json:
    target, _, label = token.partition("|")
    match target[0]:
        case "@":
            return {"type": "user", "user_id": target[1:]}
        case "#":
            return {"type": "channel", "channel_id": target[1:]}
        case "!" if target.startswith("!subteam^"):
            return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
        case "!":
            return {"type": "broadcast", "range": target[1:]}
        case _:
            link = {"type": "link", "url": unescaped(target)}
            return link | ({"text": unescaped(label)} if label else {})
