"""The judged set of requests: pairs that belong to one theme, and pairs that are put into one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from search_app.connections.asks.matter import matters
from search_app.connections.asks.themes import grouped
from search_app.connections.measure import Measure, Measured, Row, share
from search_app.engine.door import Engine

COLUMNS = ("theme", "city", "year", "kind", "text")


def measured(rows: Sequence[Row], engine: Engine) -> Measured:
    """Precision and recall over pairs of requests."""
    groups = grouped(matters([row["text"] for row in rows], [row["kind"] for row in rows], engine))
    theme = [row["theme"] for row in rows]
    together = sum(_pairs(len(group)) for group in groups)
    right = sum(_pairs(count) for group in groups for count in Counter(theme[one] for one in group).values())
    wanted = sum(map(_pairs, Counter(theme).values()))
    return Measured(
        (share("точность", right, together), share("полнота", right, wanted)), tuple(_failures(groups, rows))
    )


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _failures(groups: Iterable[list[int]], rows: Sequence[Row]) -> Iterable[str]:
    for group in groups:
        if len({rows[one]["theme"] for one in group}) > 1:
            yield "вместе: " + " | ".join(f"{rows[one]['theme']}: {rows[one]['text']}" for one in group)


MEASURE = Measure("Темы просьб", COLUMNS, measured)
