"""What a message shows besides text: uploads, stickers, pictures of embeds and components."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from adapters.discord.parse_fields import (
    Raw,
    count,
    flags,
    identifier,
    is_snowflake,
    line,
    mappings,
    string,
    whole,
)
from adapters.discord.parse_lookup import Lookup
from bot.model import Attachment, FileCopy, FileState

HOLD_FILES = ("attachments", "sticker_items", "stickers")
"""What of a message `attachments` reads."""

_SPOILER_FLAG = 1 << 3
_SPOILER_PREFIX = "SPOILER_"
_UNNAMED = "file"
_NO_ADDRESS = "Discord gave no address for this file."
_LOTTIE_REASON = "This animated sticker has a format that browsers cannot show."
_DISCORD_HOSTS = (".discordapp.net", ".discordapp.com", ".discord.com")
_NAME_LIMIT = 255
_LONGEST_VOICE = 1_000_000

_LOTTIE = 3
_STICKER_ADDRESSES = {
    1: ("https://cdn.discordapp.com/stickers/{}.png", "png", "image/png"),
    2: ("https://cdn.discordapp.com/stickers/{}.png", "png", "image/png"),
    4: ("https://media.discordapp.net/stickers/{}.gif", "gif", "image/gif"),
}
"""By format type; GIF stickers live on another host (discord.com/developers: reference, image formatting)."""


def attachments(raw: Raw, lookup: Lookup) -> list[Attachment]:
    """The uploads of a message or forwarded message, then its stickers."""
    found = [_attachment(one, lookup, index) for index, one in enumerate(mappings(raw, "attachments"))]
    stickers = mappings(raw, "sticker_items") or mappings(raw, "stickers")
    return [*found, *(_sticker(one, lookup) for one in stickers)]


def shown_name(raw: Raw) -> str:
    """An upload's name. Discord keeps the original one as `title` where it had to simplify it."""
    name = line(raw, "filename").removeprefix(_SPOILER_PREFIX)
    title = line(raw, "title")
    if title:
        suffix = PurePosixPath(name).suffix
        name = title if title.endswith(suffix) else title + suffix
    return name[:_NAME_LIMIT] or _UNNAMED


def _attachment(raw: Raw, lookup: Lookup, index: int) -> Attachment:
    key = identifier(raw) or f"attachment:{lookup.message}:{index}"
    media_type = line(raw, "content_type")
    file = _copy(key, shown_name(raw), string(raw, "url"), media_type, raw)
    spoiler = bool(flags(raw) & _SPOILER_FLAG) or string(raw, "filename").startswith(_SPOILER_PREFIX)
    parts = (line(raw, "description"), _voice(raw))
    return Attachment(lookup.file(file), " · ".join(filter(None, parts)), spoiler)


def _voice(raw: Raw) -> str:
    """How long a voice message lasts; "" for other files."""
    seconds = raw.get("duration_secs")
    if not isinstance(seconds, int | float) or not 0 <= seconds < _LONGEST_VOICE:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"Voice message, {minutes}:{rest:02}" if raw.get("waveform") else f"{minutes}:{rest:02}"


def _sticker(raw: Raw, lookup: Lookup) -> Attachment:
    key, name = identifier(raw), line(raw, "name") or "sticker"
    kind = whole(raw, "format_type")
    if kind == _LOTTIE:
        file = FileCopy(f"sticker:{key}", name, FileState.MISSING, reason=_LOTTIE_REASON)
    elif kind not in _STICKER_ADDRESSES or not is_snowflake(key):
        file = FileCopy(f"sticker:{key}", name, FileState.MISSING, reason=_NO_ADDRESS)
    else:
        address, suffix, media_type = _STICKER_ADDRESSES[kind]
        file = FileCopy(
            f"sticker:{key}", f"{name}.{suffix}", locator=address.format(key), media_type=media_type
        )
    return Attachment(lookup.file(file), name)


def picture(raw: Raw, key: str, lookup: Lookup) -> str | None:
    """Note a picture or other medium by its address; the file's id, None without an address.

    Discord's own copy is preferred, since asking another host would tell it about us.
    """
    address = string(raw, "url")
    proxy = string(raw, "proxy_url")
    locator = proxy if proxy and _is_discord(proxy) else address
    if not locator:
        return None
    name = _name_in(address or locator)
    return lookup.file(_copy(key, name, locator, line(raw, "content_type"), raw))


def _copy(key: str, name: str, locator: str, media_type: str, raw: Raw) -> FileCopy:
    if not locator.lower().startswith(("http://", "https://")):
        return FileCopy(key, name, FileState.MISSING, size=count(raw, "size"), reason=_NO_ADDRESS)
    # Only what is drawn on the page may have a width: videos and voice messages are downloads.
    is_image = media_type.startswith("image/")
    width, height = (count(raw, "width"), count(raw, "height")) if is_image else (None, None)
    return FileCopy(
        key,
        name,
        locator=locator,
        media_type=media_type or "application/octet-stream",
        size=count(raw, "size"),
        width=width if width and height else None,
        height=height if width and height else None,
    )


def _is_discord(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and f".{parts.hostname or ''}".endswith(_DISCORD_HOSTS)


def _name_in(address: str) -> str:
    """The last part of an address' path, as a file name."""
    path = address.partition("?")[0].partition("#")[0].partition("://")[2]
    name = " ".join(unquote(path.rpartition("/")[2], errors="replace").split()) if "/" in path else ""
    return name.replace("\0", "")[:_NAME_LIMIT] or "image"
