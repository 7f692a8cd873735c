"""Whether a clause of a later report tells that a task was done: the same thing, the same act, as many of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.language.analysis import shared_analyzer
from indexer.language.roots import root_of
from indexer.vocabulary import Vocabulary
from search_app.connections.outcomes import verdicts as said
from search_app.connections.outcomes.numbers import Counted, counted_in
from search_app.engine.door import Place, Weighed

DONE, PARTLY, MOVED, UNKNOWN = "done", "partly", "moved", "unknown"

SURE = 0.7
"""How well a word of the task must be met to be the same thing: by itself, a synonym, its family; not by meaning."""

SAME_THING = 0.6
"""The share of the weight of a task's things that a clause about the same thing meets."""

ENOUGH = 0.985
"""The share of a task's number from which it is reached: «11,6 km of 11»; rounding is forgiven."""

_FACTORS = {"NOUN": 1.0, "ADJF": 0.7, "PRTF": 0.6, "ADJS": 0.5, "NUMB": 0.25, "NUMR": 0.25, "": 1.0}
_OTHER = 0.4
_ACT = 0.35
_GENERIC = 0.3
_NAME = 1.3
_DETAIL = 0.4
"""Words in brackets, behind a colon or in a subordinate clause: «(всего 612)», «чтобы…»."""

_DETAILS = re.compile(
    r"\([^)]*\)?|:\s.*|,?\s(?:чтобы|котор\w+|где|включая|в том числе|с участием|за сч[её]т|согласно|в рамках|площадью"
    r"|в части)\s.*"
)
_FEW = 10
"""Up to here a number need not be told again: «в трёх микрорайонах» may be told by their names."""

_FAR = 3
"""Times a number from which it is another thing's."""

_BESIDE = 0.4
_RARE = 0.7
"""The share of the rarest words' weight from which one shared word is enough."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_UP_TO = re.compile(r"\b(?:до|не (?:более|больше|выше)(?: чем)?)\s+$")
_CHAIN = 3
"""Words behind the act that may still be the act: «завершить капитальный ремонт»."""


@dataclass(frozen=True)
class Told:
    """A clause of a statement of a later report."""

    text: str
    number: int
    """That of its statement, among all."""
    statement: str
    begin: int
    """Where the clause begins in the statement."""
    passage_id: str
    report_id: str
    position: int
    year: int
    kind: str
    lead: str
    """What the statement goes on."""
    telling: said.Verdicts = field(compare=False, repr=False)

    @cached_property
    def verdict(self) -> said.Verdict:
        """What the clause says became of what it speaks of: asked of few of them."""
        verdict = self.telling.of(self.text)
        lead = self.telling.of(self.lead) if self.lead else None
        # What a list of undone things begins with counts.
        undone = lead is not None and lead.state in (said.MOVED, said.PLANNED)
        return lead if lead and undone and verdict.state in (said.SILENT, said.LASTS) else verdict


@dataclass(frozen=True, slots=True)
class Target:
    """What a task wants."""

    text: str
    acts: frozenset[str]
    """The groups of its act."""
    act_words: frozenset[int]
    things: tuple[int, ...]
    """Its things, places among the words, the one that the act is done to first."""
    beside: frozenset[int]
    """Things behind prepositions, which only tell more of it: «замена тополей *на липу*»."""
    qualities: tuple[int, ...]
    """Its adjectives."""
    names: tuple[int, ...]
    """The names that tell this thing from others of its kind."""
    numbers: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """How well each word of some tasks is met."""

    clause: NDArray[np.float32]
    statement: NDArray[np.float32]
    common: NDArray[np.bool_]
    """Words that stand everywhere in the reports looked at, or name what they all are about."""
    rarest: float
    """The weight of the archive's rarest words."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a clause tells of a task."""

    status: str
    why: str


