"""What may stand in a setting: strings in, values out. A ValueError says what is expected."""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import ip_network
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from pydantic import BeforeValidator

OFF = "off"

_EXPIRY = re.compile(r"([0-9]{1,4})d?")
_MAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
_WEB = re.compile(r"https?://[^\s/]+\S*")
_SHARDS = re.compile(r"(?:(?P<first>[0-9]{1,4})-(?P<last>[0-9]{1,4})/)?(?P<count>[0-9]{1,4})")
_LAST_PORT = 65535


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Shards(NamedTuple):
    """`ids`: those of this process, empty for all of `total`."""

    total: int
    ids: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.ids[0]}-{self.ids[-1]}/{self.total}" if self.ids else str(self.total)


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def parse_address(value: object) -> object:
    """Takes "127.0.0.1:8080", "localhost:8080" and "[::1]:8080"."""
    if not isinstance(value, str):
        return value
    host, _, port = value.strip().rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    host = host[1:-1] if bracketed else host
    plausible = bool(host) and bracketed == (":" in host) and not re.search(r"[\s\[\]/@]", host)
    if not plausible or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > _LAST_PORT:
        raise ValueError("a host and a port such as 127.0.0.1:8080")
    return Address(host, int(port))


def parse_optional_address(value: object) -> object:
    """As `parse_address`; "" and "off" are None."""
    return None if value in ("", OFF) else parse_address(value)


def parse_expiry(value: object) -> int | None:
    """Days from "30d" or "30"; None from "never"."""
    if value is None or isinstance(value, int):
        return value
    text = str(value).strip().lower()
    if text == "never":
        return None
    found = _EXPIRY.fullmatch(text)
    if found is None or int(found[1]) == 0:
        raise ValueError('"never" or a number of days such as 30d')
    return int(found[1])


def parse_base_url(value: str) -> str:
    """An http or https origin in lower case, without a slash at its end."""
    try:
        parts = urlsplit(value.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    bare = not (parts.query or parts.fragment or "@" in parts.netloc or parts.path.strip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or not bare:
        raise ValueError("http:// or https:// and a host, such as https://share.example.com")
    if re.search(r"[\s\\<>\"]", parts.netloc):
        raise ValueError("a host without spaces and quotes")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def parse_report(value: str) -> str:
    """A web address as it is, an e-mail address with "mailto:" before it."""
    if not value or _WEB.fullmatch(value):
        return value
    address = value.removeprefix("mailto:")
    if not _MAIL.fullmatch(address):
        raise ValueError("an e-mail address or a web address")
    return f"mailto:{address}"


def parse_networks(value: object) -> object:
    """Addresses and networks parted by commas."""
    if not isinstance(value, str):
        return value
    try:
        return tuple(str(ip_network(part.strip(), strict=False)) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("addresses or networks such as 127.0.0.1, 10.0.0.0/8") from None


def parse_ids(value: object) -> object:
    """Ids parted by commas."""
    if not isinstance(value, str):
        return value
    ids = tuple(part.strip() for part in value.split(",") if part.strip())
    if not all(re.fullmatch(r"[A-Za-z0-9]{1,32}", one) for one in ids):
        raise ValueError("ids parted by commas, such as U012AB3CD, U045EF6GH")
    return ids


def parse_id(value: object) -> object:
    """A number such as Discord's ids; None from ""."""
    if not isinstance(value, str) or not value:
        return value or None
    if not re.fullmatch(r"[0-9]{15,20}", value):
        raise ValueError("the id of a server, a number of 15 to 20 digits")
    return int(value)


def parse_shards(value: object) -> object:
    """Takes "4" and "0-1/4"; None from ""."""
    if not isinstance(value, str):
        return value
    found = _SHARDS.fullmatch(value.strip())
    if found is None:
        raise ValueError("a number of shards such as 4, or some of them such as 0-1/4")
    count = int(found["count"])
    first, last = int(found["first"] or 0), int(found["last"] or count - 1)
    if count == 0 or first > last or last >= count:
        raise ValueError("shards that exist: 0-1/4 are the first two of four")
    return Shards(count, tuple(range(first, last + 1)) if found["first"] else ())


Listen = Annotated[Address, BeforeValidator(parse_address)]
OptionalListen = Annotated[Address | None, BeforeValidator(parse_optional_address)]
Days = Annotated[int | None, BeforeValidator(parse_expiry)]
Ids = Annotated[tuple[str, ...], BeforeValidator(parse_ids)]
OptionalId = Annotated[int | None, BeforeValidator(parse_id)]
OptionalShards = Annotated[Shards | None, BeforeValidator(parse_shards)]
Networks = Annotated[tuple[str, ...], BeforeValidator(parse_networks)]
