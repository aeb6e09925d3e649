"""table, data_table and data_visualization blocks -> tables.

A chart is shown as the numbers it draws. docs.slack.dev/reference/block-kit/blocks.
"""

from __future__ import annotations

from typing import TypeAlias

from adapters.slack.parse_elements import element_text
from adapters.slack.parse_inline import plain_nodes, titled
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_raw import Raw, items, mapping, mappings, number_text, string
from adapters.slack.parse_richtext import rich_inline
from adapters.slack.parse_unknown import unknown
from bot.richtext.nodes import Block, Body, Bold, Inline, Paragraph, Subtext, Table, Text

Cell: TypeAlias = tuple[Inline, ...]
Row: TypeAlias = tuple[Cell, ...]


def table(raw: Raw, lookup: Lookup) -> Body:
    """A table or data_table; the first row of a data_table heads its columns."""
    rows = tuple(_row(row, lookup) for row in items(raw, "rows"))
    blocks = _title(raw, "caption", lookup)
    if not rows:
        return blocks or unknown(raw, lookup)
    return (*blocks, Table(rows, header=string(raw, "type") == "data_table"))


def _row(row: object, lookup: Lookup) -> Row:
    cells = row if isinstance(row, list) else items(row, "cells") or items(row, "columns")
    return tuple(_cell(cell, lookup) for cell in cells)


def _cell(cell: object, lookup: Lookup) -> Cell:
    match string(cell, "type"):
        case "" if not isinstance(cell, dict):
            return plain_nodes(cell, lookup) if isinstance(cell, str) else _number(number_text(cell))
        case "rich_text" if isinstance(cell, dict):
            return rich_inline(cell, lookup)
        case "raw_text" | "raw_number" if isinstance(cell, dict):
            return titled(cell, "text", lookup) or _number(number_text(cell.get("value")))
    return element_text(cell, lookup) or unknown(cell, lookup)


def _title(raw: Raw, key: str, lookup: Lookup) -> Body:
    title = titled(raw, key, lookup) or titled(mapping(raw, key), "text", lookup)
    return (Paragraph((Bold(title),)),) if title else ()


def chart(raw: Raw, lookup: Lookup) -> Body:
    """A data_visualization block: its title, and its numbers as a table."""
    drawing = mapping(raw, "chart")
    axes = mapping(drawing, "axis_config")
    rows = _pie(drawing, lookup) if mappings(drawing, "segments") else _series(drawing, axes, lookup)
    if not rows:
        return unknown(raw, lookup)
    blocks: list[Block] = list(_title(raw, "title", lookup))
    header = not mappings(drawing, "segments")
    blocks.append(Table(rows, header=header))
    if unit := titled(axes, "y_label", lookup):
        blocks.append(Subtext(unit))
    return tuple(blocks)


def _pie(drawing: Raw, lookup: Lookup) -> tuple[Row, ...]:
    return tuple(
        (titled(part, "label", lookup), _number(number_text(part.get("value"))))
        for part in mappings(drawing, "segments")
    )


def _series(drawing: Raw, axes: Raw, lookup: Lookup) -> tuple[Row, ...]:
    """A row for each label in the order of first sight, a column for each series."""
    series = mappings(drawing, "series")
    labels: dict[str, None] = {name: None for name in items(axes, "categories") if isinstance(name, str)}
    columns: list[dict[str, str]] = []
    for one in series:
        points = {string(point, "label"): number_text(point.get("value")) for point in mappings(one, "data")}
        labels |= dict.fromkeys(points)
        columns.append(points)
    if not labels:
        return ()
    head: Row = (titled(axes, "x_label", lookup), *(titled(one, "name", lookup) for one in series))
    rows = (
        (plain_nodes(label, lookup), *(_number(points.get(label, "")) for points in columns))
        for label in labels
    )
    return (head, *rows)


def _number(text: str) -> Cell:
    return (Text(text),) if text else ()
