"""An honest local Slack, against which unpatched slack_sdk and slack_bolt run.

In one event loop, without threads, on a random port of 127.0.0.1; by hand: `python -m tests.servers.slack`.

    async with LocalSlack.started() as slack:              # or LocalSlack(ManualClock()); start(); stop()
        acme = slack.workspace("Acme")                     # installed: acme.app.token, .user, .bot, .scopes
        ana = slack.user(acme, "Ana Moreno", is_admin=True)    # display_name=, handle=, is_restricted=, deleted= …
        general = slack.channel(acme, "general", [ana])    # the app is in it; bot=False: it is not
        secret = slack.channel(acme, "secret", [ana], kind="private", is_ext_shared=True)
        im = slack.direct(ana)                             # with the app
        client = AsyncWebClient(token=acme.app.token, base_url=slack.api_url)
        app = AsyncApp(client=client, signing_secret=slack.app.signing_secret)
        socket = AsyncSocketModeHandler(app, slack.app.app_token)
        await socket.connect_async()
        await slack.connected()

`slack.app` (SlackApp) is the manifest: scopes for new installs, unfurl_domains, subscriptions, redirect_uris,
client_id and client_secret, commands and callbacks (None: all pass). `slack.workspace(…, install=False)` and
`slack.world.install(workspace, scopes=[…])` choose what is granted.

What people do. All return something to look at; all raise NotPossible where Slack's client offers no such thing.
Most take `times=10` for a delivery that comes ten times.

    message  = await slack.post(ana, general, "text", thread=message)      # also as slack.bot(acme, "Deploys");
                                                  # blocks=, at=seconds (in the past, undelivered), any raw key
    message  = await slack.upload(ana, general, "a.csv", b"1,2", text="", thread=None, mimetype=…)
    message  = await slack.paste(ana, general, "https://…", composer=True)  # link_shared, once or twice
    delivery = await slack.mention(ana, general, "share", thread=message)   # app_mention
               await slack.edit(message, "text"); slack.delete(message); slack.react(ana, message, "tada")
               slack.delete_file(message)
    delivery = await slack.slash(ana, general, "/share", "link")            # thread=… is refused, as in Slack
    delivery = await slack.message_shortcut(ana, message, "share_thread")
    delivery = await slack.global_shortcut(ana, "share_global")
    delivery = await slack.click(ana, message_or_view, "action_id", value=None, block_id=None, confirm=True)
    view     = slack.modal(ana)                    # the one on top; slack.home(ana): the home tab
    slack.fill(view, {"action_id": "text, option value, User, Channel or list"})   # typing
    delivery = await slack.submit(view, {…})       # .errors, .response; then slack.modal(ana) again
    delivery = await slack.close(view)             # view_closed where notify_on_close
    delivery = await slack.open_home(ana)
    status, page = await slack.install(ana, "http://127.0.0.1:…/slack/install")   # or slack.approve(ana, url)
    await slack.uninstall(acme.app); await slack.revoke(acme.app)

A Delivery has .acked, .response (payload of the ack), .seconds, .failure, .attempts, .payload, .event, .message,
.trigger_id, .response_url, .confirm, .opened_url. They return when the app acknowledged, or after 3 s.

Looking:

    print(slack.see(view_or_message))              # as a person sees it, in plain text
    await slack.until(lambda: slack.posts(general))    # woken by changes here; returns what the lambda returned
    slack.posts(channel), slack.ephemerals(ana, channel), message.replies, message.unfurls, message.json()
    slack.calls, slack.calls_of("chat.update")     # .args, .error, .status, .response
    slack.deliveries, slack.pings, slack.complaints, slack.permalink(message)

Trouble:

    slack.fail_next("chat.postMessage", status=429, retry_after=1)          # or 500, error="fatal_error",
                    drop=True, hang=True; after_effect=True, times=3, skip=10, when=lambda args: …
    gate = slack.hold("conversations.replies"); await gate.reached.wait(); gate.release()
    slack.api.watchers.append(lambda call: …)      # called before each call is carried out; may be async
    slack.limits.enforce = True; slack.limits.restricted = True
    slack.sockets.drop(); await slack.sockets.disconnect("refresh_requested"); slack.sockets.deafen()
    slack.courier.times = 10                       # everything is delivered ten times,
    slack.courier.same_envelope = True             # each under one envelope_id
    slack.courier.retries = [0.0, 0.0]             # seconds before an unacknowledged event comes again
    slack.api.keep_responses = False               # for tests that measure memory
    slack.traits.repeat_parent = False             # see Traits: what is not known about the real Slack

HTTP mode: `slack.by_http("http://127.0.0.1:…/slack/events")`; `.verify()` sends url_verification,
`.post(url, body, content_type)` signs anything.

Time is real unless LocalSlack(clock=ManualClock()) and `clock.advance(seconds)` say otherwise;
`await clock.slept_on()` waits until somebody waits for time to pass.
"""

from tests.servers.slack.clock import ManualClock, RealClock
from tests.servers.slack.delivery import Attempt, Delivery
from tests.servers.slack.errors import NotPossible
from tests.servers.slack.messages import Message, Ping
from tests.servers.slack.server import LocalSlack
from tests.servers.slack.state import Channel, Installation, SlackApp, User, Workspace
from tests.servers.slack.traits import Traits
from tests.servers.slack.views import View

__all__ = [
    "Attempt",
    "Channel",
    "Delivery",
    "Installation",
    "LocalSlack",
    "ManualClock",
    "Message",
    "NotPossible",
    "Ping",
    "RealClock",
    "SlackApp",
    "Traits",
    "User",
    "View",
    "Workspace",
]
