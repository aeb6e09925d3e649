"""Uploads, stickers, link cards, and the pictures of components."""

from __future__ import annotations

import pytest

from adapters.discord.parse import references
from bot.model import Attachment, FileCopy, FileState, LinkCard, Message
from bot.richtext.nodes import Bold, Link, Paragraph, Text, Timestamp
from tests.adapters.discord.sources import message, read

CDN = "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=3"
UPLOAD = {
    "id": "31",
    "filename": "a.png",
    "url": CDN,
    "content_type": "image/png",
    "size": 9,
    "width": 4,
    "height": 3,
}


def files(**fields) -> dict[str, FileCopy]:
    return {file.id: file for file in references(message(**fields)).files}


class TestUploads:
    def test_an_image(self):
        assert files(attachments=[UPLOAD]) == {
            "31": FileCopy("31", "a.png", locator=CDN, media_type="image/png", size=9, width=4, height=3)
        }
        assert read(attachments=[UPLOAD]).attachments == (Attachment("31"),)

    def test_a_video_is_a_download_though_it_has_a_width(self):
        (file,) = files(attachments=[{**UPLOAD, "content_type": "video/mp4"}]).values()
        assert (file.width, file.height) == (None, None)

    def test_the_original_name_is_shown_where_discord_simplified_it(self):
        (file,) = files(attachments=[{**UPLOAD, "title": "Страница"}]).values()
        assert file.name == "Страница.png"

    @pytest.mark.parametrize("mark", [{"flags": 1 << 3}, {"filename": "SPOILER_a.png"}])
    def test_a_spoiler(self, mark):
        raw = {**UPLOAD, **mark}
        assert read(attachments=[raw]).attachments == (Attachment("31", spoiler=True),)
        assert files(attachments=[raw])["31"].name == "a.png"

    def test_a_voice_message_says_how_long_it_is(self):
        raw = {**UPLOAD, "duration_secs": 67.4, "waveform": "AAA"}
        assert read(attachments=[raw]).attachments[0].description == "Voice message, 1:07"

    def test_a_description_is_kept(self):
        assert read(attachments=[{**UPLOAD, "description": "a cat"}]).attachments[0].description == "a cat"

    @pytest.mark.parametrize("url", [None, "file:///etc/passwd", "javascript:x"])
    def test_one_without_a_web_address_is_missing(self, url):
        (file,) = files(attachments=[{**UPLOAD, "url": url}]).values()
        assert (file.state, file.locator) == (FileState.MISSING, "")
        assert file.reason


@pytest.mark.parametrize(
    ("kind", "state", "locator"),
    [
        (1, FileState.PENDING, "https://cdn.discordapp.com/stickers/7.png"),
        (2, FileState.PENDING, "https://cdn.discordapp.com/stickers/7.png"),
        (3, FileState.MISSING, ""),
        (4, FileState.PENDING, "https://media.discordapp.net/stickers/7.gif"),
        (9, FileState.MISSING, ""),
    ],
)
def test_stickers_by_format(kind, state, locator):
    raw = {"sticker_items": [{"id": "7", "name": "Wave", "format_type": kind}]}
    file = files(**raw)["sticker:7"]
    assert (file.state, file.locator) == (state, locator)
    assert bool(file.reason) == (state is FileState.MISSING)
    assert read(**raw).attachments == (Attachment("sticker:7", "Wave"),)


