"""`python -m tests.servers.slack --port 4003`: a local Slack to play with."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from tests.servers.slack.control import Control
from tests.servers.slack.server import LocalSlack


async def serve(port: int, domains: list[str], redirect_uris: list[str]) -> None:
    slack = LocalSlack()
    slack.app.unfurl_domains += domains
    slack.app.redirect_uris += redirect_uris
    control = Control(slack)
    await slack.start(port, control.routes())
    await control.begin()
    app = slack.app
    print(f"SLACK_API_URL={slack.api_url}")
    print(f"SLACK_BOT_TOKEN={control.workspace.app.token}")
    print(f"SLACK_APP_TOKEN={app.app_token}")
    print(f"SLACK_SIGNING_SECRET={app.signing_secret}")
    print(f"SLACK_CLIENT_ID={app.client_id}")
    print(f"SLACK_CLIENT_SECRET={app.client_secret}")
    print(f"\nLook: curl {slack.base_url}/control/see/general?user=ana")
    print(f'Act:  curl {slack.base_url}/control/slash -d \'{{"user":"ana","command":"/share"}}\'', flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await slack.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=4003)
    parser.add_argument("--unfurl-domain", action="append", default=[], help="a domain of the app's links")
    parser.add_argument("--redirect-uri", action="append", default=[], help="where OAuth may lead back to")
    asked = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(asked.port, asked.unfurl_domain, asked.redirect_uri))


if __name__ == "__main__":
    main()
