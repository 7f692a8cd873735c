"""Drawings of numbers as inline SVG: sizes and paths in units of the drawing; templates only print them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEIGHT = 280
_LEFT, _TOP, _BOTTOM = 44, 12, 26
"""Room for the numbers at the left and for the years below."""
_LABEL_STEP = 16
_LABEL_LETTERS = 22
_MARK = 4.5
_YEAR_STEP = 46
"""Between two printed years, at least."""
_NAME_LETTER = 7.5
"""Room for a letter of a name; for those of long names the drawing grows."""
_MOST_STEPS = 5
_LEAST_SHARE = 1e-6
"""One answer of a million: the axis ends there at the earliest."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a drawing has to fit in; the same drawing made small would have letters that nobody reads."""

    width: int
    right: int
    """For names at the ends of lines; a narrow drawing has none, they stand above it with their signs."""
    names: int
    """For names beside rows, which grows with them; 0 where a name stands above its row."""
    row: int

    @property
    def named(self) -> bool:
        """Whether lines have their names at their ends."""
        return self.right > 2 * _MARK + 12


DESK = Room(width=640, right=150, names=176, row=26)
PHONE = Room(width=312, right=16, names=0, row=44)


@dataclass(frozen=True, slots=True)
class Tick:
    """A number or year at an axis."""

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One value: ``path`` draws its sign, ``title`` says it."""

    path: str
    title: str
    few: bool = False
    """Of so few answers that the share says little: drawn hollow."""


@dataclass(frozen=True, slots=True)
class Line:
    """One series; ``style`` from 1 chooses its dashes, colour and sign."""

    style: int
    path: str
    marks: tuple[Mark, ...]
    label: str
    x: float
    y: float
    """Where the label stands."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """Shares by year."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    lines: tuple[Line, ...]
    shares: tuple[Tick, ...]
    years: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class DotRow:
    """One name with the signs of its values."""

    name: str
    x: float
    name_y: float
    anchor: str
    """Where the name stands."""
    y: float
    """Of the row's line."""
    dots: tuple[tuple[int, Mark], ...]
    """Style and sign."""


@dataclass(frozen=True, slots=True)
class DotChart:
    """Shares by name, a row each."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    rows: tuple[DotRow, ...]
    shares: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Named values; ``None`` where there is nothing to count."""

    name: str
    values: tuple[float | None, ...]
    """Shares, 0…1."""
    few: tuple[bool, ...] = ()
    """Which of them are of few answers; blank where none is known to be."""

    def is_few(self, place: int) -> bool:
        """Whether the value at that place says little."""
        return place < len(self.few) and self.few[place]


def percent(share: float) -> str:
    """«12,5 %», «0,4 %», «37 %»: two digits that count."""
    value = share * 100
    text = f"{value:.0f}" if value >= 10 or value == 0 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
    return f"{text.replace('.', ',')}\u00a0%"


def line_chart(years: Sequence[int], series: Sequence[Series], room: Room = DESK) -> LineChart:
    """The chart of ``series``, whose values stand for ``years``, in order and without gaps."""
    axis = _axis(series)
    top = axis[-1]
    bottom = HEIGHT - _BOTTOM
    right = room.width - room.right
    step = (right - _LEFT) / max(1, len(years) - 1)
    across = (
        [round(_LEFT + number * step, 1) for number in range(len(years))] if len(years) > 1 else [(_LEFT + right) / 2]
    )

    def up(share: float) -> float:
        return round(bottom - (bottom - _TOP) * share / top, 1)

    ends = _spread([_last(line.values, up) for line in series], bottom)
    lines = tuple(
        Line(
            style=number,
            path=_path(across, line.values, up),
            marks=tuple(
                Mark(
                    _sign(number, x, up(value)),
                    f"{_shortened(line.name)}: {year} — {percent(value)}",
                    line.is_few(place),
                )
                for place, (x, year, value) in enumerate(zip(across, years, line.values, strict=True))
                if value is not None
            ),
            label=_shortened(line.name) if room.named else "",
            x=right + 12,
            y=end,
        )
        for number, (line, end) in enumerate(zip(series, ends, strict=True), 1)
    )
    printed = max(1, math.ceil(_YEAR_STEP / step))
    # Counted from the newest, which is asked for first.
    ticks = tuple(Tick(x, str(year)) for x, year in list(zip(across, years, strict=True))[::-1][::printed][::-1])
    return LineChart(
        room.width, HEIGHT, _LEFT, right, bottom, lines, tuple(Tick(up(share), _tick(share)) for share in axis), ticks
    )


