"""What changed from one answer to a later one: whole sentences first, then words within those that are alike.

Sentences are aligned by the longest run of equal ones (difflib); between two such runs those that share enough words
are taken for the same sentence reworded. Sentences that only changed their place are no change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from indexer.language.sentences import sentences as whole_sentences

SAME, MOVED, ADDED, REMOVED, CHANGED = "same", "moved", "added", "removed", "changed"

MOST_SENTENCES = 400
"""Of one answer that are compared: aligning takes the product of both answers' lengths at worst."""

_ALIKE = 0.5
"""Share of common words from which on two sentences are one, reworded: below it the marks hide more than they show."""
_MOST_PAIRS = 40_000

# «1. », «- », «а) » at the beginning of an item: a new number makes no new item.
_MARKER = re.compile(r"^(?:[-•–—*·▪]|\d{1,3}(?:\.\d{1,2}){0,3}[.)]|[а-яё]\))\s+", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:-\w+)*")
_TOKEN = re.compile(r"\w+(?:-\w+)*|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words in a row with the same fate: ``same``, ``added`` or ``removed``."""

    change: str
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the later answer or one that is gone, with its fate; ``changed`` ones tell it by stretches."""

    change: str
    stretches: tuple[Stretch, ...]
    begins: bool
    """Whether it begins a line."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A later answer as against an earlier one: lines of sentences, removed ones where they stood."""

    lines: tuple[tuple[Sentence, ...], ...]
    added: int
    removed: int
    changed: int
    same: int
    cut: bool
    """Whether an answer was too long to compare to its end."""

    @property
    def rewritten(self) -> bool:
        """Nothing of the earlier answer is left: marks would only stand in the way of reading."""
        return not self.same and not self.changed and bool(self.added)


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence as it stands in an answer."""

    text: str
    begins: bool

    @property
    def key(self) -> str:
        """What makes it the same sentence: its words, whatever the list number and the signs between them."""
        return " ".join(_words(self.text)) or self.text


def sentences(text: str) -> list[tuple[str, bool]]:
    """The sentences of ``text`` in order, each with whether it begins a line."""
    return [
        (sentence.text, number == 0)
        for line in text.split("\n")
        if line.strip()
        for number, sentence in enumerate(whole_sentences(line.strip()))
    ]


def unmarked(text: str) -> Difference:
    """An answer that is compared with none."""
    lines = _lines(text)
    shown = [_whole(SAME, line) for line in lines[:MOST_SENTENCES]]
    return _difference(shown, len(lines) > MOST_SENTENCES)


def difference(earlier: str, later: str) -> Difference:
    """``later`` with its changes from ``earlier`` marked."""
    before, after = _lines(earlier), _lines(later)
    cut = len(before) > MOST_SENTENCES or len(after) > MOST_SENTENCES
    before, after = before[:MOST_SENTENCES], after[:MOST_SENTENCES]
    kept = {line.key for line in before} & {line.key for line in after}
    matcher = SequenceMatcher(None, [line.key for line in before], [line.key for line in after], autojunk=False)
    shown: list[Sentence] = []
    for change, old, old_end, new, new_end in matcher.get_opcodes():
        if change == "equal":
            shown += [_whole(SAME, line) for line in after[new:new_end]]
        else:
            shown += _replaced(before[old:old_end], after[new:new_end], kept)
    return _difference(shown, cut)


def _replaced(before: Sequence[_Line], after: Sequence[_Line], kept: set[str]) -> list[Sentence]:
    """Sentences in place of others; those in ``kept`` stand elsewhere in the other answer."""
    old = [line for line in before if line.key not in kept]
    new = [line for line in after if line.key not in kept]
    partner = dict(_aligned(old, new))
    shown: list[Sentence] = []
    waiting = 0
    number = 0
    for line in after:
        if line.key in kept:
            shown.append(_whole(MOVED, line))
            continue
        place = partner.get(number)
        number += 1
        if place is None:
            shown.append(_whole(ADDED, line))
            continue
        shown += [_whole(REMOVED, gone) for gone in old[waiting:place]]
        shown.append(_reworded(old[place], line))
        waiting = place + 1
    return shown + [_whole(REMOVED, gone) for gone in old[waiting:]]


def _aligned(old: Sequence[_Line], new: Sequence[_Line]) -> list[tuple[int, int]]:
    """Pairs (place in ``new``, place in ``old``) of reworded sentences, in the order of both, as alike as can be."""
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return []
    bags = [Counter(_words(line.text)) for line in old], [Counter(_words(line.text)) for line in new]
    alike = [[_likeness(before, after) for after in bags[1]] for before in bags[0]]
    # The best sum of likenesses of the first i old and first j new sentences.
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, row in enumerate(alike, 1):
        for j, likeness in enumerate(row, 1):
            paired = best[i - 1][j - 1] + likeness if likeness >= _ALIKE else 0.0
            best[i][j] = max(best[i - 1][j], best[i][j - 1], paired)
    return _traced(best, alike)


def _traced(best: list[list[float]], alike: list[list[float]]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    i, j = len(best) - 1, len(best[0]) - 1
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            if alike[i][j] >= _ALIKE:
                pairs.append((j, i))
    return pairs


def _likeness(before: Counter[str], after: Counter[str]) -> float:
    """Dice's coefficient over words, 0…1."""
    size = before.total() + after.total()
    return 2 * (before & after).total() / size if size else 0.0


def _reworded(before: _Line, after: _Line) -> Sentence:
    """The later sentence with the words that are new or gone."""
    old, new = _TOKEN.findall(before.text), _TOKEN.findall(after.text)
    matcher = SequenceMatcher(None, [_folded(token) for token in old], [_folded(token) for token in new], False)
    stretches: list[Stretch] = []
    for change, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if change == "equal":
            stretches.append(Stretch(SAME, "".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            stretches.append(Stretch(REMOVED, "".join(old[old_from:old_to])))
        if new_to > new_from:
            stretches.append(Stretch(ADDED, "".join(new[new_from:new_to])))
    return Sentence(CHANGED, tuple(_joined(stretches)), after.begins)


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """Neighbouring changes as one: «2021 году» for «2022 годах» reads as one change, not as four."""
    joined: list[Stretch] = []
    for blank_between, run in groupby(_bridged(stretches), key=lambda stretch: stretch.change == SAME):
        parts = list(run)
        if blank_between:
            joined += parts
            continue
        for change in (REMOVED, ADDED):
            text = "".join(part.text for part in parts if part.change == change)
            if text:
                joined.append(Stretch(change, text))
    return joined


def _bridged(stretches: list[Stretch]) -> list[Stretch]:
    """A blank alone between two changes belongs to both."""
    bridged: list[Stretch] = []
    for place, stretch in enumerate(stretches):
        inside = 0 < place < len(stretches) - 1
        if inside and stretch.change == SAME and not stretch.text.strip():
            bridged += [Stretch(REMOVED, stretch.text), Stretch(ADDED, stretch.text)]
        else:
            bridged.append(stretch)
    return bridged


def _difference(shown: Sequence[Sentence], cut: bool) -> Difference:
    counts = Counter(sentence.change for sentence in shown)
    return Difference(
        lines=tuple(_by_line(shown)),
        added=counts[ADDED],
        removed=counts[REMOVED],
        changed=counts[CHANGED],
        same=counts[SAME] + counts[MOVED],
        cut=cut,
    )


def _by_line(shown: Sequence[Sentence]) -> list[tuple[Sentence, ...]]:
    lines: list[list[Sentence]] = []
    for sentence in shown:
        if sentence.begins or not lines:
            lines.append([])
        lines[-1].append(sentence)
    return [tuple(line) for line in lines]


def _whole(change: str, line: _Line) -> Sentence:
    return Sentence(change, (Stretch(change, line.text),), line.begins)


def _lines(text: str) -> list[_Line]:
    return [_Line(sentence, begins) for sentence, begins in sentences(text)]


def _words(text: str) -> list[str]:
    return [_folded(word) for word in _WORD.findall(_MARKER.sub("", text))]


def _folded(token: str) -> str:
    return token.lower().replace("ё", "е") if not token.isspace() else " "
