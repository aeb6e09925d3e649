"""Each node of the tree as HTML."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from bot.model import FileCopy, FileState
from bot.richtext.nodes import (
    Bold,
    ChannelMention,
    Code,
    CodeBlock,
    Divider,
    Emoji,
    Heading,
    Inline,
    Italic,
    LineBreak,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Subtext,
    Table,
    Text,
    Timestamp,
    Underline,
    Unsupported,
)
from tests.web.structure import read
from web.render import render_body
from web.richtext import html, join

REL = 'rel="nofollow ugc noopener noreferrer"'
X = (Text("x"),)

INLINES = [
    (Text("a < b & \"c\" 'd'"), "a &lt; b &amp; &#34;c&#34; &#39;d&#39;"),
    (LineBreak(), "<br>"),
    (Bold(X), "<strong>x</strong>"),
    (Italic(X), "<em>x</em>"),
    (Underline(X), "<u>x</u>"),
    (Strike(X), "<s>x</s>"),
    (Code("a<b"), "<code>a&lt;b</code>"),
    (Mention("person", "Ana <3"), '<bdi class="at">@Ana &lt;3</bdi>'),
    (Mention("everyone", "here"), '<bdi class="at">@here</bdi>'),
    (ChannelMention("general"), '<bdi class="at">#general</bdi>'),
    (Emoji("tada", "🎉"), "🎉"),
    (Emoji("blob"), ":blob:"),
    (Timestamp(0, "f"), '<time datetime="1970-01-01T00:00:00Z" data-s="f">1 Jan 1970 00:00 UTC</time>'),
    (Timestamp(0, "R", "long ago"), '<time datetime="1970-01-01T00:00:00Z" data-s="R">long ago</time>'),
    (Timestamp(10**15), "1000000000000000 s"),
    (Unsupported("canvas"), '<span class="un">[canvas]</span>'),
    (Unsupported("canvas", "<b>"), '<span class="un">&lt;b&gt;</span>'),
    (
        Link("https://a.example/?x=1&y=\"'", X),
        f'<a href="https://a.example/?x=1&amp;y=&#34;&#39;" {REL}>x</a>',
    ),
    (Link("https://a.example", (Bold(X),)), f'<a href="https://a.example" {REL}><strong>x</strong></a>'),
]

BLOCKS = [
    (Paragraph((Text("a"), LineBreak(), Text("b"))), "<p>a<br>b</p>"),
    (Heading(1, X), '<h4 class="h1">x</h4>'),
    (Heading(6, X), '<h4 class="h4">x</h4>'),
    (Quote((Paragraph(X),)), "<blockquote><p>x</p></blockquote>"),
    (CodeBlock("<a>"), '<figure class="k"><pre tabindex="0"><code>&lt;a&gt;</code></pre></figure>'),
    (
        CodeBlock("x", "no<such"),
        '<figure class="k"><figcaption>no&lt;such</figcaption><pre tabindex="0"><code>x</code></pre></figure>',
    ),
    (List(((Paragraph(X),), (Paragraph(X), Divider()))), "<ul><li>x</li><li>x<hr></li></ul>"),
    (List(((Paragraph(X),),), ordered=True), "<ol><li>x</li></ol>"),
    (List(((Paragraph(X),),), ordered=True, start=-3), '<ol start="-3"><li>x</li></ol>'),
    (
        List(((CodeBlock("c"),),)),
        '<ul><li><figure class="k"><pre tabindex="0"><code>c</code></pre></figure></li></ul>',
    ),
    (
        Table(((X, ()), (X,)), header=True),
        (
            '<div class="tb" role="group" aria-label="Table" tabindex="0"><table><tr><th scope="col">x</th><td></td></tr>'
            "<tr><td>x</td></tr></table></div>"
        ),
    ),
    (Divider(), "<hr>"),
    (Subtext(X), '<div class="st">x</div>'),
    (Unsupported("map"), '<div class="un"><small>Not shown in full: map</small></div>'),
    (
        Unsupported("map", "Here & there"),
        '<div class="un"><small>Not shown in full: map</small><p>Here &amp; there</p></div>',
    ),
]


@pytest.mark.parametrize(("node", "expected"), INLINES)
def test_an_inline_has_its_html(node, expected):
    assert html((Paragraph((node,)),)) == f"<p>{expected}</p>"


@pytest.mark.parametrize(("node", "expected"), BLOCKS)
def test_a_block_has_its_html(node, expected):
    assert html((node,)) == expected


def test_a_paragraph_with_a_spoiler_is_no_p_because_details_would_end_it():
    body = (Paragraph((Text("who: "), Bold((Spoiler(X),)))),)
    assert (
        html(body)
        == '<div>who: <strong><details class="sp"><summary>Spoiler</summary>x</details></strong></div>'
    )


def test_a_spoiler_in_a_link_becomes_a_link_in_a_spoiler():
    body = (Paragraph((Link("https://a.example", (Text("see "), Spoiler(X))),)),)
    assert html(body) == (
        f'<div><details class="sp"><summary>Spoiler</summary><a href="https://a.example" {REL}>see x</a></details></div>'
    )


def test_a_link_in_a_link_is_one_link():
    body = (Paragraph((Link("https://a.example", (Bold((Link("https://b.example", X),)),)),)),)
    assert html(body) == f'<p><a href="https://a.example" {REL}><strong>x</strong></a></p>'


def test_a_custom_emoji_is_a_picture_where_a_copy_exists():
    emoji = Paragraph((Emoji('bl"ob', file="f1"),))
    copied = {"f1": FileCopy("f1", "", FileState.COPIED, blob="b")}
    missing = {"f1": FileCopy("f1", "", FileState.MISSING)}
    assert render_body((emoji,), "/f/{}".format, copied) == (
        '<p><img class="e" src="/f/f1" alt=":bl&#34;ob:" title=":bl&#34;ob:" loading="lazy"></p>'
    )
    assert render_body((emoji,), "/f/{}".format, missing) == "<p>:bl&#34;ob:</p>"


@pytest.mark.parametrize(
    ("url", "label", "shown"),
    [
        ("https://evil.example/x", "bank.example", "evil.example"),
        ("https://evil.example/x", "https://bank.example/login?a=1", "evil.example"),
        ("https://evil.example", "see (bank.example) now", "evil.example"),
        ("https://evil.example", "b\u200bank\u3002example", "evil.example"),
        ("https://evil.example", "ＢＡＮＫ.example", "evil.example"),
        ("https://xn--bnk-0ra.example", "bank.example", "xn--bnk-0ra.example"),
        ("https://b\u00e4nk.example", "bank.example", "xn--bnk-qla.example"),
        ("https://bank.example@evil.example/", "https://bank.example@evil.example/", "evil.example"),
        ("https://bank.example/x", "bank.example", None),
        ("https://www.bank.example/x", "bank.example", None),
        ("https://docs.bank.example/x", "bank.example", None),
        ("https://bank.example/x", "https://bank.example/x", None),
        ("https://bank.example/x", "the 3.5 update, e.g. this", None),
        ("mailto:a@bank.example", "a@other.example", None),
    ],
)
def test_a_label_that_names_another_place_is_followed_by_the_real_host(url, label, shown):
    drawn = html((Paragraph((Link(url, (Text(label),)),)),))
    assert drawn.endswith(f'</a> <span class="host">({shown})</span></p>' if shown else "</a></p>")


def nested(depth: int) -> Inline:
    node: Inline = Text("deep")
    for i in range(depth):
        node = (Bold, Spoiler, Italic, Strike)[i % 4]((node,))
    return node


def test_deep_trees_are_drawn():
    assert "deep" in html((Quote((Quote((Paragraph((nested(60),)),)),)),))
    assert not read(html((Paragraph((nested(60),)),))).faults


def test_a_piece_that_is_not_markup_is_refused():
    with pytest.raises(TypeError):
        join([Markup("<p>"), "<script>"])  # type: ignore[list-item]


def test_many_lines_are_drawn_as_few_are():
    lines = tuple(node for n in range(40) for node in (Text(f"<{n}>"), LineBreak()))
    few = "".join(html((Paragraph((node,)),)).removeprefix("<p>").removesuffix("</p>") for node in lines)
    assert html((Paragraph(lines),)) == f"<p>{few}</p>"
    assert html((Paragraph((*lines, Text("a\nb"))),)) == f"<p>{few}a\nb</p>"


@pytest.mark.parametrize("said", ["a < b", '"&amp;"', "", "a\nb"])
def test_many_lines_are_drawn_as_a_few_are(said):
    lines = (Text(said), LineBreak()) * 40
    one = html((Paragraph(lines[:2]),)).removeprefix("<p>").removesuffix("</p>")
    assert html((Paragraph(lines),)) == f"<p>{one * 40}</p>"
