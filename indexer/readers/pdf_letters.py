"""The printed characters of a PDF page: where each stands, which way it runs, and what belongs to it.

PDFium gives characters in the space of the file; a page may be turned in it, and so may each piece of its text. Here
the characters are brought into the frame in which most of the page's text reads from left to right.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.readers.pdf_glyphs import BLANKS, SPACING_MARKS, Box, Glyph

_STRAIGHT = 2.0
"""Degrees by which the text of a page that was laid crookedly on a scanner differs in itself."""
_SAME_PLACE = 0.12
"""Offset, in sizes of the letter, up to which a second print of a letter makes it bold or gives it a shadow."""
_CELL = 32.0
"""Side, in points, of the squares by which second prints are looked for; more than the letters' usual offset."""
_MARK_DISTANCE = 1.0
"""Distance, in sizes of letters, of a mark from the letter it belongs to."""
_CLOSE = 0.3
"""Room, in sizes of letters, between a mark that stands as a letter does and the letter behind it."""
_NEARER = 0.3
"""The same, by which the letter before the mark in the file has a start over others."""
_RUSSIAN_BASES = {"\u0306": "иИ", "\u0308": "еЕ"}
"""The only letters that these marks stand on in Russian words."""
_BASES = frozenset("иеуіИЕУІaeiouyAEIOUYкгКГэюяоаыЭЮЯОАЫ")
"""Letters that carry marks; a mark looks for no other."""


@dataclass(slots=True)
class Letter:
    """One character: text, edges and baseline in points, size of the font in points."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    emphasised: bool
    run: int = 0
    """The piece of text in the file that it belongs to; 0 for none."""
    initial: bool = False
    """It was printed large before the lines of its paragraph, at whose beginning it stands now."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A turned view of the page, in which text of one angle reads from left to right; its lower left corner is 0, 0."""

    angle: float
    left: float
    bottom: float
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A place of the file's space in this frame."""
        turned_x, turned_y = _turned(x, y, self.angle)
        return turned_x - self.left, turned_y - self.bottom

    def box(self, box: Box) -> Box:
        """The smallest box around a box of the file's space."""
        left, bottom, right, top = box
        corners = [self.point(x, y) for x in (left, right) for y in (bottom, top)]
        across, up = [x for x, _ in corners], [y for _, y in corners]
        return min(across), min(up), max(across), max(up)

    def unturned(self, box: Box) -> Box:
        """The box of the file's space around a box of this frame."""
        left, bottom, right, top = box
        corners = [_turned(x + self.left, y + self.bottom, -self.angle) for x in (left, right) for y in (bottom, top)]
        across, up = [x for x, _ in corners], [y for _, y in corners]
        return min(across), min(up), max(across), max(up)


