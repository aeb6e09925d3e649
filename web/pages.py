"""What the page of a share is made from, and the addresses it names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from bot.model import Message, Share
from bot.richtext.nodes import is_safe_url

_NEAR = 2


@dataclass(frozen=True, slots=True)
class PageView:
    """One page of a share. `url` is the share link, absolute; `messages` those of this page;
    `page` and `pages` count from 1; `base_url` is the public address of Threadlink. `report`: an
    e-mail address or a URL, or "". `command`: what to paste before the link to continue.
    """

    share: Share
    url: str
    messages: tuple[Message, ...]
    page: int
    pages: int
    base_url: str
    report: str = ""
    command: str = "/continue"
    app_name: str = "Threadlink"

    @property
    def path(self) -> str:
        """The path of `url`: twins, files and messages are below it."""
        return urlsplit(self.url).path

    @property
    def root(self) -> str:
        """The path of `base_url` without a trailing slash, mostly ""."""
        return urlsplit(self.base_url).path.rstrip("/")

    def file_url(self, file_id: str) -> str:
        return f"{self.path}/file/{file_id}"

    def page_url(self, number: int) -> str:
        return self.path if number == 1 else f"{self.path}?page={number}"


@dataclass(frozen=True, slots=True)
class PageLink:
    """An entry of the page navigation; without `url` the current page, without `number` a gap."""

    number: int
    url: str


def page_links(view: PageView) -> tuple[PageLink, ...]:
    """The first, the last and the nearest pages."""
    wanted = {1, view.pages, *range(view.page - _NEAR, view.page + _NEAR + 1)}
    links: list[PageLink] = []
    before = 0
    for number in sorted(n for n in wanted if 1 <= n <= view.pages):
        if number - before > 1:
            links.append(PageLink(0, ""))
        links.append(PageLink(number, "" if number == view.page else view.page_url(number)))
        before = number
    return tuple(links)


def report_url(view: PageView) -> str:
    """Where "Report" leads, "" for nowhere."""
    address = view.report.strip()
    if address and "://" not in address and not address.startswith("mailto:"):
        address = f"mailto:{address}?subject={quote(f'Report: {view.url}', safe='')}"
    return address if is_safe_url(address) else ""
