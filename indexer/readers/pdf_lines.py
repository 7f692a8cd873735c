"""Letters of a page gathered into lines, whatever their order in the file, and lines into columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from indexer.readers.pdf_glyphs import BLANKS
from indexer.readers.pdf_letters import Letter
from indexer.readers.pdf_words import Word, words_of
from indexer.readers.raised import settled

_BASELINE_TOLERANCE = 0.35
"""Difference of height, in sizes of letters, up to which letters stand on one line (indices, «№»)."""
_SEGMENT_GAP = 1.8
"""Gap, in sizes of letters, from which pieces of a line may belong to two columns or cells."""

_TOUCH = 0.7
"""Gap, in sizes of letters, of two lines that nearly touch across a gutter."""
_MIN_COLUMN_LINES = 8
_FIRST_COLUMN = ((0.6, 0.4), (0.38, 0.15))
"""Where the first of two and of three columns ends at the latest, and how much of the page may cross its end."""
_OWN_EDGE = 5
"""Lines in letters of one size from which the right edge of their text is their own."""
_FILLED = 0.6
_ROWS, _WIDE_STEP = 3, 1.3
"""Rooms between rows that show a table, and their height in usual distances of lines."""
_SAME_WIDTH = 0.2
"""Part of their width by which the columns of a page differ."""
_MIN_GUTTER = 8.0
"""Width of the empty stripe between columns, in points."""
_FEW_LINES, _MANY_PIECES, _MOSTLY = 3, 200, 0.7
_LEAST_COLUMN = 0.6
"""Where the right column begins at the earliest, in parts of the left half of the page's text."""
_SAME_EDGE = 3.0
"""Points by which the beginnings of a column's lines differ."""
_FULL_LINES_SHARE = 0.4
"""Part of a column's lines that reach its right edge; the entries of a table do not."""


@dataclass(slots=True, eq=False)
class Column:
    """The stripe of a page that lines fill, in points."""

    left: float
    right: float


