"""Slots at even distances, until told to end. Nobody catches up on more than a second."""

import asyncio
import os
import time


class Pace:
    def __init__(self, per_second: float, over: asyncio.Event) -> None:
        self._distance = 1 / per_second
        self._over = over

    async def slots(self):
        slot = time.monotonic() + self._distance * (int.from_bytes(os.urandom(2)) / 65536)
        while not self._over.is_set():
            await asyncio.sleep(max(0.0, slot - time.monotonic()))
            yield
            slot = max(slot + self._distance, time.monotonic() - 1)
