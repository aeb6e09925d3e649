"""Attached files -> HTML: pictures in their place, others as rows to download, missing ones with the reason."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from bot.model import Attachment, FileCopy, FileState
from web.inlines import Out, Pictures

IMAGE_WIDTH, IMAGE_HEIGHT = 560, 420
"""The box that a picture is drawn in, in CSS pixels."""
THUMBNAIL_SIDE = 80

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_KILO = 1000
_LONGEST_EXTENSION = 8
_KINDS = {
    "application/gzip": "Archive",
    "application/json": "JSON",
    "application/pdf": "PDF",
    "application/zip": "ZIP archive",
    "audio": "Audio",
    "image": "Image",
    "text": "Text",
    "text/csv": "CSV table",
    "text/html": "HTML document",
    "video": "Video",
}

_IMAGES, _IMAGES_END = Markup('<div class="ims">'), Markup("</div>")
_IMAGE = Markup(
    '<a class="im" href="{url}"><img src="{url}" alt="{alt}" width="{width}" height="{height}" loading="lazy"></a>'
)
_HIDDEN = Markup('<details class="sp im"><summary>Spoiler: image</summary>{}</details>')
_HIDDEN_FILE = Markup('<details class="sp"><summary>Spoiler: file</summary>{}</details>')
_ICON = Markup('<svg class="ic" aria-hidden="true"><use href="#i-{}"/></svg>')
_ROW = Markup(
    '<a class="fi" href="{url}?download">{icon}<span><b><bdi>{name}</bdi></b><small>{facts}</small></span></a>'
)
_ROW_WITHOUT = Markup(
    '<div class="fi no">{icon}<span><b><bdi>{name}</bdi></b><small>{facts}</small></span></div>'
)


def write_attachments(attachments: Iterable[Attachment], out: Out, pictures: Pictures) -> None:
    """Pictures first, side by side, then one row for each other file."""
    rows: list[Markup] = []
    images: list[Markup] = []
    for attached in attachments:
        found = pictures.files.get(attached.file) or FileCopy(
            attached.file, "A file", FileState.MISSING, reason="it is not part of this snapshot"
        )
        url = pictures.url(attached.file)
        if url is not None and found.width and found.height:
            drawn = image(found, url, attached.description)
            images.append(_HIDDEN.format(drawn) if attached.spoiler else drawn)
        else:
            row = _row(found, url, attached.description)
            rows.append(_HIDDEN_FILE.format(row) if attached.spoiler else row)
    if images:
        out += (_IMAGES, *images, _IMAGES_END)
    out += rows


def image(file: FileCopy, url: str, description: str = "", side: int = 0) -> Markup:
    """A picture that leads to its full size; its room is kept while it loads. With `side`, it is
    drawn in a square of that side.
    """
    width, height = fitted(file, side or IMAGE_WIDTH, side or IMAGE_HEIGHT)
    alt = description or file.name or "Image"
    return _IMAGE.format(url=url, alt=alt, width=width, height=height)


def fitted(file: FileCopy, width: int, height: int) -> tuple[int, int]:
    """The size of a picture shrunk into a box, at least one pixel each way."""
    own_width, own_height = file.width or 1, file.height or 1
    scale = min(1.0, width / own_width, height / own_height)
    return max(1, round(own_width * scale)), max(1, round(own_height * scale))


def _row(file: FileCopy, url: str | None, description: str) -> Markup:
    facts = [file_kind(file), *([size_text(file.size)] if file.size is not None else [])]
    if description:
        facts.append(description)
    name = file.name or "A file"
    match file.state:
        case FileState.COPIED if url is not None:
            return _ROW.format(url=url, icon=_ICON.format("file"), name=name, facts=" · ".join(facts))
        case FileState.MISSING:
            facts = [f"Not available: {file.reason or 'it could not be copied'}"]
            return _ROW_WITHOUT.format(icon=_ICON.format("gone"), name=name, facts=facts[0])
        case _:
            return _ROW_WITHOUT.format(icon=_ICON.format("file"), name=name, facts=" · ".join(facts))


def size_text(size: int) -> str:
    """A size for people: "1 byte", "512 bytes", "1.2 MB"."""
    if size < _KILO:
        return "1 byte" if size == 1 else f"{size} bytes"
    amount = float(size)
    unit = 0
    # What would be rounded to 1000 is one of the next unit.
    while amount >= _KILO - 0.5 and unit < len(_UNITS) - 1:
        amount /= _KILO
        unit += 1
    return f"{amount:.0f} {_UNITS[unit]}" if amount >= 10 else f"{amount:.1f} {_UNITS[unit]}"  # noqa: PLR2004  two digits


def file_kind(file: FileCopy) -> str:
    """What sort of file it is, by its content, else by its name's ending."""
    kind = _KINDS.get(file.media_type) or _KINDS.get(file.media_type.partition("/")[0])
    if kind is None or kind == "Text":
        extension = file.name.rpartition(".")[2]
        if extension != file.name and extension.isalnum() and len(extension) <= _LONGEST_EXTENSION:
            return f"{extension.upper()} file"
    return kind or "File"


def file_names(files: Iterable[FileCopy]) -> Markup:
    """Names of files in one line."""
    return Markup(", ").join(Markup("<bdi>{}</bdi>").format(escape(file.name or "a file")) for file in files)
