"""Pictures of pages as grey values: laid straight, turned by quarters, without the specks of a dirty glass."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Rows of grey values, 0 black."""

_SHORTEST_RULE = 150
"""Points of a rule at 300 dots to the inch: half an inch, which no letter is wide."""
_RULE_BAND = 3
"""Rows in which a rule may waver."""
_MAX_RUNS = 20_000
_MAX_POINTS = 40_000
_REACH, _SPECK = 2, 4
"""Points around a dark one in which a speck has no more dark ones than these; the thinnest stroke has more."""
_DIRTY = 0.02
"""Part of the dark points that are specks on a page worth cleaning."""
_LARGE = 4_000_000
"""Points of a picture from which every second one in both directions will do to see how it lies."""
_MAX_SKEW = 12.0
"""Degrees up to which a sheet lies askew on the glass."""
_BAND = 4
"""Height of a band in which ink is counted; a multiple of both steps by which points are taken."""
_STEPS = (1.0, 0.2, 0.05)
_STRAIGHT = 0.3
"""Degrees that a program for recognition does not mind."""
_UPRIGHT_GAIN = 1.3
"""How much sharper lines must show from the side for a page to be taken as lying on it."""


def turned(picture: Picture, degrees: int) -> Picture:
    """The picture turned against the clock by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(picture, degrees // 90))


def without_specks(picture: Picture) -> Picture:
    """The picture without dark points that stand alone, where there are so many that they hinder recognition."""
    dark = picture < _threshold(picture)
    sums = np.pad(dark, ((_REACH + 1, _REACH), (_REACH + 1, _REACH))).astype(np.int32).cumsum(axis=0).cumsum(axis=1)
    side = 2 * _REACH + 1
    around = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    specks: NDArray[np.bool_] = dark & (around <= _SPECK)
    if int(specks.sum()) <= _DIRTY * int(dark.sum()):
        return picture
    cleaned = picture.copy()
    cleaned[specks] = np.uint8(np.percentile(picture[::8, ::8], 90))
    return cleaned


def straightened(picture: Picture) -> Picture:
    """The picture with its lines level; whether they stand on their head, nobody can tell by that."""
    rows, columns = _ink(picture)
    if not len(rows):
        return picture
    upright, skew = _sharpest(rows, columns)
    sideways, other_skew = _sharpest(columns, -rows)
    if sideways > _UPRIGHT_GAIN * upright:
        picture, skew = turned(picture, 90), other_skew
    return picture if abs(skew) < _STRAIGHT else _level(picture, skew)


Run = tuple[float, float, float]
"""A rule: its place across, where it starts and where it ends, in points from the left or from the top."""


def rules_in(picture: Picture) -> tuple[list[Run], list[Run]]:
    """The horizontal and the vertical rules of a picture; none where there are so many that it is a drawing."""
    dark = picture < _threshold(picture)
    across, down = _runs(dark), _runs(dark.T)
    return (across, down) if len(across) + len(down) <= _MAX_RUNS else ([], [])


def _runs(dark: NDArray[np.bool_]) -> list[Run]:
    """The long dark runs within bands of rows."""
    height = len(dark) // _RULE_BAND * _RULE_BAND
    bands: NDArray[np.bool_] = np.asarray(dark[:height].reshape(-1, _RULE_BAND, dark.shape[1]).any(axis=1))
    # A single light point does not end a rule.
    bands[:, 1:-1] |= bands[:, :-2] & bands[:, 2:]
    found: list[Run] = []
    for row in np.flatnonzero(bands.sum(axis=1) >= _SHORTEST_RULE):
        edges = np.flatnonzero(np.diff(np.pad(bands[row].astype(np.int8), 1)))
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            if end - start >= _SHORTEST_RULE:
                found.append(((row + 0.5) * _RULE_BAND, float(start), float(end)))
    return found


def _ink(picture: Picture) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows and columns of some of the dark points, the same ones for the same picture."""
    grain = 2 if picture.size > _LARGE else 1
    rows, columns = np.nonzero(picture[::grain, ::grain] < _threshold(picture))
    rows, columns = rows * grain, columns * grain
    step = max(len(rows) // _MAX_POINTS, 1)
    # A step that shares no factor with the width would do; a fixed shuffle always does.
    chosen = np.random.default_rng(0).permutation(len(rows))[::step] if step > 1 else slice(None)
    return rows[chosen].astype(np.float64), columns[chosen].astype(np.float64)


def _threshold(picture: Picture) -> float:
    """A grey between paper and ink."""
    paper = float(np.percentile(picture[::8, ::8], 90))
    return min(paper * 0.6, 160.0)


def _sharpest(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> tuple[float, float]:
    """How sharply lines stand out at best, and by how many degrees they rise to the right then."""
    best, skew = _sharpness(rows, columns, 0.0), 0.0
    reach = _MAX_SKEW
    for step in _STEPS:
        centre = skew
        for degrees in np.arange(centre - reach, centre + reach + step / 2, step):
            sharp = _sharpness(rows, columns, float(degrees))
            if sharp > best:
                best, skew = sharp, float(degrees)
        reach = step
    return best, skew


def _sharpness(rows: NDArray[np.float64], columns: NDArray[np.float64], degrees: float) -> float:
    """The variation of ink from row to row, were lines that rise by these degrees level."""
    heights = rows + columns * math.tan(math.radians(degrees))
    heights -= heights.min()
    counts = np.bincount((heights / _BAND).astype(np.int64))
    steps = np.diff(counts.astype(np.float64))
    return float(np.dot(steps, steps))


def _level(picture: Picture, degrees: float) -> Picture:
    """The picture turned by a few degrees, as three shears."""
    angle = math.radians(degrees)
    paper = np.uint8(np.percentile(picture[::8, ::8], 90))
    margin = int(max(picture.shape) * abs(math.sin(angle)) / 2) + 2
    wide: Picture = np.pad(picture, margin, constant_values=paper)
    half = -math.tan(angle / 2)
    sheared = _sheared(wide, half, paper)
    sheared = _sheared(sheared.T, math.sin(angle), paper).T
    return np.ascontiguousarray(_sheared(sheared, half, paper))


def _sheared(picture: Picture, slope: float, paper: np.uint8) -> Picture:
    """Each row moved to the right by its distance from the middle times the slope."""
    result = np.full_like(picture, paper)
    height, width = picture.shape
    for row in range(height):
        shift = round((row - height / 2) * slope)
        if abs(shift) >= width:
            continue
        source = picture[row, max(-shift, 0) : width - max(shift, 0)]
        result[row, max(shift, 0) : max(shift, 0) + len(source)] = source
    return result
