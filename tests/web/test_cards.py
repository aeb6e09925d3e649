"""The picture of a link: in any script that a font of this machine covers, and never a message."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from bot.model import Names, Share
from tests.builders import START, actor, conversation, thread
from web.cards import HEIGHT, WIDTH, draw_card
from web.fonts import PILLOWS_OWN, Face, Segments, faces, parse_cmap, read_coverage
from web.graphemes import clean, clusters
from web.lettering import Pen, is_rtl, runs, visual_order, wrap

PEN = Pen(60, bold=True, color="#fff")
SCRIPTS = {
    "latin": "Wie rollen wir das Abrechnungssystem aus?",
    "greek": "Μετάβαση στη νέα βάση δεδομένων",
    "cyrillic": "Переезд на новую базу данных",
    "arabic": "كيف ننقل قاعدة البيانات بدون توقف؟",
    "hebrew": "תכנון השבוע הבא",
    "devanagari": "नई परियोजना की योजना",
    "thai": "แผนการย้ายเซิร์ฟเวอร์ใหม่",
    "georgian": "გამარჯობა მსოფლიო",
    "japanese": "データベース移行計画について",
    "korean": "데이터베이스 이전 계획",
}


def share(title: str, **fields) -> Share:
    header = replace(conversation(3).header, title=title)
    share = Share("s1", actor(), thread(), header, Names.REAL, "Ana", START)
    return replace(share, **fields)


def picture(title: str, **fields) -> Image.Image:
    return Image.open(io.BytesIO(draw_card(share(title, **fields), "Threadlink"))).convert("RGB")


def differ(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is not None


def test_a_card_has_the_size_that_apps_expect_and_the_same_share_the_same_bytes():
    body = draw_card(share("A plan"), "Threadlink")
    image = Image.open(io.BytesIO(body))
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT)) == ("PNG", (1200, 630))
    assert body == draw_card(share("A plan"), "Threadlink")
    assert len(body) < 300_000


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_title_is_drawn_in_its_own_script_where_a_font_has_it(script):
    title = SCRIPTS[script]
    if not all(any(face.has(c) for face in faces(bold=True)) for c in title):
        pytest.skip(f"no font of this machine has {script}")
    assert "□" not in "".join(run.text for run in runs(title, bold=True))
    assert "".join(run.text for run in runs(title, bold=True)) == title
    assert differ(picture(title), picture(title[: len(title) // 2]))


def test_what_no_font_has_becomes_a_visible_box():
    lost = "\U0001e7e0"  # an Ethiopic letter of Unicode 14
    unknown = next(
        c for c in (lost, "\U00018800", "\U00012f90") if not any(f.has(c) for f in faces(bold=True))
    )
    assert [run.text for run in runs(f"a{unknown}b", bold=True)] in (["a□b"], ["a", "□", "b"], ["a?b"])
    assert differ(picture(f"a{unknown}b"), picture("ab"))


@pytest.mark.parametrize(
    "title",
    [
        "",
        " ",
        "\u202e",
        "a" * 5000,
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢" * 100,
        "👩‍👩‍👧‍👦🇩🇪❤️" * 50,
        "Z̴̢̛̺a" + "\u0336" * 5000,
        "\ud800",
        "a\u0000b\nc",
        "א" * 400,
        "\u200d" * 300,
    ],
    ids=range(11),
)
def test_any_title_makes_a_card(title):
    assert picture(title).size == (WIDTH, HEIGHT)


def test_hidden_names_and_an_anonymous_sharer_are_told_and_the_sharer_is_not_named():
    named = picture("A plan")
    anonymous = picture("A plan", sharer=None)
    assert differ(named, anonymous)
    assert differ(anonymous, picture("A plan", sharer=None, names=Names.PSEUDONYMS))
    assert not differ(anonymous, picture("A plan", sharer=""))


def test_a_title_wraps_at_words_and_nothing_is_wider_than_its_line():
    text = "The quick brown fox jumps over the lazy dog"
    lines, complete = wrap(text, PEN, 600, 5)
    assert complete
    assert " ".join(lines) == text
    assert all(PEN.width(line) <= 600 for line in lines)


def test_what_does_not_fit_ends_with_an_ellipsis_between_two_characters_of_a_reader():
    family = "👩‍👩‍👧‍👦"
    lines, complete = wrap(f"{family}é" * 100, PEN, 600, 3)
    assert not complete
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(PEN.width(line) <= 600 for line in lines)
    assert set(clusters("".join(lines))) <= {family, "é", "…"}


def test_a_word_wider_than_the_line_is_broken_and_nothing_is_lost():
    lines, complete = wrap("Donaudampfschifffahrtsgesellschaftskapitän", PEN, 500, 9)
    assert complete
    assert "".join(lines) == "Donaudampfschifffahrtsgesellschaftskapitän"


def test_ideographs_may_end_a_line_anywhere():
    lines, _ = wrap("go " + "数" * 30, PEN, 600, 9)
    assert lines[0].startswith("go 数")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e\u0301a", ["e\u0301", "a"]),
        ("👩‍👩‍👧!", ["👩‍👩‍👧", "!"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("👍🏽x", ["👍🏽", "x"]),
        ("❤️", ["❤️"]),
        ("क्षि", ["क्षि"]),
        ("", []),
    ],
)
def test_text_is_cut_where_a_reader_sees_one_character_end(text, expected):
    assert clusters(text) == expected


def test_what_is_invisible_is_not_drawn():
    assert clean("a\u202eb\u2066c\x00 \n d\u200be") == "abc de"


@pytest.mark.parametrize(
    ("text", "rtl", "order"),
    [
        ("abc אבג def", False, ["abc", "אבג", "def"]),
        ("אבג abc דהו", True, ["דהו", "abc", "אבג"]),
        ("אבג 17 דהו", True, ["דהו", "17", "אבג"]),
        ("v2.0 אבג", True, ["אבג", "v2.0"]),  # a line of a text that reads from right to left
        ("v2.0 אבג", False, ["v2.0", "אבג"]),
    ],
)
def test_directions_are_ordered_as_they_are_read(text, rtl, order):
    shown = [run.text.strip() for run in visual_order(runs(text, bold=True, rtl=rtl), rtl=rtl)]
    assert [run for run in shown if run] == order


def test_the_first_letter_decides_the_direction():
    assert is_rtl("123 אבג abc")
    assert not is_rtl("(a) אבג")
    assert not is_rtl("123")


def test_without_any_font_file_pillows_own_draws():
    assert faces(bold=True)[-1] == PILLOWS_OWN
    assert PILLOWS_OWN.has("Plain text é")
    assert not PILLOWS_OWN.has("д")
    assert PILLOWS_OWN.load(40).getlength("abc") > 10


def cmap(*subtables: tuple[int, int, bytes]) -> bytes:
    head, body, offset = struct.pack(">HH", 0, len(subtables)), b"", 4 + 8 * len(subtables)
    for platform, encoding, table in subtables:
        head += struct.pack(">HHI", platform, encoding, offset + len(body))
        body += table
    return head + body


def format_4(*ranges: tuple[int, int]) -> bytes:
    segments = [*ranges, (0xFFFF, 0xFFFF)]
    lasts = struct.pack(f">{len(segments)}H", *(last for _, last in segments))
    firsts = struct.pack(f">{len(segments)}H", *(first for first, _ in segments))
    return struct.pack(">HHHHHHH", 4, 0, 0, 2 * len(segments), 0, 0, 0) + lasts + b"\0\0" + firsts


def format_12(*ranges: tuple[int, int]) -> bytes:
    groups = b"".join(struct.pack(">III", first, last, 1) for first, last in ranges)
    return struct.pack(">HHIII", 12, 0, 0, 0, len(ranges)) + groups


def test_a_character_map_is_read_in_both_formats_and_the_larger_one_wins():
    small, large = format_4((0x41, 0x5A), (0x61, 0x61)), format_12((0x41, 0x5A), (0x1F600, 0x1F64F))
    assert [0x41 in parse_cmap(cmap((3, 1, small))), 0x40 in parse_cmap(cmap((3, 1, small)))] == [True, False]
    covered = parse_cmap(cmap((3, 1, small), (3, 10, large)))
    assert 0x1F600 in covered
    assert 0x61 not in covered
    assert 0x1F650 not in covered


@pytest.mark.parametrize(
    "content",
    [b"", b"OTTO", b"\0\1\0\0" + b"\xff" * 100, b"ttcf" + b"\xff" * 12, b"not a font at all, only words" * 9],
)
def test_a_file_that_is_no_font_is_refused(tmp_path, content):
    path = tmp_path / "a.ttf"
    path.write_bytes(content)
    with pytest.raises((OSError, ValueError, struct.error)):
        read_coverage(path)


def test_a_face_has_a_text_only_if_it_has_all_of_it():
    face = Face("x", Segments((0x41, 0x61), (0x5A, 0x7A)))
    assert face.has("Abc")
    assert not face.has("Ab1")
