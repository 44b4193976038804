"""What the manager says of a service's tasks while something happens to them, looked at every 50 ms."""

import asyncio
import datetime
import time

from command import Failed
from service import Service, runs

DISTANCE = 0.05


def monotonic_of(stamp: str) -> float:
    """Of the API's time, by the clock that clients use. It has more digits than Python reads."""
    seconds = datetime.datetime.fromisoformat(stamp[:19] + "+00:00").timestamp()
    fraction = stamp[19:].rstrip("Z")
    return seconds + float(fraction or 0) - (time.time() - time.monotonic())


class Watch:
    """From start() to stop()."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.began: dict[str, float] = {}  # when a task began to run
        self.left: dict[str, float] = {}  # when one that had run was told to end, or was seen to have ended
        self._task: asyncio.Task | None = None
        self._over = False

    async def start(self) -> None:
        await self._look()
        self._task = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        self._over = True
        await self._task

    async def _keep_looking(self) -> None:
        while not self._over:
            await asyncio.sleep(DISTANCE)
            try:
                await self._look()
            except (OSError, Failed, asyncio.TimeoutError):
                pass  # managers come and go

    async def _look(self) -> None:
        tasks = await self._service.tasks()
        for task in tasks:
            number = task["ID"]
            if runs(task):
                self.began.setdefault(number, monotonic_of(task["Status"]["Timestamp"]))
            elif number in self.began:
                self.left.setdefault(number, monotonic_of(task["UpdatedAt"]))
        for gone in set(self.began) - {task["ID"] for task in tasks}:
            self.left.setdefault(gone, time.monotonic())
