"""Who met a need: sentences of other cities' answers that tell how, the best first, and none where nothing does."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from indexer.language.statements import LEAD, Statement, statements
from indexer.vocabulary import Vocabulary
from search_app.connections.outcomes import verdicts as said
from search_app.connections.outcomes.lists import finder, plain
from search_app.connections.outcomes.needs import Need, needs
from search_app.connections.outcomes.numbers import counted_in
from search_app.connections.outcomes.remedies import Answering, remedies
from search_app.connections.outcomes.verdicts import Acts, Verdict, Verdicts, acts, verdicts
from search_app.engine.door import Engine, Likeness, Weighed, likeness

TOLD_IN = ("achievements", "overview", "other")
"""Kinds of answers that may tell how a need was met."""

LOOKED_AT = 40
"""Answers whose sentences are compared with the need."""

GLANCED_AT = 12
"""The same where no sentence is read as a whole."""

READ = 8
"""The best of the sentences, which are read as a whole."""

_FIRST = {
    "mass": 1.62,
    "section": 2.09,
    "covering": 1.77,
    "other": -0.71,
    "meaning": 1.65,
    "remedy": 3.23,
    "soft": 1.77,
}
_SECOND = {
    "mass": 1.62,
    "section": 2.07,
    "covering": 1.44,
    "other": -0.69,
    "meaning": 1.46,
    "remedy": 3.19,
    "soft": 1.69,
}
_CLOSE = 1.52
_BIAS = -8.21
"""Fitted by logistic regression on the judged needs (``tests/data/needs.tsv`` and the sets of ``tests/data/strange``),
cross-validated need by need."""

CLAIMED = ((150, 250, 400, 850, 5_000), (-2.4, -2.0, -2.0, -1.2, -1.05))
"""Answers of an archive, and the log odds from which a sentence is claimed to be a solution in one of that size: where
few sentences vie, a wrong one seldom comes near, and few of the right ones come much nearer."""

CARRIES, CARRIES_ALONE = 0.2, 0.4
"""Share of a need that those words must carry by which its kind is told, and of one that stands alone, without section
and city: whoever writes «мошенники звонят *пенсионерам*» does not ask for a home for the aged."""

TELLING_FIRST, FIRST_COUNTS, SHARE_COUNTS = 10, 3, 1.3
"""A need of no section is of those that the likeliest answers are of: how many of them tell, how slowly they count
less, and what their share is worth beside a section that is known."""

UNUSUAL, ELSEWHERE, USUAL_ELSEWHERE = -1.0, -1.2, -2.0
"""Log odds from which something is claimed that is not what cities usually do, where that is known; something from
another section, where it is not known; what they usually do, from another section."""

_POSSIBLY = {"section": 1.7, "soft": 1.73, "cosine": 5.37, "close": 2.2}
_POSSIBLY_BIAS = -7.12
"""Log odds of a sentence where nothing is known of what cities usually do, by four signals that need no list: whether
it is of the same section, how much of what is needed its words tell (rare words more), the direction of all its words,
and of it as a whole. Fitted on the judged sets but `fresh/fifth` over one archive of 1,385 answers, with all that is
known of usual answers left out."""

POSSIBLE, SURER = ((200, 850, 1_400, 5_000), (-0.7, -0.35, -0.2, -0.05)), 0.6
"""Answers of an archive, and those log odds from which a sentence is shown as what may be a solution; how much surer it
must be where it is known what cities usually do, and none tells of that. Half a unit stricter than fitted, so that no
judged set claims more falsely than without them."""

MOST_POSSIBLE = 3
"""So many are shown at most: of those behind them few are right."""

LONE = ((150, 250, 450, 900), (-2.3, -1.7, -1.5, 0.0))
"""Answers of an archive, and the log odds from which a sentence of the same section is claimed that is nothing usual
and shares one word with the need or none, in one of that size. In a larger one there is always such a sentence:
none is."""

_WORDS, _TELLING, _COUNTED = 2, 0.09, 0.3
"""How many words a sentence that is nothing usual must share with the need, what share of the need each of them is, and
what share a thing is that is counted."""

_UNREAD = 0.25
"""What likeness of whole sentences counts for where there is no model to read them: less than that of a solution."""

_CLEARLY, _SAME_WORD, _SAME = 0.6, 0.8, 0.84
"""Words that stand for each other clearly; those that are nearly the same: «банки» are no «банкоматы»; the same or
synonyms."""

_DIGIT = re.compile(r"\d")

Table = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that may tell how the need was met."""

    number: int
    """The engine's handle of its answer."""
    statement: Statement
    text: str
    """The clause."""
    verdict: Verdict
    section: float
    """1 for the section of the complaint, 0 for another one; where it has none, how likely it would be this one."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A clause with what speaks for it."""

    candidate: Candidate
    features: dict[str, float]
    shared: tuple[str, ...]
    """Words of the clause that the need has too."""
    counted: bool
    """Whether it counts what is needed: «обучены девять *программистов*»."""

    @property
    def usual(self) -> bool:
        """Whether cities usually answer such a need so."""
        return bool(self.features["remedy"])