class Judge:
    """Guesses by the vocabulary. Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._verdicts, self._acts = said.verdicts(vocabulary), said.acts(vocabulary)
        self._analyzer = shared_analyzer(vocabulary)

    def target(self, items: Weighed, item: int) -> Target:
        """What a task wants."""
        text, places = items.texts[item], items.places[item]
        act = self._act(items, places)
        acts = frozenset(group for place in act for group in self._acts.groups(text[place.start : place.end]))
        act_words = frozenset(place.word for place in act)
        after = act[-1].end if act else 0
        details = _details(text)
        main = [p for p in places if not any(begin <= p.start < end for begin, end in details)]
        nouns = [p for p in main if self._is_thing(items, p) and p.word not in act_words]
        told = [*nouns, *(p for p in main if self._is_quality(items, p))]
        beside = frozenset(p.word for p in told if self._behind_preposition(items, item, p))
        ordered = sorted(nouns, key=lambda p: (self._is_generic(items, p), p.start < after, p.word in beside, p.start))
        telling = [p for p in ordered if not self._is_generic(items, p)] or ordered
        return Target(
            text=text,
            acts=acts,
            act_words=act_words,
            things=tuple(dict.fromkeys(p.word for p in telling)) or tuple(act_words),
            beside=beside,
            qualities=tuple(dict.fromkeys(p.word for p in main if self._is_quality(items, p))),
            names=tuple(dict.fromkeys(p.word for p in main if self._is_name(text, p, places))),
            numbers=tuple(counted_in(text)),
        )

    def _behind_preposition(self, items: Weighed, item: int, place: Place) -> bool:
        """Whether a noun, adjectives before it apart, stands behind a preposition: «вместе с Хэйхэ»."""
        places = items.places[item]
        at = places.index(place)
        while at > 0:
            at -= 1
            part = items.words[places[at].word].part
            if part not in ("ADJF", "PRTF", "NUMR", "NUMB"):
                return part == "PREP"
        return False

    def weights(self, items: Weighed) -> NDArray[np.float32]:
        """Tasks × words: how much each word of a task tells what it is about; each row sums up to one."""
        found = np.zeros((len(items), len(items.words)), dtype=np.float32)
        for item, places in enumerate(items.places):
            text = items.texts[item]
            act = {place.word for place in self._act(items, places)}
            details = _details(text)
            for place in places:
                weight = self._weight(items, place, act, text, places)
                detail = any(begin <= place.start < end for begin, end in details)
                found[item, place.word] = max(found[item, place.word], weight * (_DETAIL if detail else 1))
        totals = found.sum(axis=1, keepdims=True)
        return np.asarray(found / np.where(totals > 0, totals, 1), dtype=np.float32)

    def acts_of(self, text: str) -> frozenset[str]:
        """The groups of acts that a text names."""
        return self._acts.groups(text)

    def verdict(self, target: Target, told: Told, items: Weighed, met: Met) -> Verdict:
        """What a clause tells of a task."""
        same = self._same_thing(target, items, met)
        state = self._state(target, told)
        year = told.year
        if not same:
            return Verdict(UNKNOWN, f"Похожее в отчёте за {year} год есть, но о том же ли речь, сказать нельзя.")
        quoted = f"«{told.verdict.said}»" if told.verdict.said else "без слов о результате"
        if told.kind == "tasks":
            return Verdict(MOVED, f"Снова стоит среди задач в отчёте за {year} год.")
        if told.kind == "problems" and state != said.DONE:
            return Verdict(MOVED, f"В отчёте за {year} год названо среди нерешённых проблем.")
        if state in (said.MOVED, said.PLANNED):
            return Verdict(MOVED, f"Отчёт за {year} год говорит, что это ещё впереди: {quoted}.")
        if state == said.PARTLY:
            return Verdict(PARTLY, f"Отчёт за {year} год говорит о начатом или о части: {quoted}.")
        if state == said.DONE and told.verdict.prepares and not self._wants_preparation(target, told):
            return Verdict(PARTLY, f"Отчёт за {year} год говорит о подготовке, а не о самом деле.")
        if state == said.SILENT or not self._same_act(target, told, items, met):
            return Verdict(UNKNOWN, f"О том же в отчёте за {year} год сказано, но сделано ли именно это, неясно.")
        if not self._is_enough(target, items, met):
            return Verdict(UNKNOWN, f"Похожее в отчёте за {year} год есть, но о том же ли речь, сказать нельзя.")
        if len(target.things) == 1 and self._is_far(target, told):
            return Verdict(UNKNOWN, f"В отчёте за {year} год названо другое число: о том же ли речь, сказать нельзя.")
        short = self._short_of(target, told)
        if short:
            return Verdict(PARTLY, f"Отчёт за {year} год: {quoted}, но {short}.")
        if told.kind == "problems":
            return Verdict(PARTLY, f"Отчёт за {year} год: {quoted}, но названо среди проблем.")
        return Verdict(DONE, f"Отчёт за {year} год говорит об этом как о сделанном: {quoted}.")

    # What a task is about

    def _act(self, items: Weighed, places: Sequence[Place]) -> list[Place]:
        """The words of the act: the first infinitive and the nouns of acts right behind it."""
        first = next((at for at, place in enumerate(places) if items.words[place.word].part == "INFN"), None)
        if first is None:
            first = next((at for at, place in enumerate(places) if self._names_act(items, place)), None)
        if first is None:
            return []
        found = [places[first]]
        for place in places[first + 1 : first + 1 + _CHAIN]:
            part = items.words[place.word].part
            if self._names_act(items, place):
                found.append(place)
            elif part not in ("ADJF", "PRTF"):
                break
        return found

    def _names_act(self, items: Weighed, place: Place) -> bool:
        word = items.words[place.word]
        return word.part == "NOUN" and word.lemma.endswith(_OF_ACTS) and self._acts.is_act(word.lemma)

    def _is_thing(self, items: Weighed, place: Place) -> bool:
        word = items.words[place.word]
        return word.weight > 0 and (word.part == "NOUN" or not word.part) and not word.lemma.isdigit()

    def _is_quality(self, items: Weighed, place: Place) -> bool:
        word = items.words[place.word]
        return word.part == "ADJF" and word.weight > 0 and word.lemma not in self._acts.generic

    def _is_generic(self, items: Weighed, place: Place) -> bool:
        return items.words[place.word].lemma in self._acts.generic

    def _is_name(self, text: str, place: Place, places: Sequence[Place]) -> bool:
        """«Степановка», «Советский», «СЭД» alike: what is written with a capital within the task."""
        return text[place.start].isupper() and place.start > places[0].start

    def _weight(self, items: Weighed, place: Place, act: set[int], text: str, places: Sequence[Place]) -> float:
        word = items.words[place.word]
        factor = _FACTORS.get(word.part, _OTHER)
        if word.lemma.isdigit():
            factor = _FACTORS["NUMB"]
        if place.word in act:
            factor = _ACT
        elif word.lemma in self._acts.generic:
            factor = _GENERIC
        elif self._is_name(text, place, places):
            factor *= _NAME
        return word.weight * factor

    # What a clause tells

    def _same_thing(self, target: Target, items: Weighed, met: Met) -> bool:
        things = [word for word in target.things if items.words[word].weight > 0]
        if not things or met.clause[things[0]] < SURE:
            return False
        about = [*things, *target.qualities]
        weights = np.asarray([items.words[word].weight * (_BESIDE if word in target.beside else 1) for word in about])
        sure = np.asarray([met.statement[word] >= SURE for word in about])
        if float(weights[sure].sum()) < SAME_THING * float(weights.sum()):
            return False
        return all(met.statement[name] >= SURE or met.common[name] for name in target.names)

    def _is_enough(self, target: Target, items: Weighed, met: Met) -> bool:
        """Whether what is in common makes sure: several things, or the act by its own word, a number, a rare thing."""
        if sum(met.statement[word] >= SURE for word in {*target.things, *target.qualities}) > 1:
            return True
        named = any(met.clause[word] >= SURE for word in target.act_words)
        return named or bool(target.numbers) or items.words[target.things[0]].weight >= _RARE * met.rarest

    def _is_place(self, target: Target, told: Told, items: Weighed) -> bool:
        """«В ледовом бассейне открыт буфет»: the thing is only where something else came to be."""
        root = _root(items.words[target.things[0]].lemma)
        inside = False
        for word in _WORD.findall(told.text):
            part = self._analyzer.part_of_speech(word.lower())
            if part == "NOUN" and self._root(word.lower()) == root:
                return inside
            inside = part == "PREP" or (inside and part in ("ADJF", "PRTF", "NUMR"))
        return False

    def _same_act(self, target: Target, told: Told, items: Weighed, met: Met) -> bool:
        if self._is_place(target, told, items):
            return self._is_act_told(target, told, items)
        if any(met.clause[word] >= SURE for word in target.act_words) or not target.act_words:
            return True
        if told.verdict.state == said.DONE and "hold" in target.acts:
            return True  # What has brought something was held: «Инвентаризация выявила…»
        if target.acts & _USABLE and self._acts.is_used(told.text):
            return True
        return bool(target.acts & self._acts.groups(told.text)) or self._acts.is_whole(told.text)

    def _is_act_told(self, target: Target, told: Told, items: Weighed) -> bool:
        """Whether a noun of the clause is the act: «в музее окончен ремонт», but «в музее открыта выставка»."""
        roots = {_root(items.words[word].lemma) for word in target.act_words}
        nouns = (word for word in _WORD.findall(told.text) if self._analyzer.part_of_speech(word.lower()) == "NOUN")
        return any(self._root(word.lower()) in roots or target.acts & self._acts.groups(word) for word in nouns)

    def _state(self, target: Target, told: Told) -> str:
        """What a clause says; a task to begin something is done when it has begun."""
        if told.verdict.state == said.PARTLY and self._verdicts.of(target.text).state == said.PARTLY:
            return said.DONE
        return told.verdict.state

    def _wants_preparation(self, target: Target, told: Told) -> bool:
        return self._verdicts.of(target.text).prepares

    def _short_of(self, target: Target, told: Told) -> str:
        """What of a task's numbers is not reached, in words; blank where all is."""
        theirs = counted_in(told.statement)
        about = self._roots(_WORD.findall(target.text))
        for wanted in target.numbers:
            units = self._roots(wanted.words)
            alike = [one for one in theirs if units & self._roots(one.words)]
            tied = alike or [one for one in theirs if about & self._roots(one.words)]
            best = max((one.value for one in tied), default=None)
            if self._wants_at_most(target, wanted):
                least = min((one.value for one in tied), default=None)
                if least is not None and least > wanted.value / ENOUGH:
                    return f"названо {_number(least)} вместо {_number(wanted.value)}"
                continue
            if best is None and wanted.value > _FEW:
                return f"о числе {_number(wanted.value)} не сказано"
            if best is not None and best < wanted.value * ENOUGH:
                return f"названо {_number(best)} из {_number(wanted.value)}"
        return ""

    def _wants_at_most(self, target: Target, wanted: Counted) -> bool:
        """«сократить потери до 18 процентов»: less is more than enough."""
        return "lessen" in target.acts and bool(_UP_TO.search(target.text[: wanted.start]))

    def _is_far(self, target: Target, told: Told) -> bool:
        """Whether one thing alone is shared and its number is another one altogether: 92 stops are not those 14."""
        theirs = counted_in(told.statement)
        return any(
            one.value > wanted.value * _FAR
            for wanted in target.numbers
            for one in theirs
            if self._roots(wanted.words) & self._roots(one.words)
        )

    def _roots(self, words: Sequence[str]) -> set[str]:
        return {self._root(word) for word in words if len(word) > 1}

    def _root(self, word: str) -> str:
        return _root(self._analyzer.first_lemma(word))


_USABLE = frozenset(("build", "open"))
"""Acts after which the thing is in use."""
_OF_ACTS = ("ние", "тие", "ция", "ство", "ка", "монт", "вод", "пуск", "мена", "дача", "нос")


def _details(text: str) -> list[tuple[int, int]]:
    """Where the words stand that only add to what a task is about."""
    return [found.span() for found in _DETAILS.finditer(text)]


@lru_cache(maxsize=20_000)
def _root(lemma: str) -> str:
    return root_of(lemma)


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",") if value < 10_000 else f"{value:,.0f}".replace(",", "\u202f")


@lru_cache(maxsize=4)
def judge(vocabulary: Vocabulary) -> Judge:
    """The judge of a vocabulary."""
    return Judge(vocabulary)