@dataclass(slots=True, eq=False)
class Line:
    """A printed line, or the piece of one that belongs to a column or cell."""

    letters: list[Letter]
    column: Column = field(default_factory=lambda: Column(0.0, 0.0))
    alone: bool = False
    """It belongs to no paragraph."""
    written: str | None = None
    """Its text where the file says it wrongly."""
    known_text: tuple[list[Letter], str] | None = None
    known_size: tuple[list[Letter], float] | None = None
    known_words: tuple[list[Letter], list[Word]] | None = None

    @property
    def left(self) -> float:
        """The left edge of the first letter."""
        return self.letters[0].left

    @property
    def right(self) -> float:
        """The right edge of the last letter."""
        return self.letters[-1].right

    @property
    def baseline(self) -> float:
        """The height of the line above the bottom of the page."""
        return self.letters[0].baseline

    @property
    def size(self) -> float:
        """The size of most of its letters; never 0."""
        if self.known_size is None or self.known_size[0] is not self.letters:
            sizes = sorted([letter.size for letter in self.letters])
            self.known_size = self.letters, max(sizes[len(sizes) // 2], 1.0)
        return self.known_size[1]

    @property
    def text(self) -> str:
        """The words with a blank between them."""
        if self.written is not None:
            return self.written
        if self.known_text is None or self.known_text[0] is not self.letters:
            text = " ".join(["".join([letter.text for letter in word]) for word in self.words])
            self.known_text = self.letters, settled(text)
        return self.known_text[1]

    @property
    def words(self) -> list[Word]:
        """The letters in words; found once as long as the letters are the same."""
        if self.known_words is None or self.known_words[0] is not self.letters:
            self.known_words = self.letters, words_of(self.letters)
        return self.known_words[1]

    @property
    def emphasised(self) -> bool:
        """All letters, of which there are some, are bold or italic."""
        lettered = [letter.emphasised for letter in self.letters if letter.text.isalpha()]
        return bool(lettered) and all(lettered)

    @property
    def has_emphasis(self) -> bool:
        """Some letters are bold or italic."""
        return any(letter.emphasised for letter in self.letters if letter.text.isalpha())

    @property
    def first_word(self) -> float:
        """The width of the first word, in points."""
        words = self.words
        return words[0][-1].right - self.left if words else 0.0

    @property
    def is_centred(self) -> bool:
        """There is as much room on the left as on the right, and some at all."""
        before, behind = self.left - self.column.left, self.column.right - self.right
        return before > 4 * self.size and abs(before - behind) < self.size


def pieces_of(letters: Sequence[Letter]) -> list[Line]:
    """Runs of letters that stand on one line without a wide gap, whatever their order in the file."""
    by_height: list[list[Letter]] = []
    for letter in sorted((letter for letter in letters if letter.size > 0), key=lambda letter: -letter.baseline):
        reference = by_height[-1][0] if by_height else None
        tolerance = _BASELINE_TOLERANCE * letter.size
        if reference is not None and reference.baseline - letter.baseline < tolerance:
            by_height[-1].append(letter)
        else:
            by_height.append([letter])
    return [piece for row in by_height for piece in _split_at_gaps(sorted(row, key=lambda letter: letter.left))]


def _split_at_gaps(row: Sequence[Letter]) -> Iterator[Line]:
    """The pieces of one line between wide gaps; blanks at their edges dropped."""
    piece: list[Letter] = []
    visible: Letter | None = None
    for letter in row:
        if letter.text in BLANKS:
            if piece:
                piece.append(letter)
            continue
        if visible and letter.left - visible.right > _SEGMENT_GAP * letter.size:
            yield Line(without_blanks(piece))
            piece = []
        piece.append(letter)
        visible = letter
    if piece:
        yield Line(without_blanks(piece))


def without_blanks(letters: list[Letter]) -> list[Letter]:
    """The letters from the first visible one to the last."""
    visible = [place for place, letter in enumerate(letters) if letter.text not in BLANKS]
    return letters[visible[0] : visible[-1] + 1] if visible else []


def in_columns(pieces: list[Line]) -> list[Line]:
    """The lines in reading order: between lines that cross the gutter the left column comes before the right one."""
    gutter = _gutter(pieces)
    gutter = _short_gutter(pieces) if gutter is None else gutter
    if gutter is None:
        return whole_lines(pieces)
    result: list[Line] = []
    band: list[Line] = []
    pieces = [part for piece in pieces for part in _cut_at(piece, gutter)]
    for piece in sorted(pieces, key=lambda line: -line.baseline):
        if piece.left < gutter < piece.right:
            result.extend([*_both_columns(band, gutter), *whole_lines([piece])])
            band = []
        else:
            band.append(piece)
    result.extend(_both_columns(band, gutter))
    return result


def _cut_at(piece: Line, gutter: float) -> list[Line]:
    """The piece, or its halves where two full lines nearly touch across the gutter."""
    if not piece.left < gutter < piece.right:
        return [piece]
    for before, behind in pairwise(piece.words):
        if before[-1].right <= gutter <= behind[0].left and behind[0].left - before[-1].right > _TOUCH * piece.size:
            place = piece.letters.index(behind[0])
            return [Line(without_blanks(piece.letters[:place])), Line(piece.letters[place:])]
    return [piece]


def in_two_columns(pieces: Sequence[Line]) -> bool:
    """The page is set in two columns of running text."""
    return _gutter(pieces) is not None


def _both_columns(band: list[Line], gutter: float) -> list[Line]:
    """The left column of the band, then the right one, or the two others of three."""
    left = [piece for piece in band if piece.right <= gutter]
    right = [piece for piece in band if piece.right > gutter]
    others = _gutter(right)
    if left and others is not None and _as_wide(others - gutter, gutter - min(piece.left for piece in left)):
        return [*whole_lines(left), *in_columns(right)]
    return [*whole_lines(left), *whole_lines(right)]


def _as_wide(width: float, other: float) -> bool:
    return abs(width - other) < _SAME_WIDTH * other


def whole_lines(pieces: list[Line]) -> list[Line]:
    """Pieces on one height joined into lines, all belonging to one column."""
    if not pieces:
        return []
    lines: list[Line] = []
    for piece in sorted(pieces, key=lambda line: (-line.baseline, line.left)):
        above = lines[-1] if lines else None
        if above and above.baseline - piece.baseline < _BASELINE_TOLERANCE * piece.size:
            above.letters = sorted([*above.letters, *piece.letters], key=lambda letter: letter.left)
        else:
            lines.append(Line(list(piece.letters)))
    left, columns = min(line.left for line in lines), dict[float, Column]()
    by_size: dict[float, list[Line]] = {}
    for line in lines:
        by_size.setdefault(round(line.size), []).append(line)
    for size, alike in by_size.items():
        # A title in large letters may be wider than the text below it.
        own = alike if len(alike) >= _OWN_EDGE else lines
        columns[size] = Column(left, max(line.right for line in own))
    for line in lines:
        line.column = columns[round(line.size)]
    return lines


def _gutter(pieces: Sequence[Line]) -> float | None:
    """The middle of the empty stripe behind the first column of running text, ``None`` where there is but one."""
    if len(pieces) < 2 * _MIN_COLUMN_LINES:
        return None
    return next((found for widest, across in _FIRST_COLUMN if (found := _gutter_within(pieces, widest, across))), None)


def _gutter_within(pieces: Sequence[Line], widest: float, across: float) -> float | None:
    """The same for a first column that ends before a part of the text's width and that so many lines may cross."""
    left_edge, right_edge = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    left = [piece for piece in pieces if piece.right < left_edge + (right_edge - left_edge) * widest]
    if len(left) < _MIN_COLUMN_LINES:
        return None
    left_side = sorted(piece.right for piece in left)[len(left) * 19 // 20]
    # The end of a paragraph in the right column may stand before the middle, too.
    left = [piece for piece in left if piece.right < left_side + _MIN_GUTTER / 2]
    right = [piece for piece in pieces if piece.left > left_side + _MIN_GUTTER / 2]
    if min(len(left), len(right)) < _MIN_COLUMN_LINES or len(left) + len(right) < (1 - across) * len(pieces):
        return None
    start = min(piece.left for piece in right)
    if start - left_side < _MIN_GUTTER or not (_is_running_text(left) and _is_text_in_columns(right)):
        return None
    if not _is_filled(left):
        return None
    gaps = _wide_steps(left)
    if len(gaps) >= _ROWS and gaps == _wide_steps(right):
        return None
    return (left_side + start) / 2


def _wide_steps(pieces: Sequence[Line]) -> set[int]:
    """The heights above which a column leaves more room than between its lines; those of a table's columns agree."""
    places = sorted(piece.baseline for piece in pieces)
    steps = sorted(above - below for below, above in pairwise(places) if above - below > 1)
    usual = steps[len(steps) // 3] if steps else 0.0
    return {round(above) for below, above in pairwise(places) if above - below > _WIDE_STEP * usual}


def _is_filled(left: Sequence[Line]) -> bool:
    """The lines of the first column leave no more room than paragraphs need; questions beside long answers do."""
    places = sorted(piece.baseline for piece in left)
    steps = sorted(above - below for below, above in pairwise(places) if above - below > 1)
    return bool(steps) and len(left) * steps[len(steps) // 2] >= _FILLED * (places[-1] - places[0])


def _is_text_in_columns(pieces: Sequence[Line]) -> bool:
    """Running text, or two columns of it: the rest of three."""
    return _is_running_text(pieces) or _gutter(pieces) is not None


def _short_gutter(pieces: Sequence[Line]) -> float | None:
    """The same for two short columns, whose lines do not stand on the same heights as the rows of a table do."""
    if len(pieces) > _MANY_PIECES:
        return None
    starts = sorted(piece.left for piece in pieces)
    half = (max(piece.right for piece in pieces) - starts[0]) / 2 if pieces else 0.0
    edge = next((start for start in starts if start > starts[0] + _LEAST_COLUMN * half), None)
    if edge is None:
        return None
    right = [piece for piece in pieces if piece.left > edge - _SAME_EDGE]
    top, bottom = max(piece.baseline + piece.size for piece in right), min(piece.baseline for piece in right)
    beside = [piece for piece in pieces if piece.left < edge - _SAME_EDGE and bottom <= piece.baseline <= top]
    if min(len(beside), len(right)) < _FEW_LINES or any(piece.right > edge - _MIN_GUTTER for piece in beside):
        return None
    if sum(piece.left < edge + _SAME_EDGE for piece in right) < _MOSTLY * len(right):
        return None
    level = sum(
        any(abs(piece.baseline - other.baseline) < _BASELINE_TOLERANCE * piece.size for other in beside)
        for piece in right
    )
    return None if level > (1 - _MOSTLY) * len(right) else edge - _MIN_GUTTER / 2


def _is_running_text(pieces: Sequence[Line]) -> bool:
    """Most lines reach the right edge, as they do in a column of text and not in the entries of a table."""
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    full = sum(piece.right > right - 0.2 * (right - left) for piece in pieces)
    return full >= _FULL_LINES_SHARE * len(pieces)