class TestCards:
    def test_all_of_an_embed(self):
        raw = {
            "title": "**News** https://x.example",
            "url": "https://example.org/news",
            "description": "see [it](https://example.org)",
            "provider": {"name": "Example"},
            "author": {"name": "Ana", "url": "https://example.org/ana"},
            "footer": {"text": "*foot*"},
            "timestamp": "1970-01-01T00:01:00+00:00",
            "color": 0x00AAFF,
            "fields": [{"name": "one", "value": "**1**"}],
            "image": {
                "url": "https://example.org/i.png",
                "proxy_url": "https://images-ext-1.discordapp.net/i.png",
            },
            "thumbnail": {"url": "https://example.org/t.png", "proxy_url": "https://evil.example/t.png"},
        }
        key = "embed:1045178587575242772:0"
        assert read(embeds=[raw]).cards == (
            LinkCard(
                title=(Bold((Text("News"),)), Text(" https://x.example")),
                url="https://example.org/news",
                site="Example",
                author="Ana",
                body=(
                    Paragraph((Text("see "), Link("https://example.org", (Text("it"),)))),
                    Paragraph((Bold((Text("one"),)),)),
                    Paragraph((Bold((Text("1"),)),)),
                ),
                footer=(Text("*foot*"), Text(" • "), Timestamp(60)),
                image=f"{key}:image",
                thumbnail=f"{key}:thumbnail",
                color="#00aaff",
            ),
        )
        found = files(embeds=[raw])
        assert found[f"{key}:image"].locator == "https://images-ext-1.discordapp.net/i.png"
        assert found[f"{key}:thumbnail"].locator == "https://example.org/t.png"
        assert [file.name for file in found.values()] == ["i.png", "t.png"]

    def test_a_video_becomes_a_link(self):
        (card,) = read(embeds=[{"video": {"url": "https://example.org/v.mp4"}}]).cards
        assert card.body == (Paragraph((Link("https://example.org/v.mp4", (Text("Video"),)),)),)

    def test_several_embeds_of_one_address_are_a_gallery(self):
        url = "https://example.org/album"
        pictures = [{"url": url, "image": {"url": f"https://example.org/{n}.png"}} for n in range(3)]
        pictures[0]["title"] = "Album"
        first, *rest = read(embeds=pictures).cards
        assert (first.title, first.url) == ((Text("Album"),), url)
        assert rest == [LinkCard(image=f"embed:1045178587575242772:{n}:image") for n in (1, 2)]

    def test_the_preview_of_a_picture_is_the_picture(self):
        (card,) = read(embeds=[{"type": "image", "url": CDN, "thumbnail": {"url": CDN}}]).cards
        assert (card.image, card.thumbnail) == ("embed:1045178587575242772:0:thumbnail", None)

    def test_an_unsafe_address_is_shown_and_not_linked(self):
        (card,) = read(embeds=[{"title": "Go", "url": "javascript:alert(1)"}]).cards
        assert (card.url, card.title) == (None, (Text("Go"), Text(" (javascript:alert(1))")))

    def test_embeds_that_were_removed_are_not_shown(self):
        assert read(embeds=[{"title": "x"}], flags=1 << 2).cards == ()

    def test_an_embed_of_nothing_is_no_card(self):
        assert read(embeds=[{}]).cards == ()

    @pytest.mark.parametrize("color", [-1, 0x1000000, True, "red", None])
    def test_no_colour_that_is_none(self, color):
        (card,) = read(embeds=[{"title": "x", "color": color}]).cards
        assert card.color is None


class TestComponents:
    @staticmethod
    def laid_out(*components: dict[str, object], **fields) -> Message:
        return read(flags=1 << 15, components=list(components), **fields)

    @pytest.mark.parametrize(
        "media",
        [{"url": "attachment://a.png"}, {"url": CDN}, {"url": "https://x.example", "attachment_id": "31"}],
    )
    def test_an_upload_that_is_laid_out_is_shown_once(self, media):
        found = self.laid_out({"type": 13, "file": media, "spoiler": True}, attachments=[UPLOAD])
        assert found.attachments == (Attachment("31", spoiler=True),)
        assert found.body == ()

    def test_pictures_elsewhere_become_files(self):
        gallery = {
            "type": 12,
            "items": [
                {"media": {"url": "https://example.org/1.png"}, "description": "one"},
                {"media": {"url": "https://example.org/2.png"}, "spoiler": True},
            ],
        }
        found = self.laid_out({"type": 17, "components": [gallery]})
        assert found.attachments == (
            Attachment("media:1045178587575242772:0", "one"),
            Attachment("media:1045178587575242772:1", spoiler=True),
        )
        assert [file.locator for file in files(components=[gallery]).values()] == [
            "https://example.org/1.png",
            "https://example.org/2.png",
        ]

    def test_a_spoiler_container_hides_its_pictures(self):
        thumbnail = {"type": 11, "media": {"url": "https://example.org/1.png"}}
        found = self.laid_out({"type": 17, "spoiler": True, "components": [thumbnail]})
        assert [one.spoiler for one in found.attachments] == [True]
