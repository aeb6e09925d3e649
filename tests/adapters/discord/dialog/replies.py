"""Any reply that a core could give, and what Discord says of how it was drawn."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.reply import Action, ChoiceField, Confirm, Item, Option, Reply, Style, TextField
from tests import strategies as known
from tests.servers.discord.components import check_modal, walk
from tests.servers.discord.errors import ApiError, Form
from tests.servers.discord.limits import check_message

labels = st.one_of(st.sampled_from(["Publish", "Cancel", "x" * 300, "", "\n", "🦦" * 90]), known.texts)
names = st.sampled_from(["title", "names", "sharer", "expires", "link", "note", "a-b", "x" * 60])
arguments = st.sampled_from(["", "3f" * 16, "a b", "x" * 200, "7:8", "\n"])
addresses = st.sampled_from(
    [
        "https://example.org/share/abc",
        "http://localhost:8080/x",
        "https://example.org/" + "x" * 600,
        "mailto:a@b.c",
    ]
)
confirms = st.builds(Confirm, labels, labels, labels, labels)
actions = st.one_of(
    st.builds(
        Action,
        labels,
        st.sampled_from(["publish", "choose", "mask", "cancel", "revoke", "revoke_all", "Odd verb"]),
        arguments,
        style=st.sampled_from(Style),
        confirm=st.none() | confirms,
    ),
    st.builds(Action, labels, url=addresses),
)
options = st.lists(st.builds(Option, arguments | st.uuids().map(str), labels, labels), max_size=40)
fields = st.one_of(
    st.builds(TextField, names, labels, known.lines | st.just("y" * 4000), st.integers(0, 9000)),
    st.builds(ChoiceField, names, labels, options.map(tuple), arguments),
)
items = st.builds(Item, labels, labels, st.just("") | addresses, st.lists(actions, max_size=3).map(tuple))
bodies = st.one_of(known.bodies, st.lists(known.blocks, max_size=2).map(lambda blocks: tuple(blocks) * 20))
replies = st.builds(
    Reply,
    bodies,
    labels,
    st.lists(fields, max_size=7, unique_by=lambda one: one.name).map(tuple),
    st.lists(items, max_size=12).map(tuple),
    bodies,
    st.lists(actions, max_size=28).map(tuple),
    st.booleans(),
    st.booleans(),
)


def refused(payload) -> dict | None:
    """What Discord objects to in a message; None where it takes it."""
    try:
        check_message(payload, v2=False)
    except ApiError as error:
        return error.errors
    if not payload["content"] and not payload["embeds"] and not payload["components"]:
        return {"_": "empty"}
    return None


def refused_window(payload) -> dict | None:
    form = Form()
    check_modal(form, payload)
    return form.errors or None


def shown(payload) -> str:
    """All text of a message that is neither a button nor a select."""
    embeds = payload["embeds"]
    parts = [payload["content"]]
    for embed in embeds:
        parts += [
            embed.get("title", ""),
            embed.get("description", ""),
            (embed.get("footer") or {}).get("text", ""),
        ]
        parts += [part for field in embed.get("fields", []) for part in (field["name"], field["value"])]
    return "\n".join(part for part in parts if part)


def control_labels(payload) -> list[str]:
    return [
        label
        for one in walk(payload["components"])
        for label in (one.get("label"), one.get("placeholder"), *(o["label"] for o in one.get("options", [])))
        if label
    ]


def custom_ids(payload) -> list[str]:
    return [one["custom_id"] for one in walk(payload["components"]) if "custom_id" in one]
