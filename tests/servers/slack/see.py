"""A message, modal or home tab as a person sees it, as plain text.

Buttons stand in [brackets], with ! when red and ↗ when they lead somewhere; inputs as "Label: ____" or
"Label: [what is typed]"; menus as "<chosen ▾>"; one choice of many as (•) and ( ), several as [x] and [ ].
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.servers.slack.messages import Message
from tests.servers.slack.mrkdwn import unescaped
from tests.servers.slack.values import MANY_OPTIONS, ONE_OPTION, PICKED, TYPED, Chosen, initial, options_of
from tests.servers.slack.views import View
from tests.servers.slack.world import World

Json = dict[str, Any]
_TOKEN = re.compile(r"<([^<>]+)>")


class Eyes:
    def __init__(self, world: World) -> None:
        self._world = world

    def see(self, what: Message | View) -> str:
        return "\n".join(self._view(what) if isinstance(what, View) else self._message(what))

    def _view(self, view: View) -> Iterator[str]:
        if view.type == "modal":
            yield f"== {view.title} =="
        yield from self._blocks(view.blocks, view.chosen, view.errors)
        buttons = [(view.spec.get(name) or {}).get("text") for name in ("close", "submit")]
        if view.type == "modal":
            yield " ".join(f"[{text}]" for text in (buttons[0] or "Cancel", buttons[1]) if text)

    def _message(self, message: Message) -> Iterator[str]:
        name = message.author
        if not name and (person := self._world.person(message.user or "")):
            name = person.name
        whisper = " (only visible to you)" if message.for_user else ""
        edited = " (edited)" if "edited" in message.raw else ""
        yield f"{name or 'Slackbot'}{whisper}:{edited}"
        if message.blocks:
            yield from self._blocks(message.blocks, message.chosen, {})
        elif message.text:
            yield self.plain(message.text)
        for file in message.raw.get("files", ()):
            yield f"[file: {file.get('title') or file.get('name') or file.get('mode')}]"
        for attachment in message.attachments:
            yield from (f"| {line}" for line in self._attachment(attachment))
        reactions = message.raw.get("reactions") or ()
        if reactions:
            yield " ".join(f":{one['name']}: {one['count']}" for one in reactions)

    def _attachment(self, attachment: Json) -> Iterator[str]:
        if attachment.get("blocks"):
            yield from self._blocks(attachment["blocks"], {}, {})
            return
        for key in ("pretext", "author_name", "title", "text", "footer"):
            if attachment.get(key):
                yield from self.plain(str(attachment[key])).split("\n")
        if attachment.get("image_url"):
            yield "[image]"

    def plain(self, text: str) -> str:
        """Slack's markup without its tokens; marks such as * stay."""
        return unescaped(_TOKEN.sub(lambda match: self._token(match[1]), text))

    def _token(self, token: str) -> str:
        target, _, label = token.partition("|")
        if target.startswith("@"):
            person = self._world.person(target[1:])
            return "@" + (person.name if person else target[1:])
        if target.startswith("#"):
            return "#" + (label or self._channel(target[1:]))
        if target.startswith("!"):
            return label or "@" + target[1:]
        return label or target

    def _channel(self, channel_id: str) -> str:
        places = (workspace.channels.get(channel_id) for workspace in self._world.workspaces.values())
        return next((channel.name for channel in places if channel), channel_id)

    def _blocks(self, blocks: list[Json], chosen: Chosen, errors: dict[str, str]) -> Iterator[str]:
        for block in blocks:
            yield from self._block(block, chosen.get(block.get("block_id", ""), {}))
            if error := errors.get(block.get("block_id", "")):
                yield f"  ! {error}"

    def _block(self, block: Json, chosen: dict[str, Json]) -> Iterator[str]:
        match block["type"]:
            case "section":
                yield from self._section(block, chosen)
            case "header":
                yield f"# {block['text']['text']}"
            case "divider":
                yield "---"
            case "context":
                yield " ".join(self._text(one) for one in block["elements"])
            case "actions":
                yield " ".join(self._element(one, chosen) for one in block["elements"])
            case "input":
                yield from self._input(block, chosen)
            case "image":
                yield f"[image: {block['alt_text']}]"
            case "markdown":
                yield block["text"]
            case "rich_text":
                yield from self._rich(block).split("\n")
            case "table":
                for row in block["rows"]:
                    yield " | ".join(self._cell(cell) for cell in row)
            case other:
                yield f"[{other}]"

    def _section(self, block: Json, chosen: dict[str, Json]) -> Iterator[str]:
        if "text" in block:
            yield self._text(block["text"])
        for field in block.get("fields", ()):
            yield self._text(field)
        if "accessory" in block:
            yield self._element(block["accessory"], chosen)

    def _input(self, block: Json, chosen: dict[str, Json]) -> Iterator[str]:
        optional = " (optional)" if block.get("optional") else ""
        shown = self._element(block["element"], chosen)
        joint = "\n" if "\n" in shown or shown.startswith(("(", "[x", "[ ")) else " "
        yield f"{block['label']['text']}{optional}:{joint}{shown}"
        if "hint" in block:
            yield f"  {block['hint']['text']}"

    def _text(self, text: Json) -> str:
        if text["type"] == "image":
            return f"[image: {text['alt_text']}]"
        return text["text"] if text["type"] == "plain_text" else self.plain(text["text"])

    def _element(self, element: Json, chosen: dict[str, Json]) -> str:
        kind = element["type"]
        if kind == "button":
            danger = "!" if element.get("style") == "danger" else ""
            return f"[{element['text']['text']}{danger}{'↗' if 'url' in element else ''}]"
        if kind == "overflow":
            return "<⋯ " + " · ".join(option["text"]["text"] for option in element["options"]) + ">"
        if kind == "image":
            return f"[image: {element['alt_text']}]"
        entry = chosen.get(element.get("action_id", "")) or initial(element)
        hint = (element.get("placeholder") or {}).get("text", "")
        if kind in TYPED:
            return f"[{entry['value']}]" if entry["value"] else f"____ {hint}".strip()
        if kind in ("radio_buttons", "checkboxes"):
            return "\n".join(self._choice(option, element, entry) for option in options_of(element))
        return f"<{self._picked(kind, entry) or hint} ▾>"

    def _choice(self, option: Json, element: Json, entry: Json) -> str:
        chosen = [entry.get("selected_option"), *(entry.get("selected_options") or [])]
        on = any(one and one["value"] == option["value"] for one in chosen)
        mark = ("(•)" if on else "( )") if element["type"] == "radio_buttons" else ("[x]" if on else "[ ]")
        described = f" — {self._text(option['description'])}" if "description" in option else ""
        return f"{mark} {self._text(option['text'])}{described}"

    def _picked(self, kind: str, entry: Json) -> str:
        if kind in ONE_OPTION:
            option = entry["selected_option"]
            return option["text"]["text"] if option else ""
        if kind in MANY_OPTIONS:
            return ", ".join(option["text"]["text"] for option in entry["selected_options"])
        value = entry[PICKED[kind][0]]
        return ", ".join(map(self._name, value)) if isinstance(value, list) else self._name(value)

    def _name(self, value: Any) -> str:
        if not isinstance(value, str):
            return str(value or "")
        person = self._world.person(value)
        return person.name if person else "#" + self._channel(value) if value[0] in "CDG" else value

    def _cell(self, cell: Json) -> str:
        return (
            self._rich(cell) if cell["type"] == "rich_text" else str(cell.get("text", cell.get("number", "")))
        )

    def _rich(self, node: Json) -> str:
        match node.get("type"):
            case "rich_text":
                return "\n".join(self._rich(child) for child in node["elements"])
            case "rich_text_list":
                return "\n".join("• " + self._rich(child) for child in node["elements"])
            case "rich_text_quote":
                inside = "".join(self._rich(child) for child in node["elements"])
                return "\n".join("> " + line for line in inside.split("\n"))
            case "rich_text_section" | "rich_text_preformatted":
                return "".join(self._rich(child) for child in node["elements"])
            case "user":
                return self._token(f"@{node['user_id']}")
            case "channel":
                return "#" + self._channel(node["channel_id"])
            case "broadcast":
                return f"@{node['range']}"
            case "emoji":
                return f":{node['name']}:"
            case _:
                return str(node.get("text") or node.get("url") or "")
