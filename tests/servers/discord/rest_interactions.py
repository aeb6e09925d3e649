"""REST: answering interactions, within 3 seconds, and following up for 15 minutes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web

from tests.servers.discord.calls import Call, Route, route
from tests.servers.discord.components import check_modal
from tests.servers.discord.editing import apply_edit, check_awake, poll_of
from tests.servers.discord.errors import ApiError, Form, Json, unknown, unknown_message
from tests.servers.discord.interaction import Answer, Asked, Interaction
from tests.servers.discord.limits import check_message, check_not_empty, fill
from tests.servers.discord.mentions import PEOPLE_ONLY, allowed_of
from tests.servers.discord.message_payloads import message_json
from tests.servers.discord.model import Flag, Message, Said
from tests.servers.discord.payloads import user_json
from tests.servers.discord.posting import Draft, delete, put, reference_to

if TYPE_CHECKING:
    from tests.servers.discord.world import World


class InteractionsApi:
    """Follow-ups go to what looks like a webhook with the application's id."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        callback = "/interactions/{interaction_id}/{token}/callback"
        hook = f"/webhooks/(?P<own>{self._world.app.id})/{{token}}"
        message = hook + "/messages/{message}"
        return [
            route("POST", callback, self.callback, open=True),
            route("POST", hook, self.follow_up, open=True),
            route("GET", message, self.get, open=True),
            route("PATCH", message, self.edit, open=True),
            route("DELETE", message, self.delete, open=True),
        ]

    def callback(self, call: Call) -> object:
        interaction = self._world.interactions.get(call.words["token"])
        if interaction is None or interaction.id != call.ids["interaction_id"]:
            raise unknown("interaction", 10062)
        try:
            self._respond(interaction, call)
        except ApiError as error:
            interaction.refusals.append(error.code)
            raise
        self._world.changes.tell()
        if not call.flag("with_response"):
            return web.Response(status=204)
        return self._callback_json(interaction)

    def _respond(self, interaction: Interaction, call: Call) -> None:
        if interaction.answer is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        if interaction.too_late:
            raise unknown("interaction", 10062)
        answer = _answer_type(interaction, call.json.get("type"))
        data = call.json.get("data") or {}
        if answer is Answer.CHOICES:
            interaction.choices = _checked_choices(data)
        elif answer is Answer.MODAL:
            form = Form()
            check_modal(form, data)
            form.check()
            interaction.modal = data
        elif answer is Answer.DEFERRED_MESSAGE:
            flags = Flag(int(data.get("flags") or 0)) & Flag.EPHEMERAL
            interaction.ephemeral = bool(flags)
            interaction.original = self._put(
                interaction, Draft(interaction.channel, self._world.bot), flags | Flag.LOADING
            )
        elif answer is Answer.MESSAGE:
            draft = self._draft(interaction, call, data)
            interaction.ephemeral = bool(draft.flags & Flag.EPHEMERAL)
            interaction.original = self._put(interaction, draft, draft.flags)
        else:
            self._update(interaction, answer, call, data)
        interaction.acknowledge(answer)

    def _update(self, interaction: Interaction, answer: Answer, call: Call, data: Json) -> None:
        source = interaction.source
        assert source is not None
        interaction.original = source
        if answer is Answer.UPDATE:
            if source.seen_by is None:
                check_awake(source.channel)
            inner = Call(call.method, call.path, {}, {}, {}, authorized=True, body=data, files=call.files)
            apply_edit(self._world, source, inner, PEOPLE_ONLY)
            interaction.edits += 1

    def _draft(self, interaction: Interaction, call: Call, data: Json) -> Draft:
        check_message(data, v2=bool(int(data.get("flags") or 0) & Flag.COMPONENTS_V2), files=len(call.files))
        draft = fill(self._world, Draft(interaction.channel, self._world.bot), data, call.files)
        draft.allowed = allowed_of(data.get("allowed_mentions"), PEOPLE_ONLY)
        draft.poll = poll_of(self._world, data.get("poll"))
        draft.flags |= Flag(int(data.get("flags") or 0)) & Flag.EPHEMERAL
        check_not_empty(draft)
        return draft

    def _put(self, interaction: Interaction, draft: Draft, flags: Flag) -> Message:
        """Makes a message of an interaction; an ephemeral one for its person alone."""
        draft.flags = flags
        draft.webhook_id = draft.application_id = self._world.app.id
        draft.seen_by = interaction.user if flags & Flag.EPHEMERAL else None
        draft.interaction = _metadata(interaction)
        answered = interaction.original or interaction.source
        if answered is not None:
            hidden = answered.seen_by is not None
            draft.kind, draft.reference = Said.REPLY, replace(reference_to(answered), untold=hidden)
        elif interaction.kind is Asked.COMMAND:
            slash = interaction.payload["data"].get("type") == 1
            draft.kind = Said.COMMAND if slash else Said.MENU
        return put(self._world, draft)

    def _callback_json(self, interaction: Interaction) -> Json:
        told: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
        made: Json = {"interaction": told}
        original = interaction.original
        if original is not None:
            told["response_message_id"] = str(original.id)
            told["response_message_loading"] = interaction.thinking
            told["response_message_ephemeral"] = original.ephemeral
            made["resource"] = {"type": interaction.answer}
            if interaction.answer is not Answer.DEFERRED_UPDATE:
                made["resource"]["message"] = message_json(self._world, original)
        return made

    def follow_up(self, call: Call) -> Json:
        """The first after a deferral fills in the deferred message, with that one's visibility."""
        interaction = self._alive(call)
        draft = self._draft(interaction, call, call.json)
        if interaction.thinking and interaction.original:
            waiting = interaction.original
            waiting.flags &= ~Flag.LOADING
            apply_edit(self._world, waiting, call, PEOPLE_ONLY)
            waiting.edited_at = None
            return message_json(self._world, waiting)
        message = self._put(interaction, draft, draft.flags)
        interaction.followups.append(message)
        self._world.changes.tell()
        return message_json(self._world, message)

    def get(self, call: Call) -> Json:
        return message_json(self._world, self._named(self._alive(call), call))

    def edit(self, call: Call) -> Json:
        interaction = self._alive(call)
        message = self._named(interaction, call)
        if message.seen_by is None:
            check_awake(message.channel)
        waited = bool(message.flags & Flag.LOADING)
        apply_edit(self._world, message, call, PEOPLE_ONLY)
        if waited:
            message.edited_at = None
        interaction.edits += 1
        self._world.changes.tell()
        return message_json(self._world, message)

    def delete(self, call: Call) -> None:
        interaction = self._alive(call)
        message = self._named(interaction, call)
        delete(self._world, message)

    def _alive(self, call: Call) -> Interaction:
        """Before the acknowledgement there is no webhook; after 15 minutes no token."""
        interaction = self._world.interactions.get(call.words["token"])
        if interaction is None:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        if interaction.dead:
            interaction.refusals.append(50027)
            raise ApiError(401, 50027, "Invalid Webhook Token")
        if interaction.answer is None:
            interaction.refusals.append(10015)
            raise unknown("Webhook", 10015)
        return interaction

    def _named(self, interaction: Interaction, call: Call) -> Message:
        name = call.words["message"]
        own = [interaction.original, *interaction.followups]
        for message in own:
            named = name == "@original" and message is interaction.original
            if message and not message.deleted and (named or str(message.id) == name):
                return message
        raise unknown_message()


