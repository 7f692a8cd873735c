"""A line plot as SVG, both axes logarithmic: what grows in proportion is a straight line at 45 degrees."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT = 720, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 190, 40, 50
_COLOURS = ("#1b6ac9", "#c2410c", "#15803d", "#7c3aed", "#b91c1c", "#525252")

Line = Sequence[tuple[float, float]]


def log_plot(title: str, x_label: str, y_label: str, lines: Mapping[str, Line]) -> str:
    """The SVG of one or more lines of points (x, y), all above 0."""
    frame = _Frame([point for line in lines.values() for point in line])
    drawn = [_series(place, name, line, frame) for place, (name, line) in enumerate(lines.items())]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"',
            'font-family="sans-serif" font-size="12">',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
            f'<text x="{_LEFT}" y="22" font-size="15">{escape(title)}</text>',
            *frame.grid(),
            f'<text x="{_LEFT}" y="{_HEIGHT - 10}">{escape(x_label)}</text>',
            f'<text x="10" y="{_TOP - 6}">{escape(y_label)}</text>',
            *drawn,
            "</svg>",
        ]
    )


class _Frame:
    """Where values lie on the sheet; borders are whole powers of ten on y and the data's own on x."""

    def __init__(self, points: Line) -> None:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self._low = (math.log10(min(xs)), math.floor(math.log10(min(ys))))
        self._high = (math.log10(max(xs)), math.ceil(math.log10(max(ys)) + 1e-9))
        self._xs = sorted(set(xs))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point in pixels."""
        across = (math.log10(x) - self._low[0]) / ((self._high[0] - self._low[0]) or 1)
        up = (math.log10(y) - self._low[1]) / ((self._high[1] - self._low[1]) or 1)
        return (
            _LEFT + across * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM),
        )

    def grid(self) -> list[str]:
        """Lines and figures of both axes."""
        right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        drawn = []
        for power in range(int(self._low[1]), int(self._high[1]) + 1):
            _, y = self.at(self._xs[0], 10.0**power)
            drawn.append(f'<line x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
            drawn.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
        for value in self._xs:
            x, _ = self.at(value, 10.0 ** self._low[1])
            drawn.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}" stroke="#eee"/>')
            drawn.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{value:,.0f}</text>')
        return drawn


def _series(place: int, name: str, line: Line, frame: _Frame) -> str:
    colour = _COLOURS[place % len(_COLOURS)]
    spots = [frame.at(x, y) for x, y in line]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in spots)
    x, y = _WIDTH - _RIGHT + 12, _TOP + 14 + 20 * place
    legend = f'<rect x="{x}" y="{y - 9}" width="12" height="10" fill="{colour}"/>'
    label = f'<text x="{x + 18}" y="{y}">{escape(name)}</text>'
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}{legend}{label}'
