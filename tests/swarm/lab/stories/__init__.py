"""What happens in the swarm, and what may come of it. Each story leaves the swarm as it found it, but for the walls."""

from dataclasses import dataclass
from typing import Awaitable, Callable

from scene import Scene
from stories import deployed, gate, troubles
from stories.appear import appear
from stories.churn import churn
from stories.reach import reach
from stories.updates import updates


@dataclass
class Story:
    tell: Callable[[Scene], Awaitable[None]]
    smoke: bool = False  # told in the smallest lab as well
    nodes: int = 1  # that it needs
    alone: bool = False  # needs none of our programs


# After dockerd was killed, or a node cut off, Docker has been seen not to reach a new task any more: those come late.
STORIES = {
    "reach": Story(reach, smoke=True, alone=True),
    "appear": Story(appear, smoke=True),
    "addresses": Story(gate.addresses, smoke=True),
    "stack": Story(deployed.stack, smoke=True),
    "updates": Story(updates, smoke=True),
    "killed": Story(troubles.killed),
    "drained": Story(troubles.drained, nodes=3),
    "leaderless": Story(troubles.leaderless, nodes=3),
    "discovery": Story(troubles.discovery_restarted),
    "orphan": Story(troubles.discovery_dead),
    "churn": Story(churn),
    "upgraded": Story(gate.upgraded, smoke=True),
    "held": Story(deployed.held, smoke=True),
    "contained": Story(deployed.contained, smoke=True),
    "dockerd": Story(troubles.dockerd_restarted, nodes=3),
    "cut": Story(troubles.cut, nodes=3),
    "unchecked": Story(troubles.cut_unchecked, nodes=3),
    "here": Story(troubles.dockerd_restarted_here),
    "walled": Story(gate.walled, smoke=True),
}
