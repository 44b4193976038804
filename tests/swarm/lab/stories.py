"""What happens in the swarm, and what may come of it. Each story leaves the swarm as it found it."""

from report import Report
from service import PORT, Service
from swarm import HOLDER, Swarm


async def reach(swarm: Swarm, report: Report) -> None:
    """The lab itself: every task is reached from every node, by way of the overlay."""
    service = Service(swarm.manager, "reach", "reach.lab.test")
    await service.create(replicas=2 * len(swarm.nodes))
    tasks = await service.settled(2 * len(swarm.nodes))
    for node in swarm.nodes:
        answers = {await node.inside_of(HOLDER, "curl", "--silent", "--show-error", "--max-time", "5",
                                        f"http://{address}:{PORT}/") for address in tasks.values()}
        told = {answer.split()[1] for answer in answers}
        report.expect("reach", f"tasks that answer on {node.name}", told == set(tasks), len(told), str(len(tasks)))
    await service.remove()


STORIES = {"reach": reach}
