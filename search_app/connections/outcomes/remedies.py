"""What cities usually do about what they complain of: whether a tale may answer a complaint, by its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

from indexer.vocabulary import TogetherWords, Vocabulary
from search_app.connections.outcomes.lists import finder, plain

Span = tuple[int, int]


_NEAR = 8
"""Words of some length among which the parts of a tale stand: farther apart they are of different things («построена
сеть длиной 340 км, она связала мэрию, десять районных администраций, 212 школ»)."""

_LONG = re.compile(r"\w{4,}")


class _Told:
    """Finds any of some alternatives, each of parts that stand in one text wherever."""

    def __init__(self, alternatives: Sequence[TogetherWords], most: int | None = None) -> None:
        """``most`` are the words among which all parts must stand."""
        self._alternatives = alternatives
        self._most = most
        self._any = finder(parts[0] for parts in alternatives)

    @cached_property
    def _parts(self) -> list[list[re.Pattern[str]]]:
        # Of all remedies a second of a processor: few texts have anything of one, so each is made when it is met.
        return [[finder([part]) for part in parts] for parts in self._alternatives]

    def ready(self) -> None:
        """Makes what the first text that has any of it would wait for."""
        self._parts  # noqa: B018

    def __call__(self, text: str) -> bool:
        return next(self.places(text), None) is not None

    def places(self, text: str) -> Iterator[tuple[Span, ...]]:
        """Of each alternative that the text has where its parts stand."""
        # Most texts have none of the first parts: one look is enough for them.
        if self._any.search(text):
            for parts in self._parts:
                found = [part.search(text) for part in parts]
                if all(found):
                    spans = tuple(part.span() for part in found if part)
                    if self._most is None or self._are_near(text, parts, spans):
                        yield spans

    def _are_near(self, text: str, parts: Sequence[re.Pattern[str]], first: Sequence[Span]) -> bool:
        """Whether the parts stand near each other anywhere; ``first`` are the first places of each."""
        if len(parts) == 1 or self._is_short(text, first):
            return True
        every = ([part.span() for part in pattern.finditer(text)] for pattern in parts)
        return any(self._is_short(text, spans) for spans in product(*every))

    def _is_short(self, text: str, spans: Sequence[Span]) -> bool:
        between = text[min(start for start, _ in spans) : max(end for _, end in spans)]
        return self._most is None or len(_LONG.findall(between)) <= self._most


@dataclass(frozen=True, slots=True)
class Answering:
    """What would answer one complaint."""

    known: tuple[_Told, ...]

    def of(self, texts: Iterable[str]) -> list[bool]:
        """Of each text whether it may answer the complaint."""
        kept: dict[str, bool] = {}
        return [kept[text] if text in kept else kept.setdefault(text, self._answers(plain(text))) for text in texts]

    def _answers(self, text: str) -> bool:
        return any(told(text) for told in self.known)


class Remedies:
    """Complaints and their usual answers. Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._pairs = [(_Told(remedy.complaint), _Told(remedy.told, _NEAR)) for remedy in vocabulary.remedies]

    def ready(self) -> None:
        """Makes the first questions as quick as later ones."""
        for complaint, told in self._pairs:
            complaint.ready()
            told.ready()

    def answering(self, complaint: str, tells: Callable[[Sequence[Span]], bool] = bool) -> Answering:
        """What answers a complaint; nothing where it is of no known kind.

        ``tells`` says of the places by which a kind is recognised whether they are what is complained of: «взносы на
        *капремонт*» are not.
        """
        text = plain(complaint)
        return Answering(tuple(told for complained, told in self._pairs if any(map(tells, complained.places(text)))))

    def alike(self, complaint: str, others: Iterable[str]) -> list[bool]:
        """Of each other complaint whether both are of one known kind."""
        text = plain(complaint)
        kinds = [complained for complained, _ in self._pairs if complained(text)]
        return [any(complained(other) for complained in kinds) for other in map(plain, others)]


@lru_cache(maxsize=4)
def remedies(vocabulary: Vocabulary) -> Remedies:
    """The remedies of a vocabulary."""
    return Remedies(vocabulary)
