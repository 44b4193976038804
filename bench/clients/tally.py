"""What the clients of one kind have seen."""

import collections
import time
from dataclasses import dataclass


@dataclass
class Failure:
    begun: float  # both by the monotonic clock
    ended: float
    what: str


class Tally:
    def __init__(self) -> None:
        self.answered = 0
        self.failed: list[Failure] = []
        self.seconds: list[float] = []
        self.by: collections.Counter[str] = collections.Counter()  # answers, by the backend's name
        self.last: dict[str, float] = {}  # when a backend was asked last, by its name; where answers carry both

    def answer(self, status: int, begun: float, backend: str = "", came: str = "") -> None:
        """came: when the request came to the backend, by the monotonic clock."""
        if status != 200:
            self.fail(f"answered {status}", begun)
            return
        self.answered += 1
        self.by[backend] += 1
        self.seconds.append(time.monotonic() - begun)
        if came:
            self.last[backend] = max(float(came), self.last.get(backend, 0))

    def fail(self, what: str, begun: float) -> None:
        self.failed.append(Failure(begun, time.monotonic(), what))

    @property
    def failures(self) -> collections.Counter[str]:
        return collections.Counter(failure.what for failure in self.failed)
