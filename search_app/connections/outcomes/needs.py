"""The needs that an answer about problems names: what is wanted, what is worn, what there is too much of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.language.analysis import shared_analyzer
from indexer.language.statements import LEAD, Statement
from indexer.vocabulary import ConnectionWords, Vocabulary
from search_app.connections.cutting import clauses
from search_app.connections.outcomes.lists import finder, plain
from search_app.connections.outcomes.verdicts import Acts, acts
from search_app.engine.door import Place, Weighed

LACK, WORN, GROWN = "lack", "worn", "grown"

_ANSWERS = {
    LACK: frozenset({"build", "open", "buy", "raise", "teach", "move", "hold", "repair"}),
    WORN: frozenset({"repair", "build", "buy", "move", "lessen", "open"}),
    GROWN: frozenset({"lessen", "adopt", "open", "move", "raise"}),
}
"""Kind of a need → groups of acts that meet it."""

_THINGS = ("NOUN", "")
_FACTORS = {"NOUN": 1.0, "ADJF": 0.85, "PRTF": 0.6, "": 1.0}
_OTHER = 0.25
_TROUBLE = 0.15
_BADLY = 0.2
_GENERIC = _SETTING = 0.3
_NUMBER = 0.0
_LOCAL_NAME = 0.15
"""Names within a statement are of this town's streets and rivers: elsewhere they are called otherwise."""

_ACT = 0.4
_OWN_ACT_ENDINGS = ("ние", "тие", "ция", "ство", "монт", "вод", "мена", "дача", "нос", "вка")
_ACT_ENDINGS = ("ние", "тие", "ция", "ство", "монт", "вод", "мена", "дача")


@dataclass(frozen=True, slots=True)
class Need:
    """What one statement complains of."""

    text: str
    kinds: frozenset[str]
    """`LACK`, `WORN`, `GROWN`; none where it is told in other words."""
    acts: frozenset[str]
    """Groups of acts that would meet it; of a thing that was not done, its own."""
    own: frozenset[str]
    """Groups of the acts that it names itself: «не хватает денег на *снос* домов»."""
    heads: frozenset[int]
    """Its things: places among the words of its weighing."""
    principal: int
    """The thing that the need is first of all about, -1 where none is told."""
    weights: NDArray[np.float32]
    """How much each word tells what is needed; they sum up to one."""


