"""What the clients of one kind have seen."""

import collections
import time


class Tally:
    def __init__(self) -> None:
        self.answered = 0
        self.failed: list[tuple[float, str]] = []  # when, by the monotonic clock, and what
        self.seconds: list[float] = []
        self.last: dict[str, float] = {}  # when a backend answered last; by its name, where answers carry one

    def answer(self, status: int, begun: float, backend: str = "") -> None:
        if status != 200:
            self.fail(f"answered {status}")
            return
        now = time.monotonic()
        self.answered += 1
        self.seconds.append(now - begun)
        self.last[backend] = now

    def fail(self, what: str) -> None:
        self.failed.append((time.monotonic(), what))

    @property
    def failures(self) -> collections.Counter[str]:
        return collections.Counter(what for _, what in self.failed)
