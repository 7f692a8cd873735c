"""The figures that the README claims, held against those of a run.

    python -m tests.benchmarks.claims [tests/benchmarks/results/<date>.md]

Without a file the newest is taken. Ends with 1 where a figure is further off than its rounding and a tenth, or missing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.generate import WORK

README = Path("README.md")
RESULTS = WORK.parent
SECTION = "## At the size of the whole archive"
NEAR = 0.1
"""Two runs differ by as much."""

Tables = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Section → row → column → cell."""

_CORE = "ours without texts and snippets"
_FIGURE = r"(\d{1,3}(?:,\d{3})*(?:\.\d+)?)"
_PAIR = rf"{_FIGURE} / {_FIGURE}"
_PEERS = re.compile(rf"(tantivy|SQLite FTS5|PostgreSQL|Whoosh) {_PAIR}")
_KINDS = {
    "top 10 with all facets, plain words": "OR",
    "all words required": "AND",
    "phrases": "phrase",
    "words cut off by an asterisk": "prefix",
}
"""Row of the README → section of the run."""
_WITH_TEXTS = "the three with texts and snippets"
"""Its row has a pair for plain words, for phrases and for beginnings."""
_SINGLE = {
    "rebuild from the files": ("From text files", "rebuild of", "s"),
    "`update` after one new report": ("From text files", "update after one new file", "s"),
    "opening an index": ("Opening", "ours", "opens in, ms"),
}
"""Row of the README that begins with a figure → section, beginning of the row, column."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure of the README and where a run has it."""

    text: str
    """As it stands there."""
    section: str
    row: str
    """The beginning of the row."""
    column: str

    def measured(self, tables: Tables) -> str | None:
        """The same figure of a run."""
        rows = tables.get(self.section, {})
        named = [self.row, *(row for row in rows if row.startswith(self.row))]
        return next((rows[row].get(self.column) for row in named if row in rows), None)

    def holds(self, tables: Tables) -> bool:
        """Whether the run says the same, near enough."""
        found = self.measured(tables)
        if found is None:
            return False
        said, last = _number(self.text), _number(found)
        digits = len(self.text.partition(".")[2])
        return bool(abs(said - last) <= NEAR * last + 0.5 * 10**-digits)


def tables_of(text: str) -> Tables:
    """All tables of a Markdown file by the heading above them; of two the rows are joined."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    heading, head = "", list[str]()
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip()
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            head = []
        elif not head:
            head = cells
        elif set(line) - set("|-: "):
            found.setdefault(heading, {})[cells[0]] = dict(zip(head[1:], cells[1:], strict=False))
    return found


def claims_of(readme: str) -> list[Claim]:
    """The figures of the README's table."""
    section = readme.partition(SECTION)[2].partition("\n## ")[0]
    rows = tables_of(f"{SECTION}\n{section}").get(SECTION.lstrip("# "), {})
    return [claim for row, cells in rows.items() for claim in _of_row(row, list(cells.values()))]


def _of_row(row: str, cells: Sequence[str]) -> Iterator[Claim]:
    ours, beside = [*cells, "", ""][:2]
    if row in _KINDS:
        yield from _pair(_KINDS[row], _CORE, re.findall(_PAIR, ours)[0])
        for peer, *pair in _PEERS.findall(beside):
            yield from _pair(_KINDS[row], peer, pair)
    elif row == _WITH_TEXTS:
        for section, pair in zip(("OR", "phrase", "prefix"), re.findall(_PAIR, ours), strict=True):
            yield from _pair(section, "ours", pair)
    elif row in _SINGLE:
        yield Claim(re.findall(_FIGURE, ours)[0], *_SINGLE[row])


def _pair(section: str, row: str, pair: Sequence[str]) -> Iterator[Claim]:
    yield Claim(pair[0], section, row, "median")
    yield Claim(pair[1], section, row, "p95")


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def main(arguments: Sequence[str]) -> int:
    """Prints every figure beside that of the run; 1 where one does not hold."""
    files = [Path(argument) for argument in arguments] or sorted(RESULTS.glob("*.md"))[-1:]
    if not files:
        print(f"No run is kept in {RESULTS}: python -m tests.benchmarks.run --passages 300000")
        return 1
    tables = tables_of(files[0].read_text(encoding="utf-8"))
    claims = claims_of(README.read_text(encoding="utf-8"))
    for claim in claims:
        sign = " " if claim.holds(tables) else "≠"
        said = f"{claim.text:>8}  {claim.measured(tables) or '–':>8}"
        print(f"{sign} {said}  {claim.section}, {claim.row}, {claim.column}")
    return 0 if all(claim.holds(tables) for claim in claims) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
