"""HTTP mode: signed requests to the app's request URLs, with Slack's retries."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.servers.slack.delivery import Attempt, Delivery
from tests.servers.slack.world import World

Json = dict[str, Any]


def signature(secret: str, timestamp: str, body: str) -> str:
    """X-Slack-Signature: v0, HMAC-SHA256 over version, time and body."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


@dataclass(eq=False)
class SignedPosts:
    world: World
    events_url: str
    commands_url: str = ""
    interactivity_url: str = ""
    """Both are the events' address unless given."""
    skew: float = 0.0
    """Seconds by which requests pretend to be older."""
    session: aiohttp.ClientSession = field(default_factory=aiohttp.ClientSession)
    timeout: float = 30.0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def send(self, delivery: Delivery, attempt: Attempt) -> bool:
        task = asyncio.create_task(self._post(delivery, attempt))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return True

    async def verify(self) -> bool:
        """url_verification: whether the app gave the challenge back."""
        challenge = secrets.token_hex(16)
        told = {"type": "url_verification", "challenge": challenge}
        body = json.dumps(told | {"token": self.world.app.verification_token})
        status, _, text = await self.post(self.events_url, body, "application/json")
        answer = text if not text.startswith("{") else json.loads(text).get("challenge")
        return status == 200 and answer == challenge

    async def post(self, url: str, body: str, content_type: str, **more: str) -> tuple[int, Any, str]:
        """A signed request: the status, the headers and the text of its answer."""
        timestamp = str(int(time.time() - self.skew))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.world.app.signing_secret, timestamp, body),
            **more,
        }
        limit = aiohttp.ClientTimeout(total=self.timeout)
        async with self.session.post(url, data=body.encode(), headers=headers, timeout=limit) as answer:
            return answer.status, answer.headers, await answer.text()

    async def _post(self, delivery: Delivery, attempt: Attempt) -> None:
        url, body, content_type = self._request(delivery)
        retry = {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": attempt.reason}
        try:
            status, headers, text = await self.post(
                url, body, content_type, **(retry if attempt.number else {})
            )
        except aiohttp.ClientConnectionError:
            attempt.fail("connection_failed")
        except TimeoutError:
            attempt.fail("timeout")
        else:
            if status == 200:
                attempt.ack(_response(text, headers))
            else:
                attempt.fail("no_retry" if headers.get("X-Slack-No-Retry") == "1" else "http_error")
        self.world.changes.tell()

    def _request(self, delivery: Delivery) -> tuple[str, str, str]:
        form = "application/x-www-form-urlencoded"
        if delivery.kind == "slash_commands":
            fields = {
                key: str(value).lower() if value in (True, False) else value
                for key, value in delivery.payload.items()
                if value is not None
            }
            return self.commands_url or self.events_url, urlencode(fields), form
        if delivery.kind == "interactive":
            body = urlencode({"payload": json.dumps(delivery.payload)})
            return self.interactivity_url or self.events_url, body, form
        return self.events_url, json.dumps(delivery.payload), "application/json"

    async def stop(self) -> None:
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.session.close()


def _response(text: str, headers: Any) -> Json | None:
    """What an acknowledgement's body says; plain text is a message."""
    if not text:
        return None
    if headers.get("Content-Type", "").startswith("application/json"):
        found = json.loads(text)
        return found if isinstance(found, dict) else None
    return {"text": text}
