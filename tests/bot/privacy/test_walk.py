"""The walk forgets no place of a message, and edits reach through the nodes."""

from __future__ import annotations

import pytest

from bot.privacy.edits import BARRIER, Edit, apply, map_text, map_torn_text, merge, running_text
from bot.privacy.walk import Visitor, map_message
from bot.richtext.nodes import (
    Bold,
    Code,
    CodeBlock,
    Emoji,
    LineBreak,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Text,
)
from tests.bot.privacy.everything import everything, strings
from tests.builders import message, paragraph


def replacing(word: str, by: str):
    def find(text: str) -> list[Edit]:
        edits, at = [], text.find(word)
        while at >= 0:
            edits.append(Edit(at, at + len(word), by))
            at = text.find(word, at + len(word))
        return edits

    return find


def test_a_visitor_that_changes_nothing_changes_nothing():
    told = everything(str)
    assert map_message(told, Visitor()) == told


def test_the_running_text_holds_the_words_of_every_place():
    told = everything(lambda place: f"xyzzy {place}")
    text = running_text(told)
    spoken = {s for s in strings(told) if "xyzzy" in s}
    assert len(spoken) > 80
    assert {s for s in spoken if s not in text} == set()


def test_an_edit_reaches_every_place():
    told = everything(lambda place: f"xyzzy {place}")
    changed = map_text(told, replacing("xyzzy", "plugh"))
    assert [s for s in strings(changed) if "xyzzy" in s] == []
    assert "plugh bold" in set(strings(changed))


def test_a_text_split_over_nodes_is_changed_as_one():
    told = message(paragraph("see sec", Bold((Text("ret"), Text("!"))), " ok"))
    changed = map_text(told, replacing("secret", "###"))
    assert changed.body == (paragraph("see ###", Bold((Text("!"),)), " ok"),)


def test_a_word_in_two_forms_is_two_words_on_request():
    told = message(paragraph("see an", Bold((Text("other"),)), " an"))
    assert map_torn_text(told, replacing("an\x1f", "no")).body == (
        paragraph("see no", Bold((Text("other"),)), " an"),
    )
    whole = message(paragraph("see ", Bold((Text("other"),)), " an"))
    assert map_torn_text(whole, replacing("an", "no")) is whole


def test_nodes_and_blocks_that_an_edit_empties_vanish():
    told = message([paragraph("a se", Bold((Text("cr"),))), CodeBlock("et")])
    assert map_text(told, lambda text: [Edit(2, len(text) - 3, "#")]).body == (paragraph("a #"),)


def test_an_edit_over_lines_takes_the_breaks_along():
    told = message(paragraph("BEGIN", LineBreak(), "x", LineBreak(), "END", LineBreak(), "after"))
    assert map_text(told, lambda _: [Edit(0, 11, "#")]).body == (paragraph("#", LineBreak(), "after"),)


@pytest.mark.parametrize(
    "link",
    [
        Link("https://example.org/secret", (Text("harmless"),)),
        Link("mailto:secret", (Text("secret"),)),
        Link("https://example.org", (Text("the "), Bold((Text("secret"),)))),
    ],
)
def test_a_link_whose_label_or_address_is_edited_is_no_link_any_more(link: Link):
    changed = map_text(message(paragraph("go ", link)), replacing("secret", "#"))
    assert "secret" not in repr(changed)
    assert "Link" not in repr(changed)


def test_an_untouched_link_stays_beside_a_changed_one():
    kept = Link("https://example.org", (Text("home"),))
    told = message(paragraph(kept, " ", Link("https://example.org/secret", (Text("x"),))))
    assert map_text(told, replacing("secret", "#")).body == (paragraph(kept, " ", "x"),)


def test_mentions_are_opaque_on_request():
    told = message(paragraph("hi ", Mention("person", "Ana", "U1"), "!"))
    assert "@Ana" in running_text(told)
    assert "Ana" not in running_text(told, mentions=False)


def test_code_stays_code():
    told = message([paragraph(Code("x secret y")), CodeBlock("secret", "py")])
    assert map_text(told, replacing("secret", "#")).body == (paragraph(Code("x # y")), CodeBlock("#", "py"))


def test_places_that_do_not_belong_together_are_apart():
    told = message(paragraph("one ", Link("https://example.org/two", (Text("label"),))))
    assert running_text(told).count(BARRIER) == 1


def test_an_emoji_whose_name_is_edited_becomes_text():
    told = message(paragraph(Emoji("secret", None, "emoji:1")))
    assert map_text(told, replacing("secret", "#")).body == (paragraph(":#:"),)


def test_what_is_nested_is_reached():
    told = message([Quote((List(((paragraph("secret"),),)),))])
    assert map_text(told, replacing("secret", "#")).body == (Quote((List(((paragraph("#"),),)),)),)
    assert isinstance(told.body[0], Quote)
    assert Paragraph(()) not in told.body


@pytest.mark.parametrize(
    ("later", "beside"),
    [
        (Edit(0, 3, "b"), [Edit(0, 2, "b")]),
        (Edit(5, 8, "b"), [Edit(6, 8, "b")]),
        (Edit(0, 8, "b"), [Edit(0, 2, "b"), Edit(6, 8, "")]),
        (Edit(2, 6, "b"), []),
        (Edit(6, 8, "b"), [Edit(6, 8, "b")]),
    ],
)
def test_of_two_edits_that_overlap_the_earlier_stays_whole_and_nothing_of_the_later_is_spared(later, beside):
    assert merge([Edit(2, 6, "a")], [later]) == sorted([Edit(2, 6, "a"), *beside])


def test_edits_are_made_where_they_are():
    assert apply("0123456789", [Edit(2, 6, "a"), Edit(6, 8, "")]) == "01a89"