def dot_chart(names: Sequence[str], series: Sequence[Series], room: Room = DESK) -> DotChart:
    """The chart of ``series``, whose values stand for ``names``, a row each; a share of nothing has no sign."""
    axis = _axis(series)
    top = axis[-1]
    longest = math.ceil(_NAME_LETTER * max(map(len, names), default=0)) + 10
    left = max(room.names, longest) if room.names else room.right
    right = left + room.width - (room.names or left) - 24
    bottom = _TOP + room.row * len(names)

    def along(share: float) -> float:
        return round(left + (right - left) * share / top, 1)

    rows = tuple(
        DotRow(
            name=name,
            x=left - 10 if room.names else left,
            name_y=(y := _TOP + room.row * (place + (0.5 if room.names else 0.7))) + (4 if room.names else -13),
            anchor="end" if room.names else "start",
            y=y,
            dots=tuple(
                (
                    number,
                    Mark(
                        _sign(number, along(value), y),
                        f"{name}: {_shortened(line.name)} — {percent(value)}",
                        line.is_few(place),
                    ),
                )
                for number, line in enumerate(series, 1)
                # Signs of nothing would only cover each other.
                if (value := line.values[place])
            ),
        )
        for place, name in enumerate(names)
    )
    return DotChart(
        right + 24,
        bottom + _BOTTOM,
        left,
        right,
        bottom,
        rows,
        tuple(Tick(along(share), _tick(share)) for share in axis),
    )


def bars(counts: Sequence[int], width: float, height: float, most: int = 0) -> str:
    """The path of a bar chart of ``counts`` side by side, ``most`` as high as the drawing; else the greatest of them.

    Charts that are looked at together are drawn with the same ``most``.
    """
    most = most or max(counts, default=0) or 1
    step = width / max(1, len(counts))
    thick = max(1.0, step - 1.5)
    drawn = []
    for number, count in enumerate(counts):
        high = max(1.5, height * count / most) if count else 0
        if high:
            drawn.append(f"M{number * step:.4g} {height:g}v-{high:.4g}h{thick:.4g}v{high:.4g}z")
    return "".join(drawn)


def _path(across: Sequence[float], values: Sequence[float | None], up: Callable[[float], float]) -> str:
    """A line through the values, broken where one is missing."""
    pieces: list[str] = []
    pen = "M"
    for x, value in zip(across, values, strict=True):
        if value is None:
            pen = "M"
        else:
            pieces.append(f"{pen}{x:g} {up(value):g}")
            pen = "L"
    return "".join(pieces)


def _sign(style: int, x: float, y: float) -> str:
    """A sign of its own for each style: disc, square, triangle, diamond, cross."""
    m = _MARK
    match style:
        case 1:
            return f"M{x - m:g} {y:g}a{m} {m} 0 1 0 {2 * m} 0a{m} {m} 0 1 0 {-2 * m} 0z"
        case 2:
            return f"M{x - m:g} {y - m:g}h{2 * m}v{2 * m}h{-2 * m}z"
        case 3:
            return f"M{x:g} {y - m:g}l{m} {2 * m}h{-2 * m}z"
        case 4:
            return f"M{x:g} {y - m - 1:g}l{m + 1} {m + 1}l{-m - 1} {m + 1}l{-m - 1} {-m - 1}z"
        case _:
            return f"M{x - m:g} {y - m:g}l{2 * m} {2 * m}M{x - m:g} {y + m:g}l{2 * m} {-2 * m}"


def sign(style: int) -> str:
    """The sign of a style in a drawing of 12 × 12, for legends and tables."""
    return _sign(style, 6, 6)


def _last(values: Sequence[float | None], up: Callable[[float], float]) -> float:
    known = [value for value in values if value is not None]
    return float(up(known[-1])) if known else float(up(0.0))


def _spread(places: Sequence[float], bottom: float) -> list[float]:
    """``places`` moved apart, so that labels there do not cover each other; the order stays."""
    order = sorted(range(len(places)), key=lambda number: places[number])
    moved = list(places)
    for above, below in zip(order, order[1:], strict=False):
        moved[below] = max(moved[below], moved[above] + _LABEL_STEP)
    limit = bottom
    for number in reversed(order):
        moved[number] = min(moved[number], limit)
        limit = moved[number] - _LABEL_STEP
    return [round(place + 4, 1) for place in moved]


def _axis(series: Sequence[Series]) -> list[float]:
    """The shares that the axis names: steps of 1, 2 or 5 of an order of magnitude, from 0 to beyond the greatest."""
    shares = [value for line in series for value in line.values if value]
    greatest = max(max(shares, default=0.01), _LEAST_SHARE)
    order = 10.0 ** math.floor(math.log10(greatest / _MOST_STEPS))
    step = next(order * factor for factor in (1, 2, 5, 10) if greatest / (order * factor) <= _MOST_STEPS)
    return [step * number for number in range(math.ceil(greatest / step - 1e-9) + 1)]


def _tick(share: float) -> str:
    """«7,5 %» as it is: steps are round."""
    return f"{share * 100:.4g}".replace(".", ",") + "\u00a0%"


def _shortened(name: str) -> str:
    return name if len(name) <= _LABEL_LETTERS else f"{name[: _LABEL_LETTERS - 1].rstrip()}…"
