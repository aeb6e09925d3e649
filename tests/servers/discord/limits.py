"""What Discord accepts as a message, and what it makes of an accepted one."""

from __future__ import annotations

import copy
import mimetypes
from collections.abc import Mapping
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from tests.servers.discord.calls import Upload
from tests.servers.discord.components import check_message_components, numbered
from tests.servers.discord.errors import ApiError, Form, Json
from tests.servers.discord.model import Attachment, Flag
from tests.servers.discord.posting import Draft
from tests.servers.discord.world import World

CONTENT, EMBEDS, EMBED_TOTAL, FILES, STICKERS = 2000, 10, 6000, 10, 3
FILE_LIMIT = 10 * 1024 * 1024
"""Bytes of one file where nobody pays for more."""

SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2 | Flag.VOICE
LEGACY = ("content", "embeds", "poll", "sticker_ids")


def check_message(body: Json, *, v2: bool, files: int = 0) -> None:
    """Refuses a body that exceeds a limit. Whether it is empty is asked when all is put together."""
    form = Form()
    form.too_long("content", body.get("content"), CONTENT)
    form.too_long("nonce", body.get("nonce") and str(body["nonce"]), 25)
    form.too_many("embeds", body.get("embeds"), EMBEDS)
    form.too_many("sticker_ids", body.get("sticker_ids"), STICKERS)
    _check_embeds(form, body.get("embeds") or [])
    if body.get("components") is not None:
        check_message_components(form, body["components"], v2=v2)
    if files > FILES or len(body.get("attachments") or []) > FILES:
        form.wrong("attachments", "BASE_TYPE_MAX_LENGTH", f"Must be {FILES} or fewer in length.")
    if v2:
        for key in LEGACY:
            if body.get(key):
                text = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                form.wrong(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    if body.get("poll"):
        _check_poll(form, body["poll"])
    form.check()


def _check_embeds(form: Form, embeds: list[Json]) -> None:
    total = 0
    for i, embed in enumerate(embeds):
        path = f"embeds.{i}"
        fields = embed.get("fields") or []
        texts = [
            ("title", embed.get("title"), 256),
            ("description", embed.get("description"), 4096),
            ("footer.text", (embed.get("footer") or {}).get("text"), 2048),
            ("author.name", (embed.get("author") or {}).get("name"), 256),
        ]
        for name, value, limit in texts:
            form.too_long(f"{path}.{name}", value, limit)
        form.too_many(f"{path}.fields", fields, 25)
        for j, one in enumerate(fields):
            form.too_long(f"{path}.fields.{j}.name", one.get("name"), 256, least=1)
            form.too_long(f"{path}.fields.{j}.value", one.get("value"), 1024, least=1)
        total += sum(len(str(value or "")) for _, value, _ in texts)
        total += sum(len(str(f.get("name", ""))) + len(str(f.get("value", ""))) for f in fields)
        _check_addresses(form, path, embed)
        shown = ("title", "description", "fields", "footer", "author", "image", "thumbnail")
        if not any(embed.get(key) for key in shown):
            form.required(f"{path}.description")
    if total > EMBED_TOTAL:
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_TOTAL}")


def _check_addresses(form: Form, path: str, embed: Json) -> None:
    for name, schemes in (("url", ("http", "https")), ("image", ("http", "https", "attachment"))):
        value = embed.get(name)
        address = value.get("url") if isinstance(value, dict) else value
        if address and not str(address).startswith(tuple(f"{scheme}://" for scheme in schemes)):
            text = f'Scheme "{str(address).split(":")[0]}" is not supported. Scheme must be one of {schemes}.'
            form.wrong(f"{path}.{name}", "URL_TYPE_INVALID_SCHEME", text)
        form.too_long(f"{path}.{name}", address, 2048)


def _check_poll(form: Form, poll: Json) -> None:
    form.too_long("poll.question.text", (poll.get("question") or {}).get("text"), 300, least=1)
    answers = poll.get("answers") or []
    form.too_many("poll.answers", answers, 10, least=1)
    for i, one in enumerate(answers):
        form.too_long(f"poll.answers.{i}.poll_media.text", (one.get("poll_media") or {}).get("text"), 55)


def legacy_fields() -> ApiError:
    """A message with Components V2 that would keep its old content, embeds, poll or stickers."""
    form = Form()
    text = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
    form.wrong("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    return form.error()


def check_not_empty(draft: Draft) -> None:
    parts = (draft.embeds, draft.components, draft.attachments, draft.stickers, draft.poll, draft.snapshots)
    if not draft.content.strip() and not any(parts):
        raise ApiError(400, 50006, "Cannot send an empty message")


def fill(world: World, draft: Draft, body: Json, files: Mapping[int, Upload]) -> Draft:
    """Puts what the accepted `body` says into `draft`."""
    draft.content = (body.get("content") or "").strip()
    draft.embeds = kept_embeds(body.get("embeds") or [])
    draft.components = numbered(body.get("components") or [])
    draft.flags |= Flag(int(body.get("flags") or 0)) & SETTABLE
    draft.tts = bool(body.get("tts"))
    draft.attachments = uploaded(world, body.get("attachments") or [], files)
    if body.get("nonce") is not None:
        draft.nonce = str(body["nonce"])
    return draft


def kept_embeds(embeds: list[Json]) -> list[Json]:
    """As Discord gives them back: with their type, and white space around texts gone."""
    made = copy.deepcopy(embeds)
    for embed in made:
        embed["type"] = "rich"
        embed.update({k: str(embed[k]).strip() for k in ("title", "description") if embed.get(k)})
    return made


def uploaded(world: World, told: list[Json], files: Mapping[int, Upload]) -> list[Attachment]:
    """The files of a request, described by its `attachments` where their ids are the files' numbers."""
    about = {str(entry.get("id")): entry for entry in told}
    made = []
    for number, file in sorted(files.items()):
        if len(file.content) > FILE_LIMIT:
            raise ApiError(413, 40005, "Request entity too large")
        entry = about.get(str(number), {})
        made.append(attachment(world, entry.get("filename") or file.filename, file.content, entry))
    return made


def attachment(world: World, name: str, content: bytes, entry: Json | None = None) -> Attachment:
    entry = entry or {}
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    kind = mimetypes.guess_type(safe)[0] or "application/octet-stream"
    kind += "; charset=utf-8" if kind.startswith("text/") else ""
    made = Attachment(world.ids.next(), safe, content, kind, entry.get("description"))
    made.duration, made.waveform = entry.get("duration_secs"), entry.get("waveform")
    made.spoiler = bool(entry.get("is_spoiler"))
    made.title = None if safe == name else name.rpartition(".")[0] or name
    if kind.startswith("image/"):
        try:
            with Image.open(BytesIO(content)) as image:
                made.width, made.height = image.size
        except (UnidentifiedImageError, OSError):
            pass
    return made
