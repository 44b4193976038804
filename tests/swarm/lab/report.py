"""What was expected and what was seen, as a table."""

from dataclasses import dataclass


@dataclass
class Row:
    story: str
    what: str
    seen: str
    expected: str
    met: bool


class Report:
    def __init__(self) -> None:
        self._rows: list[Row] = []

    def expect(self, story: str, what: str, met: bool, seen: object, expected: str) -> None:
        row = Row(story, what, str(seen), expected, met)
        self._rows.append(row)
        print(f"  {'ok    ' if met else 'MISSED'}  {what}: {seen} (expected: {expected})", flush=True)

    def note(self, story: str, what: str, seen: object) -> None:
        """A figure of which nothing is expected."""
        self.expect(story, what, True, seen, "-")

    @property
    def good(self) -> bool:
        return bool(self._rows) and all(row.met for row in self._rows)

    def table(self) -> str:
        heads = ("story", "what", "seen", "expected", "")
        cells = [heads, *((row.story, row.what, row.seen, row.expected, "" if row.met else "MISSED")
                          for row in self._rows)]
        widths = [max(len(line[i]) for line in cells) for i in range(len(heads))]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in cells)
