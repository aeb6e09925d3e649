"""What people do with modals and the home tab: fill in, submit, close, open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from tests.servers.slack import payloads
from tests.servers.slack.base import Base
from tests.servers.slack.blocks import check_view
from tests.servers.slack.delivery import Delivery
from tests.servers.slack.errors import ApiError, NotPossible
from tests.servers.slack.state import User
from tests.servers.slack.values import PICKED, STATEFUL, interactive, value_of
from tests.servers.slack.views import View

Json = dict[str, Any]


class Modals(Base):
    def modal(self, user: User) -> View:
        """The modal that `user` sees on top. Raises NotPossible when there is none."""
        view = self.world.views.tops.get(user.id)
        if view is None:
            raise NotPossible(f"{user.name} has no modal open")
        return view

    def home(self, user: User) -> View:
        """The home tab as last published for `user`."""
        view = self.world.views.homes.get(user.id)
        if view is None:
            raise NotPossible(f"nothing was published to the home tab of {user.name}")
        return view

    def fill(self, view: View, values: Mapping[str, Any]) -> View:
        """Types and chooses, by action_id (or block_id). Raises NotPossible for what is not there."""
        for name, value in values.items():
            found = [
                (block, element)
                for block, element in interactive(view.blocks)
                if element["type"] in STATEFUL and name in (element["action_id"], block["block_id"])
            ]
            if len(found) != 1:
                there = [element["action_id"] for _, element in interactive(view.blocks)]
                raise NotPossible(f"{len(found)} inputs are called {name}; there are {there}")
            block, element = found[0]
            view.chosen[block["block_id"]][element["action_id"]] = value_of(element, value)
        self.world.changes.tell()
        return view

    async def submit(
        self, view: View, values: Mapping[str, Any] | None = None, *, times: int | None = None
    ) -> Delivery:
        """Fills in `values` and submits. Raises NotPossible where Slack's client would not let one submit.

        Afterwards the view is closed, updated, covered by a pushed one, or open with `view.errors`, as the
        app answered; `delivery.failure` says "invalid_response" when Slack could not use its answer.
        """
        self._on_top(view)
        self.fill(view, values or {})
        _check_form(view)
        payload = payloads.view_event(self.world, "view_submission", view.user, view)
        delivery = await self.courier.deliver(Delivery("interactive", payload), times)
        if delivery.acked:
            self._carry_out(view, delivery)
        return delivery

    async def close(self, view: View, *, everything: bool = False) -> Delivery | None:
        """Closes this view, or the whole stack. Tells the app where notify_on_close asks for it."""
        self._on_top(view)
        whole = everything or bool(view.spec.get("clear_on_close"))
        if whole:
            closed = self.world.views.close_all(view)
        else:
            self.world.views.close(view)
            closed = [view]
        last = None
        for one in closed:
            if one.spec.get("notify_on_close"):
                payload = payloads.view_event(self.world, "view_closed", one.user, one)
                last = Delivery("interactive", payload | {"is_cleared": whole})
                await self.courier.deliver(last)
        return last

    async def open_home(self, user: User, *, tab: str = "home", times: int | None = None) -> Delivery:
        """A look at the app's home tab: app_home_opened."""
        app = payloads.installation_for(self.world, user)
        if not self.world.app.home_enabled:
            raise NotPossible("the app has no home tab")
        direct = self.world.direct(app.workspace, app.user, user)
        told: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": direct.id,
            "event_ts": f"{self.world.clock.now():.6f}",
            "tab": tab,
        }
        if home := self.world.views.homes.get(user.id):
            told["view"] = home.json()
        delivery = Delivery("events_api", payloads.event(self.world, app, told))
        if "app_home_opened" in self.world.app.subscriptions:
            await self.courier.deliver(delivery, times)
        return delivery

    # How it is done

    def _on_top(self, view: View) -> None:
        if view.type != "modal" or self.world.views.tops.get(view.user.id) is not view:
            raise NotPossible("this modal is not on top")

    def _carry_out(self, view: View, delivery: Delivery) -> None:
        response = delivery.response or {}
        views = self.world.views
        try:
            match response.get("response_action"):
                case None:
                    views.close(view)
                case "clear":
                    views.close_all(view)
                case "errors":
                    _show_errors(view, response.get("errors"))
                case "update":
                    check_view(response.get("view"), "modal")
                    views.update(view, response["view"])
                case "push":
                    check_view(response.get("view"), "modal")
                    views.push(view, response["view"])
                case other:
                    _refuse(other)
        except ApiError as error:
            delivery.failure = "invalid_response"
            self.world.complain(f"a submit was answered with {error.code}: {error.more}")
        self.world.changes.tell()


def _refuse(action: Any) -> NoReturn:
    raise ApiError("unknown_response_action", action=action)


def _show_errors(view: View, errors: Any) -> None:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise ApiError("invalid_errors", errors=errors, inputs=sorted(inputs))
    view.errors = dict(errors)


def _check_form(view: View) -> None:
    """What Slack's client checks before it sends."""
    if "submit" not in view.spec:
        raise NotPossible("this modal has no submit button")
    if view.spec.get("submit_disabled"):
        raise NotPossible("submit is disabled")
    for block, element in interactive(view.blocks):
        if block["type"] == "input":
            _check_input(block, element, view.chosen[block["block_id"]][element["action_id"]])


def _check_input(block: Json, element: Json, entry: Json) -> None:
    kind, label = element["type"], block["label"]["text"]
    names = ("value", "selected_option", "selected_options", PICKED.get(kind, ("value",))[0])
    value = next((entry[name] for name in names if entry.get(name)), None)
    if value is None:
        if not block.get("optional"):
            raise NotPossible(f"“{label}” must be filled in")
        return
    if not isinstance(value, str):
        return
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not least <= len(value) <= most:
        raise NotPossible(f"“{label}” takes {least} to {most} characters, not {len(value)}")
    parts = urlsplit(value)
    if kind == "url_text_input" and not (parts.scheme in ("http", "https") and parts.netloc):
        raise NotPossible(f"“{label}” takes a URL, not {value!r}")
