"""What the rooms of people's actions share."""

from __future__ import annotations

from tests.servers.slack.delivery import Courier
from tests.servers.slack.responding import Responses
from tests.servers.slack.world import World


class Base:
    world: World
    courier: Courier
    responses: Responses