def _answer_type(interaction: Interaction, raw: object) -> Answer:
    """Which answers fit: choices only to autocompletion, updates only where there is a message to
    update, no modal to a modal.
    """
    fits = {
        Asked.COMMAND: {Answer.MESSAGE, Answer.DEFERRED_MESSAGE, Answer.MODAL},
        Asked.COMPONENT: set(Answer) - {Answer.CHOICES},
        Asked.AUTOCOMPLETE: {Answer.CHOICES},
        Asked.MODAL: {Answer.MESSAGE, Answer.DEFERRED_MESSAGE},
    }[interaction.kind]
    if interaction.kind is Asked.MODAL and interaction.source is not None:
        fits |= {Answer.DEFERRED_UPDATE, Answer.UPDATE}
    answer = next((fit for fit in fits if fit == raw), None)
    if answer is None:
        form = Form()
        form.wrong("type", "BASE_TYPE_CHOICES", f"Value must be one of {sorted(map(int, fits))}.")
        raise form.error()
    return answer


def _checked_choices(data: Json) -> list[Json]:
    form = Form()
    choices: list[Json] = data.get("choices", [])
    form.too_many("data.choices", choices, 25)
    for i, choice in enumerate(choices):
        form.too_long(f"data.choices.{i}.name", choice.get("name"), 100, least=1)
        if isinstance(choice.get("value"), str):
            form.too_long(f"data.choices.{i}.value", choice["value"], 100, least=1)
    form.check()
    return choices


def _metadata(interaction: Interaction) -> Json:
    guild = interaction.channel.guild
    made: Json = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": user_json(interaction.user),
        "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
    }
    if interaction.kind is Asked.COMMAND:
        made["name"] = interaction.payload["data"]["name"]
    if interaction.source is not None:
        made["interacted_message_id"] = str(interaction.source.id)
    if interaction.original is not None:
        made["original_response_message_id"] = str(interaction.original.id)
    return made