class Needs:
    """Understands needs by the vocabulary's words. Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        words: ConnectionWords = vocabulary.connections
        self._cut = clauses(vocabulary)
        self._acts: Acts = acts(vocabulary)
        self._kinds = {kind: finder(words["needs"][kind]) for kind in (LACK, WORN, GROWN)}
        self._trouble = frozenset(map(plain, words["needs"]["trouble"]))
        self._badly = frozenset(map(plain, words["needs"]["badly"]))
        self._setting = frozenset(map(plain, words["needs"]["setting"]))
        self._none = finder(words["needs"]["none"])
        self._none_last = finder(words["needs"]["none_last"])
        self._asked = finder(words["needs"]["asked"])
        self._but = finder(words["needs"]["but"])
        self._grammar = shared_analyzer(vocabulary).grammar

    def statements(self, text: str) -> list[Statement]:
        """The statements of an answer that may name a need each, in order."""
        return [part for part in self._cut.in_text(text) if part.kind != LEAD and not self._is_none(part)]

    def _is_none(self, one: Statement) -> bool:
        """«Антивирусная защита есть.», «Томск избавился от наледей.», «Как вы это решаете?»: nothing is wanted."""
        text = plain(one.text)
        if self._is_asked(text):
            return True
        last = text.rstrip(" .;,!").rpartition(" ")[2]
        good = self._none.search(text) or self._none_last.fullmatch(last)
        return bool(good) and not one.lead and not self._but.search(text)

    def _is_asked(self, text: str) -> bool:
        """«Как вы решаете вопрос стоянок?» is asked of colleagues; «Где взять деньги?» tells what is lacking."""
        if not text.rstrip(' »")').endswith("?"):
            return False
        words = (word.strip(_MARKS) for word in text.split())
        return bool(self._asked.search(text)) or any(self._is_said_to_one(word) for word in words if word)

    def _is_said_to_one(self, word: str) -> bool:
        return any("2per" in grammemes and share >= _LIKELY for grammemes, share in self._grammar(word))

    def need(self, weighed: Weighed, *, to_complain: bool = False) -> Need:
        """What the only statement of a weighing needs.

        Beside another complaint (``to_complain``) all words count that it may repeat; a tale of how the need was met
        does not say how bad it was, and each has its own place and time.
        """
        text = weighed.texts[0]
        found = plain(text)
        kinds = frozenset(kind for kind, pattern in self._kinds.items() if pattern.search(found))
        answering = frozenset[str]().union(*(_ANSWERS[kind] for kind in kinds)) if kinds else self._acts.groups(text)
        weights = np.zeros(len(weighed.words), dtype=np.float32)
        asides = _asides(text)
        for place in weighed.places[0]:
            aside = _ASIDE if any(begin <= place.start < end for begin, end in asides) else 1.0
            own = self._weight(weighed, place) * (1.0 if to_complain else self._repeated(weighed, place))
            weights[place.word] = max(weights[place.word], aside * own)
        heads = self._heads(weighed, weights)
        principal = self._principal(weighed, heads)
        if principal >= 0:
            weights[principal] *= _PRINCIPAL
        total = float(weights.sum())
        return Need(
            text=text,
            kinds=kinds,
            acts=answering,
            own=self._own_acts(weighed),
            heads=heads,
            principal=principal,
            weights=weights / np.float32(total) if total else weights,
        )

    def _heads(self, weighed: Weighed, weights: NDArray[np.float32]) -> frozenset[int]:
        """The heavy nouns; «бездомным негде ночевать», «старинные деревянные дома»: the heaviest name of a thing."""
        named = [place.word for place in weighed.places[0] if weights[place.word] > 0]
        things = [word for word in named if weighed.words[word].part in _THINGS]
        heavy = [word for word in things if weights[word] >= _HEAD * weights.max(initial=0)]
        qualities = [word for word in named if weighed.words[word].part == "ADJF"]
        return frozenset(heavy or sorted(things or qualities, key=lambda word: -weights[word])[:1])

    def _principal(self, weighed: Weighed, heads: frozenset[int]) -> int:
        """The first thing behind the word that tells the trouble: «не хватает *хормейстеров*»; else the first."""
        things = [place for place in weighed.places[0] if place.word in heads]
        after = next((p.end for p in weighed.places[0] if weighed.words[p.word].lemma in self._trouble), 0)
        return next((p.word for p in things if p.start >= after), things[0].word if things else -1)

    def _is_act_noun(self, lemma: str, part: str) -> bool:
        return part == "NOUN" and lemma.endswith(_ACT_ENDINGS) and self._acts.is_act(lemma)

    def _own_acts(self, weighed: Weighed) -> frozenset[str]:
        named = (weighed.words[place.word] for place in weighed.places[0])
        groups = (
            self._acts.groups(word.lemma)
            for word in named
            if word.part == "NOUN" and word.lemma.endswith(_OWN_ACT_ENDINGS) and word.lemma not in self._acts.generic
        )
        return frozenset[str]().union(*groups)

    def _is_local_name(self, written: str) -> bool:
        """«Чуркине», «Октябрьского», but not «СЭД»."""
        return written[0].isupper() and not written.isupper()

    def _weight(self, weighed: Weighed, place: Place) -> float:
        word = weighed.words[place.word]
        if word.lemma.isdigit():
            return _NUMBER
        factor = _FACTORS.get(word.part, _OTHER)
        if word.lemma in self._trouble:
            factor = _TROUBLE
        elif word.lemma in self._acts.generic:
            factor = _GENERIC
        elif self._is_act_noun(word.lemma, word.part):
            factor = _ACT
        elif place.start and self._is_local_name(weighed.texts[0][place.start : place.end]):
            factor = _LOCAL_NAME
        return word.weight * factor

    def _repeated(self, weighed: Weighed, place: Place) -> float:
        """How likely a tale of the same matter has a word of the complaint."""
        lemma = weighed.words[place.word].lemma
        return _BADLY if lemma in self._badly else _SETTING if lemma in self._setting else 1.0


_MARKS = '.,;:!?«»()"–—'
_LIKELY = 0.5
_HEAD = 0.45
"""The share of the heaviest word's weight from which a noun is among the things needed."""


_PRINCIPAL = 1.5
_ASIDE = 0.35
_ASIDES = re.compile(
    r"\([^)]*\)?|[:–—]\s.*|,\s.*|\s(?:из-за|вследствие|поскольку|потому|ввиду|в связи|по причине|на фоне|при|для)\s.*"
)
_SHORTEST = 2
"""Words that must stand before an aside: «Наледи: …» says nothing yet, «Не хватает тренеров: …» does."""


_CONCEDED = re.compile(r"^[^,;:–—]+,\s+но\s")


def _asides(text: str) -> list[tuple[int, int]]:
    """Where the words stand that explain a need rather than name it, or are conceded before it is named."""
    conceded = _CONCEDED.match(text)
    if conceded:
        return [conceded.span()]
    return [found.span() for found in _ASIDES.finditer(text) if len(text[: found.start()].split()) >= _SHORTEST][:1]


@lru_cache(maxsize=4)
def needs(vocabulary: Vocabulary) -> Needs:
    """What understands needs by a vocabulary."""
    return Needs(vocabulary)