@dataclass(frozen=True, slots=True)
class Solution:
    """An answer that tells how a need was met."""

    number: int
    """The engine's handle of the answer."""
    statement: Statement
    """The sentence that tells it."""
    why: tuple[str, ...]
    score: float
    """How sure it is, 0…1."""
    shared: tuple[str, ...] = ()
    """Its words that the need has too."""
    same: float = 0.0
    """The share of the need that its words tell, or synonyms of them."""
    usual: bool = False
    """Whether cities usually answer such a need so."""
    unusual: bool = False
    """Whether it is known how cities usually answer such a need, and this is something else."""
    possible: bool = False
    """Whether it only may be one."""


class Solver:
    """Compares a need with what cities tell, by one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._verdicts: Verdicts = verdicts(engine.vocabulary)
        self._acts: Acts = acts(engine.vocabulary)
        self._needs = needs(engine.vocabulary)
        self._measure = _measures(engine.vocabulary)
        self._remedies = remedies(engine.vocabulary)
        self._claimed = claimed(engine.manifest.passages)
        self._lone = lone(engine.manifest.passages)
        self._possible = _by_size(POSSIBLE, engine.manifest.passages)
        self._rarest = math.log1p((engine.manifest.passages + 0.5) / 0.5)

    def solutions(
        self,
        text: str,
        but: Sequence[str],
        section: str | None,
        most: int,
        *,
        closely: bool = True,
        alone: bool = False,
    ) -> list[Solution]:
        """The answers that tell how the need was met, the best first, each with its best sentence.

        ``but`` are cities left out. Without ``closely`` no sentence is read as a whole: quicker, and less is claimed.
        A text that stands ``alone``, in few words and without a city, must tell its kind more clearly; how sure what
        is found must be, is left to who asks, and what only may be a solution is not among it.
        """
        weighed = self._engine.weigh([text])
        need = self._needs.need(weighed)
        if not need.heads:
            return []
        candidates = self._candidates(need, weighed, but, section, LOOKED_AT if closely else GLANCED_AT)
        answering = self._remedies.answering(
            text, partial(_carries, need, weighed, CARRIES_ALONE if alone else CARRIES)
        )
        found = self._first_look(need, weighed, answering, candidates)
        return self._second_look(weighed, found, answering, closely, alone)[:most]

    def _candidates(
        self, need: Need, weighed: Weighed, but: Sequence[str], section: str | None, most: int
    ) -> list[Candidate]:
        """The clauses of the answers most likely to speak of the need that tell of something done."""
        found: list[Candidate] = []
        weights = need.weights * weighed.weights.max(initial=1)
        numbers = self._engine.seek(weighed, weights, TOLD_IN, but, most)
        answers = [self._engine.answer_at(number) for number in numbers]
        likely: dict[str | None, float] = (
            _likely_sections([answer.report.section for answer in answers]) if section is None else {section: 1.0}
        )
        for number, answer in zip(numbers, answers, strict=True):
            for statement in statements(answer.passage.text):
                if statement.kind != LEAD:
                    found += self._clauses(number, statement, likely.get(answer.report.section, 0.0))
        return found

    def _clauses(self, number: int, statement: Statement, section: float) -> Iterator[Candidate]:
        for begin, end in self._verdicts.clauses(statement.text):
            text = statement.text[begin:end]
            verdict = self._verdicts.of(text)
            silent = verdict.state == said.SILENT and bool(self._measure.search(plain(text)))
            if verdict.state in (said.DONE, said.LASTS) or silent:
                yield Candidate(number, statement, text, verdict, section)

    def _first_look(
        self, need: Need, weighed: Weighed, answering: Answering, found: Sequence[Candidate]
    ) -> list[Looked]:
        """The best clause of each of the best statements, by words."""
        if not found:
            return []
        compared = likeness(weighed, self._engine.weigh([candidate.text for candidate in found]))
        features = self._features(need, weighed, answering, found, compared)
        scores = sum((_FIRST[name] * features[name] for name in _FIRST), np.zeros(len(found), dtype=np.float32))
        best: dict[tuple[int, int], Looked] = {}
        for at in np.argsort(-scores, kind="stable").tolist():
            key = found[at].number, found[at].statement.start
            if key not in best:
                own = {name: float(values[at]) for name, values in features.items()}
                best[key] = Looked(found[at], own, self._shared(compared, at), _counts(need, compared, at))
            if len(best) == READ:
                break
        return list(best.values())

    def _second_look(
        self, weighed: Weighed, found: Sequence[Looked], answering: Answering, closely: bool, alone: bool
    ) -> list[Solution]:
        """Those that are read closely and are sure enough, one for each answer; behind them those that may be."""
        texts = [one.candidate.statement.text for one in found]
        read = self._engine.closely(weighed.texts[0], texts) if texts and closely else None
        closeness = [_UNREAD] * len(found) if read is None else read.tolist()
        scored, left = [], []
        for one, close in zip(found, closeness, strict=True):
            score = _BIAS + sum(_SECOND[name] * one.features[name] for name in _SECOND) + _CLOSE * close
            if score >= (self._claimed if alone else max(self._claimed, self._least(one, answering))):
                scored.append((score, one))
            else:
                left.append((one, close))
        sought = closely and not alone and not (scored and answering.known)
        least = self._possible + (SURER if answering.known else 0)
        possible = self._possible_of(weighed, left, least) if sought else []
        best: dict[int, Solution] = {}
        for score, one in sorted(scored, key=_by_score):
            best.setdefault(one.candidate.number, self._solution(one, score, answering))
        sure = len(best)
        for score, one in sorted(possible, key=_by_score):
            if len(best) < sure + MOST_POSSIBLE:
                best.setdefault(one.candidate.number, self._solution(one, score, answering, possible=True))
        return list(best.values())

    def _possible_of(
        self, weighed: Weighed, left: Sequence[tuple[Looked, float]], least: float
    ) -> list[tuple[float, Looked]]:
        """Those that may be solutions though nothing tells it surely, each with its log odds."""
        if not left:
            return []
        compared = likeness(weighed, self._engine.weigh([one.candidate.statement.text for one, _ in left]))
        scored = []
        for (one, close), cosine in zip(left, compared.cosine[0].tolist(), strict=True):
            signals = one.features | {"cosine": cosine, "close": close}
            score = _POSSIBLY_BIAS + sum(_POSSIBLY[name] * signals[name] for name in _POSSIBLY)
            if score >= least:
                scored.append((score, one))
        return scored

    def _least(self, one: Looked, answering: Answering) -> float:
        """The log odds that a sentence must have for what speaks for it, whatever is claimed in such an archive.

        What cities usually do, but in another section, must name what is needed; anything else must share two words
        that tell or count the thing, and be surer still where it is known what cities do (there in the same words), or
        where the section is another one. In a small archive, where few sentences vie, it may share less within its
        section as long as it is not known what cities do.
        """
        elsewhere = not one.candidate.section
        if one.usual:
            return -math.inf if not elsewhere else USUAL_ELSEWHERE if one.features["named"] else math.inf
        if one.counted and not elsewhere:
            return -math.inf
        if one.features["common"] < _WORDS:
            return math.inf if elsewhere or answering.known else self._lone
        return UNUSUAL if answering.known else ELSEWHERE if elsewhere else -math.inf

    def _solution(self, one: Looked, score: float, answering: Answering, *, possible: bool = False) -> Solution:
        candidate = one.candidate
        why = [_about(one.shared, possible=possible)]
        if one.usual:
            why.append("Так города обычно отвечают на такую нужду")
        if candidate.verdict.said:
            why.append(f"Сказано как о сделанном: «{candidate.verdict.said}»")
        if _DIGIT.search(candidate.statement.text):
            why.append("Названо число")
        if candidate.section == 1:
            why.append("Тот же раздел отчёта")
        return Solution(
            number=candidate.number,
            statement=candidate.statement,
            why=tuple(why),
            score=round(1 / (1 + math.exp(-score)), 3),
            shared=one.shared,
            same=one.features["same"],
            usual=one.usual,
            unusual=bool(answering.known) and not one.usual,
            possible=possible,
        )

    def _shared(self, compared: Likeness, at: int) -> tuple[str, ...]:
        text = compared.second.texts[at]
        return tuple(dict.fromkeys(text[p.start : p.end].lower() for _, p, _ in compared.shared(0, at, _CLEARLY)))

    def _is_other_act(self, need: Need, text: str) -> bool:
        if not need.own:
            return False
        told = self._acts.groups(text)
        # «выполнен» alone may tell of any act, «выполнен ремонт» of one.
        return not need.own & told and (bool(told) or not self._acts.is_whole(text))

    def _features(
        self, need: Need, weighed: Weighed, answering: Answering, found: Sequence[Candidate], compared: Likeness
    ) -> dict[str, NDArray[np.float32]]:
        """What tells clauses that meet the need from others; one value each."""
        met = compared.met
        sure = met * (met > _CLEARLY)
        owners = [(c.number, c.statement.start) for c in found]
        certain, whole = _lifted(sure, owners), _lifted(met, owners)
        rarity = weighed.weights / np.float32(self._rarest)
        least = _SAME if answering.known else _CLEARLY
        told = (need.weights > _TELLS * need.weights.max(initial=0)) * np.minimum(need.weights * 4, 1) * rarity
        return {
            "mass": np.minimum(told @ certain, 1.5),
            "meaning": compared.nearness[0],
            "soft": (need.weights * rarity * _SOFT) @ whole,
            "remedy": np.asarray(answering.of(c.statement.text for c in found), dtype=np.float32),
            # «Нет денег на снос домов», «капитальный ремонт домов»: another act altogether.
            "other": np.asarray([self._is_other_act(need, c.text) for c in found], dtype=np.float32),
            "section": np.asarray([c.section for c in found], dtype=np.float32),
            "covering": compared.covering[0],
            "same": need.weights @ (whole >= _SAME_WORD),
            "common": (need.weights >= _TELLING) @ (certain >= least).astype(np.float32),
            "named": (need.weights >= CARRIES) @ (certain > 0).astype(np.float32),
        }


def _counts(need: Need, compared: Likeness, at: int) -> bool:
    """Whether a clause has a number of what is needed."""
    text = compared.second.texts[at]
    named = {
        text[told.start : told.end]
        for asked, told, _ in compared.shared(0, at, _SAME_WORD)
        if asked.word in need.heads and need.weights[asked.word] >= _COUNTED
    }
    return bool(named) and any(not named.isdisjoint(one.words) for one in counted_in(text))


def _likely_sections(sections: Sequence[str | None]) -> dict[str | None, float]:
    """How likely a need is of each section, by those of the answers that speak of it most, the best first."""
    telling = sections[:TELLING_FIRST]
    counts = [1 / (FIRST_COUNTS + place) for place in range(len(telling))]
    shares: dict[str | None, float] = {}
    for section, count in zip(telling, counts, strict=True):
        shares[section] = shares.get(section, 0.0) + SHARE_COUNTS * count / sum(counts)
    return {section: min(share, 1.0) for section, share in shares.items()}


def _carries(need: Need, weighed: Weighed, least: float, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the words of a need that stand at some places carry at least that share of it."""
    words = {place.word for place in weighed.places[0] if any(begin <= place.start < end for begin, end in spans)}
    return float(need.weights[list(words)].sum()) >= least