def frame_of(page_box: Box, angle: float) -> Frame:
    """The frame for text of that angle on a page that fills that box."""
    left, bottom, right, top = Frame(angle, 0.0, 0.0, 0.0, 0.0).box(page_box)
    return Frame(angle, left, bottom, right - left, top - bottom)


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    """The place after a turn with the clock; exact for right angles."""
    if angle % 90 == 0:
        return ((x, y), (y, -x), (-x, -y), (-y, x))[int(angle // 90) % 4]
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return x * cosine + y * sine, y * cosine - x * sine


def main_angle(glyphs: Iterable[Glyph]) -> float:
    """The way most of the text runs; of nearly equal ways the straight one."""
    counts = Counter(glyph.angle for glyph in glyphs if glyph.text not in BLANKS)
    if not counts:
        return 0.0
    near = {angle: sum(n for other, n in counts.items() if _apart(angle, other) <= _STRAIGHT) for angle in counts}
    return max(counts, key=lambda angle: (near[angle], counts[angle], angle % 90 == 0))


def by_direction(glyphs: Iterable[Glyph], main: float) -> dict[int | None, list[Glyph]]:
    """The characters by the way they run: at a right angle to most text (0, 90, 180, 270), or aslant: ``None``."""
    found: defaultdict[int | None, list[Glyph]] = defaultdict(list)
    turns: dict[float, int | None] = {main: 0}
    for glyph in glyphs:
        if glyph.angle not in turns:
            turn = (glyph.angle - main) % 360
            nearest = round(turn / 90) % 4 * 90
            turns[glyph.angle] = nearest if _apart(turn, nearest) <= _STRAIGHT else None
        found[turns[glyph.angle]].append(glyph)
    return dict(found)


def _apart(first: float, second: float) -> float:
    """Degrees between two directions."""
    turn = abs(first - second) % 360
    return min(turn, 360 - turn)


def letters_in(glyphs: Iterable[Glyph], frame: Frame) -> list[Letter]:
    """The characters in a frame in which they run from left to right, each once, with their marks on them."""
    if frame.angle:
        letters = [_letter(glyph, frame) for glyph in glyphs if glyph.size > 0]
    else:  # nearly all pages
        x, y = frame.left, frame.bottom
        letters = [
            Letter(text, left - x, right - x, baseline - y, size, emphasised, run)
            for text, (left, _, right, _), _, baseline, size, _, emphasised, run, _ in glyphs
            if size > 0
        ]
    return _without_second_prints(_with_marks(letters))


def _letter(glyph: Glyph, frame: Frame) -> Letter:
    """The character in a turned frame."""
    left, bottom, right, top = glyph.box
    _, baseline = frame.point(glyph.x, glyph.y)
    if frame.angle % 90:
        middle, _ = frame.point((left + right) / 2, (bottom + top) / 2)
        half = _width_aslant(right - left, top - bottom, frame.angle) / 2
        left, right = middle - half, middle + half
    else:
        left, _, right, _ = frame.box(glyph.box)
    return Letter(glyph.text, left, right, baseline, glyph.size, glyph.emphasised, glyph.run)


def _width_aslant(wide: float, high: float, angle: float) -> float:
    """The width of a turned rectangle whose straight frame has that width and height."""
    cosine, sine = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    if sine > cosine:
        wide, high, cosine, sine = high, wide, sine, cosine
    spread = cosine**2 - sine**2
    return max((wide * cosine - high * sine) / spread, 0.0) if spread > 0.1 else min(wide, high) / 2


def _with_marks(letters: list[Letter]) -> list[Letter]:
    """The letters with breves, diaereses and stresses that were printed on their own put onto what they belong to."""
    if not any(map(_mark, {letter.text for letter in letters})):
        return letters
    marks = [place for place, letter in enumerate(letters) if _mark(letter.text)]
    dropped: set[int] = set()
    for place in marks:
        base = _base_of(letters, place)
        if base is None:
            continue
        base = _rightful(letters, base, place)
        letters[base].text = unicodedata.normalize("NFC", letters[base].text + _mark(letters[place].text))
        dropped.add(place)
        if base + 1 == place and _takes_room(letters, place):
            letters[base].right = letters[place + 1].left
        # A blank between the two is none: the letter takes its room.
        for other in range(base + 1, place) if place - base <= 3 else ():
            if letters[other].text in BLANKS:
                if place + 1 == len(letters) or letters[place + 1].left > letters[other].left:
                    letters[base].right = max(letters[base].right, letters[other].right)
                dropped.add(other)
    return [letter for place, letter in enumerate(letters) if place not in dropped]


def _takes_room(letters: Sequence[Letter], place: int) -> bool:
    """The mark stands behind its letter as a letter does, with the next one close behind it: «и˘ск» is no two words."""
    base, mark, behind = letters[place - 1], letters[place], letters[place + 1] if place + 1 < len(letters) else None
    if behind is None or behind.text in BLANKS or abs(behind.baseline - mark.baseline) > 0.1 * mark.size:
        return False
    return mark.left >= base.right and 0 <= behind.left - mark.right < _CLOSE * mark.size


def _rightful(letters: Sequence[Letter], base: int, place: int) -> int:
    """The letter that carries the mark in Russian, where the one that is nearest never does.

    Fonts draw a mark before or behind its place: «й» is made of «и» and no other letter, «ё» of «е»; and where two
    «и» meet, the second is the «й».
    """
    wanted = _RUSSIAN_BASES.get(_mark(letters[place].text))
    beside: tuple[int, ...] = (base + 1, base + 2, base - 1)
    if not wanted or not "А" <= letters[base].text <= "я" or letters[base].text in wanted:
        if not wanted or letters[base].text not in "иИ":
            return base
        beside = (base + 1, base + 2)
    for other in beside:
        if (
            0 <= other < len(letters)
            and other != place
            and letters[other].text in wanted
            and _touch(letters, base, other)
        ):
            return other
    return base


def _touch(letters: Sequence[Letter], one: int, other: int) -> bool:
    """The letters stand side by side on one line."""
    first, second = sorted((letters[one], letters[other]), key=lambda letter: letter.left)
    return (
        abs(first.baseline - second.baseline) < 0.1 * first.size and abs(second.left - first.right) < 0.15 * first.size
    )


def _mark(sign: str) -> str:
    """The mark that stands above a letter, empty for anything else."""
    text = SPACING_MARKS.get(sign, sign)
    return text if len(text) == 1 and unicodedata.combining(text) else ""


def _base_of(letters: Sequence[Letter], place: int) -> int | None:
    """The place of the letter under a mark: of those that can carry it the nearest, else the one before it."""
    mark = letters[place]
    before = next((other for other in range(place - 1, -1, -1) if letters[other].text not in BLANKS), None)
    bases = [(_distance(mark, letters[other], other == before), other) for other in range(len(letters))]
    distance, base = min(bases)
    if distance <= _MARK_DISTANCE:
        return base
    # A stress on a letter that has no form with it; one with room of its own is a sign of its own.
    return before if before is not None and mark.text not in SPACING_MARKS and letters[before].text.isalpha() else None


def _distance(mark: Letter, base: Letter, is_before: bool) -> float:
    """How far, in sizes of letters, a mark is from a letter that can carry it; nearer if it follows in the file."""
    if base.text not in _BASES or abs(base.baseline - mark.baseline) > base.size:
        return math.inf
    if len(unicodedata.normalize("NFC", base.text + _mark(mark.text))) != 1:
        return math.inf
    apart = abs(base.left + base.right - mark.left - mark.right) / 2
    return apart / base.size - (_NEARER if is_before else 0.0)


def _without_second_prints(letters: list[Letter]) -> list[Letter]:
    """The letters without those printed once more in nearly the same place; the two «н» of «длинный» stand apart."""
    cells: defaultdict[tuple[str, int, int], list[Letter]] = defaultdict(list)
    result: list[Letter] = []
    for letter in letters:
        text, left, baseline = letter.text, letter.left, letter.baseline
        if text not in BLANKS:
            reach = max(_SAME_PLACE * letter.size, 0.05)
            home = text, int(left // _CELL), int(baseline // _CELL)
            inner = reach < left % _CELL < _CELL - reach and reach < baseline % _CELL < _CELL - reach
            near = (home,) if inner else _cells_within(letter, reach)
            others = [other for cell in near if cell in cells for other in cells[cell]]
            if others and any(_is_same_print(letter, other, reach) for other in others):
                continue
            cells[home].append(letter)
        result.append(letter)
    return result


def _cells_within(letter: Letter, reach: float) -> tuple[tuple[str, int, int], ...]:
    """The squares in which another print of the letter may stand."""
    text, left, baseline = letter.text, letter.left, letter.baseline
    across = {int((left - reach) // _CELL), int((left + reach) // _CELL)}
    up = {int((baseline - reach) // _CELL), int((baseline + reach) // _CELL)}
    return tuple([(text, column, row) for column in across for row in up])


def _is_same_print(letter: Letter, other: Letter, reach: float) -> bool:
    """The two stand on one another and are of one size."""
    narrow = 0.4 * max(letter.right - letter.left, 0.1)
    return (
        abs(letter.left - other.left) < min(reach, narrow)
        and abs(letter.baseline - other.baseline) < reach
        and abs(letter.size - other.size) < 0.1 * letter.size
    )
