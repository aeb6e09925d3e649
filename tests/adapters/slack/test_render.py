"""Whatever is said becomes posts that Slack takes, that ping nobody, and in which neither code nor links are cut."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.parse import Found, parse
from adapters.slack.render import copy_icon, copy_name, head_post, mentioned, notice_post, turn_posts
from adapters.slack.render_card import button, card_blocks, card_text
from adapters.slack.render_inline import JOINER
from bot.model import FileCopy, FileState, LinkCard, Participant
from bot.reply import Action, Card, Confirm, Style, ThreadHead
from bot.richtext.nodes import (
    Bold,
    Code,
    CodeBlock,
    Emoji,
    Heading,
    Inline,
    LineBreak,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Table,
    Text,
    Timestamp,
)
from bot.richtext.plain import plain
from tests import strategies
from tests.adapters.stage import a_turn, line
from tests.servers.slack.blocks import check_message_blocks, texts_in
from tests.servers.slack.mentions import whom_it_pings
from tests.servers.slack.state import Workspace

MANY = settings(max_examples=300 if os.environ.get("THREADLINK_LONG") else 80)

NOWHERE = Workspace("T1", "Acme", "acme")


def check(blocks, text):
    """Slack takes it; it pings nobody; it can be sent."""
    check_message_blocks(blocks)
    assert sum(map(len, texts_in(blocks))) < 13_000
    assert len(blocks) <= 50
    assert text.strip()
    assert len(text) <= 40_000
    assert whom_it_pings({"text": text, "blocks": blocks}, NOWHERE, link_names=False) == []
    json.dumps([blocks, text], ensure_ascii=False).encode()


def posts_of(body, **fields):
    return turn_posts(a_turn(body, **fields), (), (), line=False)


def parsed(posts):
    """The posts as a capture reads them."""
    raws = ({"ts": "1.0", "user": "U1", "text": post.text, "blocks": post.blocks} for post in posts)
    return [block for raw in raws for block in parse(raw, Found()).body]


@MANY
@given(strategies.bodies, strategies.lines, strategies.lines, st.lists(strategies.cards, max_size=1))
def test_any_turn_becomes_posts_that_slack_takes(body, name, file, cards):
    turn = replace(a_turn(body, cards=tuple(cards)), author=Participant("p1", name))
    left = [FileCopy("f1", file, FileState.MISSING, reason=file)]
    for above in (True, False):
        for post in turn_posts(turn, left, [file], line=above):
            check(post.blocks, post.text)
        for post in turn_posts(replace(turn, body=()), (), [file], line=above):
            check(post.blocks, post.text)
    assert "(shared)" in copy_name(turn.author)
    assert len(copy_name(turn.author)) <= 80
    assert copy_icon(turn.author).isascii()


@MANY
@given(strategies.bodies, strategies.texts)
def test_any_head_and_notice_fit_into_one_post(body, title):
    for post in (head_post(ThreadHead("k", title, body)), notice_post(body)):
        if post.blocks:
            check(post.blocks, post.text)
        assert len(post.short.encode()) <= 4000


actions = st.builds(
    Action,
    strategies.lines,
    st.sampled_from(("continue", "revoke", "revoke_all")),
    strategies.lines,
    st.sampled_from(("", "https://example.org", "https://example.org/" + "x" * 4000)),
    st.sampled_from(Style),
    st.none() | st.builds(Confirm, strategies.texts, strategies.texts, strategies.lines, strategies.lines),
)


@MANY
@given(
    st.builds(
        Card,
        strategies.texts,
        st.just("") | strategies.urls,
        st.lists(strategies.texts, max_size=4).map(tuple),
        st.lists(actions, max_size=3, unique_by=lambda action: "open" if action.url else action.verb).map(
            tuple
        ),
        st.booleans(),
    )
)
def test_any_card_is_one_that_a_message_and_a_preview_take(card):
    blocks = card_blocks(card)
    check_message_blocks(blocks)
    check_message_blocks(blocks, "unfurl")
    raw = {"text": card_text(card), "blocks": blocks}
    assert whom_it_pings(raw, NOWHERE, link_names=False) == []
    drawn = [action for action in card.actions if len(action.url) <= 3000 and not card.revoked]
    assert bool(drawn) == any(block["type"] == "actions" for block in blocks)


# Long ones


words = st.text("ab <&@\n", min_size=1, max_size=12_000)
huge = st.lists(
    st.one_of(
        st.builds(Text, words.map(lambda text: text.replace("\n", " "))),
        st.builds(Code, words),
        st.builds(Link, st.just("https://example.org/" + "a" * 2500), st.just((Text("label"),))),
        st.builds(Link, st.just("https://example.org/" + "a" * 3900), st.just((Text("label"),))),
        st.builds(Bold, st.lists(st.builds(Text, st.text("ab ", max_size=4000)), max_size=3).map(tuple)),
    ),
    max_size=4,
).map(tuple)
huge_blocks = st.one_of(
    st.builds(Paragraph, huge),
    st.builds(CodeBlock, st.text("code \n", max_size=30_000)),
    st.builds(Quote, st.lists(st.builds(Paragraph, huge), max_size=2).map(tuple)),
    st.integers(1, 700).map(lambda number: List(((line("item " * 9),),) * number, ordered=True)),
    st.integers(1, 60).map(lambda number: Quote((Heading(1, (Text("x"),)),) * number)),
)


@settings(max_examples=60)
@given(st.lists(huge_blocks, max_size=4).map(tuple))
def test_what_is_too_long_for_one_post_goes_on_in_the_next(body):
    for post in posts_of(body):
        check(post.blocks, post.text)


def test_no_word_is_lost_or_cut_where_a_text_is_divided():
    told = [f"word{i}" for i in range(5000)]
    made = posts_of((line(" ".join(told)),))
    assert len(made) > 3
    assert " ".join(plain(parsed([post])) for post in made).split() == told


def test_many_paragraphs_are_divided_between_them():
    body = tuple(line(f"Paragraph {i}: " + "x" * 900) for i in range(50))
    made = posts_of(body)
    assert len(made) > 5
    assert parsed(made) == list(body)


def test_code_is_divided_between_its_lines_each_part_a_block():
    code = "\n".join(f"line {i} = {'x' * 60}" for i in range(500))
    blocks = parsed(posts_of((line("Look:"), CodeBlock(code, "python"), line("Done."))))
    parts = [block for block in blocks if isinstance(block, CodeBlock)]
    assert len(parts) > 3
    assert {part.language for part in parts} == {"python"}
    assert "\n".join(part.code for part in parts) == code


def test_inline_code_and_links_are_whole_on_one_side_of_a_cut():
    atoms: list[Inline] = [Code("x" * 700), Link("https://example.org/" + "y" * 700, (Text("there"),))] * 20
    nodes: list[Inline] = []
    for atom in atoms:
        nodes += (Text("z" * 313 + " "), atom)
    found = [node for block in parsed(posts_of((Paragraph(tuple(nodes)),))) for node in block.children]
    assert [node for node in found if isinstance(node, Code | Link)] == atoms


def test_an_address_too_long_for_slack_stays_readable():
    url = "https://example.org/" + "a" * 3900
    assert url in plain(parsed(posts_of((line(Link(url, (Text("here"),))),))))


def test_a_list_is_divided_between_its_items_and_its_numbers_go_on():
    items = tuple((line(f"item {i} " + "x" * 300),) for i in range(60))
    blocks = parsed(posts_of((List(items, ordered=True),)))
    assert len(blocks) > 1
    assert tuple(item for block in blocks for item in block.items) == items
    starts = [block.start for block in blocks]
    assert starts == [1 + sum(len(before.items) for before in blocks[:at]) for at in range(len(blocks))]


def test_more_than_fifty_blocks_are_several_posts():
    body = tuple(Heading(2, (Text(f"Heading {i}"),)) for i in range(120))
    made = posts_of(body)
    assert [len(post.blocks) for post in made] == [45, 45, 30]
    assert parsed(made) == list(body)


# What becomes of what


@pytest.mark.parametrize(
    "body",
    [
        (line("one"), line("two")),
        (Paragraph((Text("one"), LineBreak(), Text("two"))),),
        (line(Bold((Text("a"), Code("b"), Link("https://example.org", (Text("c"),)))), " d"),),
        (line(Link("mailto:ana@example.org", (Text("ana@example.org"),))),),
        (line(Emoji("tada", "🎉"), " ", Emoji("+1", "👍🏽")),),
        (Quote((line("one"), CodeBlock("x\n\ny"), line("two"))), line("after")),
        (Quote((List(((line("one"),), (line("two"),))),)),),
        (List(((line("a"), List(((line("b"), List(((line("c"),),))),), ordered=True)), (line("d"),))),),
        (List(((line("a"), line("b")),)),),
        (CodeBlock("  indented\n    more", "c"),),
        (Heading(2, (Text("Heading"),)), line("text")),
    ],
    ids=str,
)
def test_what_comes_back_is_what_was_posted(body):
    assert parsed(posts_of(body)) == list(body)


def test_an_emoji_by_a_name_that_slack_does_not_know_is_its_character():
    (post,) = posts_of((line(Emoji("party_popper_of_theirs", "🎉"), Emoji("custom"), Emoji("", "👍")),))
    assert post.words == "🎉:custom:👍"


def test_what_is_too_long_for_a_column_of_a_table_stands_below_it_in_full():
    long = "word " * 30 + "end"
    rows = (
        ((Text("name"),), (Text("says"),)),
        ((Text("Ana"),), (Text(long),)),
        ((Text(long),), (Text("no"),)),
    )
    (block,) = parsed(posts_of((Table(rows, header=True),)))
    drawn = block.code.split("\n")
    assert all(len(line) <= 2 * 60 + 3 for line in drawn[:4])
    assert [line.count("… [1]") for line in drawn[:4]] == [0, 0, 1, 1]
    assert drawn[4:] == ["", f"[1] {long}"]


def test_a_table_stands_in_letters_of_one_width():
    cell = (Text("left"),)
    table = Table(((cell, (Text("r"),)), ((Text("a"),), (Text("right"),))), header=True)
    (block,) = parsed(posts_of((table,)))
    assert block == CodeBlock("left | r\n-----+------\na    | right")


def test_a_moment_out_of_reach_is_told_in_words():
    (post,) = posts_of((line(Timestamp(-5), " ", Timestamp(10**12)),))
    assert [element["type"] for element in post.blocks[0]["elements"][0]["elements"]] == ["text"]


def test_mentions_that_people_only_wrote_are_disarmed_invisibly():
    (post,) = posts_of((line("<!channel> and <@U1>"), CodeBlock("<!here>")))
    assert "<!" not in json.dumps(post.blocks)
    assert post.words.replace(JOINER, "") == "<!channel> and <@U1>\n<!here>"


def test_a_preview_card_is_quoted_with_its_title_linked():
    card = LinkCard(
        (Text("Notes"),), "https://example.org", "Example", "Ana", (line("Body"),), (Text("foot"),)
    )
    (post,) = posts_of((line("Look"),), cards=(card,))
    assert post.words == "Look\n> Example · Ana\n> Notes (https://example.org)\n> Body\n> foot"


def test_only_who_stands_in_a_post_is_said_to_be_mentioned_there():
    body = (
        line(Mention("person", "Ana"), Mention("everyone", "here")),
        List(((line(Mention("group", "devs")),),)),
    )
    assert mentioned(body, "@Ana and @devs").people == ("Ana",)
    assert mentioned(body, "@Ana and @devs").groups == ("devs",)
    assert mentioned(body, "@Ana and @devs").everyone == ()


def test_the_button_that_continues_says_that_a_question_follows():
    made = button(Action("Continue", "continue", "s1"))
    assert (made["text"]["text"], made["action_id"], made["value"]) == ("Continue here…", "tl:continue", "s1")
    opened = button(Action("Open", url="https://example.org"))
    assert (opened["action_id"], opened["url"], "value" in opened) == (
        "tl:open",
        "https://example.org",
        False,
    )


def test_a_dangerous_button_asks_in_red():
    confirm = Confirm("Revoke?", "It ends.", "Revoke")
    made = button(Action("Revoke", "revoke", "s1", style=Style.DANGER, confirm=confirm))
    assert made["style"] == made["confirm"]["style"] == "danger"
    assert made["confirm"]["deny"]["text"] == "Keep"