def _lifted(met: Table, owners: Sequence[tuple[int, int]]) -> Table:
    """The best value of each word among all clauses of each clause's owner."""
    numbers = {owner: number for number, owner in enumerate(dict.fromkeys(owners))}
    places = np.asarray([numbers[owner] for owner in owners], dtype=np.int64)
    found = np.zeros_like(met)
    for number in range(len(numbers)):
        own = places == number
        found[:, own] = met[:, own].max(axis=1, keepdims=True)
    return found


def _about(shared: Sequence[str], *, possible: bool) -> str:
    """In which words a solution speaks of the need, as readers are told."""
    words = ", ".join(shared)
    if possible:
        return f"Возможно, по теме; общие слова: {words}" if words else "Возможно, по теме"
    return f"О том же: {words}" if words else "О том же другими словами"


def _by_score(pair: tuple[float, Looked]) -> float:
    return -pair[0]


Borders = tuple[Sequence[int], Sequence[float]]
"""Sizes of archives, and the log odds that go with each."""


def _by_size(borders: Borders, answers: int) -> float:
    """The border for an archive of so many answers, between those of the sizes next to it."""
    sizes, odds = borders
    return float(np.interp(math.log(max(answers, 1)), np.log(sizes), odds))


def claimed(answers: int) -> float:
    """The log odds from which a sentence is claimed to be a solution in an archive of so many answers."""
    return _by_size(CLAIMED, answers)


def lone(answers: int) -> float:
    """The log odds from which a sentence is claimed that shares too little with the need, in an archive of so many."""
    return _by_size(LONE, answers) if answers < LONE[0][-1] else math.inf


_TELLS = 0.3
_SOFT = 4


def solver(engine: Engine) -> Solver:
    """The solver of an engine; it is not kept: that would hold a build that is no longer served."""
    return Solver(engine)


@lru_cache(maxsize=4)
def _measures(vocabulary: Vocabulary) -> re.Pattern[str]:
    return finder(vocabulary.connections["needs"]["measure"])
