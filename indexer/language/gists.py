"""What an answer says, apart from how it is worded: to tell whether a later answer says nearly the same.

Two answers are alike by the share of their telling words that they have in common; one family of words, and what the
vocabulary calls the same, is one word. They are no repeat whatever they share where their numbers, names or denials
differ, or where the same sentence has another object in it («автобусы» for «троллейбусы»).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from indexer.language.analysis import Analyzer
from indexer.language.roots import root_of
from indexer.vocabulary import SynonymGroup

ENOUGH = 0.6
"""Likeness from which on an answer is a repeat…"""
ENOUGH_OF_DEEDS = 0.75
"""…and where each year has its own deeds: there the same words more often tell of other things…"""
_DEEDS = frozenset(("achievements", "colleagues", "overview", "tasks"))
ENOUGH_OF_WISHES = 0.5
"""…and of wishes, which are short: what they are about is said by few words, how they are put by many."""
_WISHES = frozenset(("help", "training", "conference", "discussion"))

_NEARLY = ENOUGH_OF_WISHES - 0.001
_STANDING = ENOUGH_OF_DEEDS - 0.001
"""The most that answers have whose figures moved on or that say a thing in other words: a trouble or a wish that
stands, but no deed."""
_MOST_LOST = 0.4
"""The share of an answer in sentences of its own from which on it is no repeat."""
_MET = 0.5
"""The share of a sentence's words from which the other answer has it too."""

_SAME_THINGS = 0.5
"""The share of the things that two answers name, both taken together, from which on they speak of the same."""

REWORDED = 0.99
"""The most that other letters than the same can have."""
_TEMPLATE = 0.6
"""Share of words, as spelled and in a row, from which on two answers are one sentence filled anew."""
_FILLING = 0.08
"""The share of an answer that may be filled anew, whatever it tells of…"""
_REWORDING = 0.16
"""…and that may be other words for the same thing, where it is no deed."""
_POINTS = 3
"""Percentage points by which the same trouble is measured anew."""
_MOST_ADDED = 0.55
"""The share in sentences of its own from which on an answer that has all of the other one is no repeat of it."""
_WITHIN = 0.15
"""The share of an answer beyond which it is not all in the other one."""
_MOST_TOKENS = 600
"""Of an answer that are aligned; only the words beyond count."""

_PART_END = re.compile(r"[.!?;…]\s|\n")
_TOKEN = re.compile(r"[^\W_]+(?:[-‑][^\W_]+)*")
_NUMBER = re.compile(r"\d+")
_DIGITS = re.compile(r"(?<![\w,.])\d+(?:[ \u00a0]\d{3})*(?:[.,]\d+)?")
_ORDINAL = re.compile(r"(?<!\d)(\d{1,4})[-‑–][а-яё]+")
_JOINT = re.compile("[-‑]")
_CODE = re.compile(r"\d+[-‑]?[бвгджзклмнпрстфхцчшщ]{2,}")
"""«44-фз», but not «44-й»."""
_LIST_NUMBER = re.compile(r"^\s*\d{1,3}(?:\.\d{1,2})*[.)]\s", re.MULTILINE)
_SENTENCE_BEGIN = re.compile(r"(?:^|[.!?:;…]\s*|\n\s*|[-–—•*]\s*|\d[.)]\s*)$")
_YEARS = range(1950, 2101)
_MEASURED = re.compile(
    r"\s*(?:(?P<share>%|процент|проц\.)|(?P<age>год|лет)(?![а-яё]*\s+(?:назад|подряд)))", re.IGNORECASE
)
"""What stands behind a number that moves on by itself while the trouble stands."""
_WEIGHTS = {"VERB": 0.65, "INFN": 0.7, "PRTS": 0.7, "PRTF": 0.6, "GRND": 0.6, "ADVB": 0.5, "COMP": 0.5, "PRED": 0.5}
_NOTHING = frozenset(("PREP", "CONJ", "PRCL", "NPRO", "INTJ"))
_LIGHT = 0.2
_ACT = 0.5
"""Of a noun that says what is done or held, not with what: «содержание», «семинар»."""
_OBJECT = 0.7
_THING = 1.0
_STEM = 7
"""Letters of a root that tell words apart: «традиция», «традиционно»."""
_SHORTEST = 3
_DENIALS = frozenset(("не", "ни", "без"))


@dataclass(frozen=True, slots=True)
class Gist:
    """An answer as telling words."""

    letters: str
    """All of them, and digits; blanks, punctuation and capitals do not count."""
    year: int | None
    weights: dict[str, float]
    """Telling word → weight."""
    forms: tuple[str, ...]
    """All words as spelled, in order…"""
    keys: tuple[str, ...]
    """…and the telling word that each is, blank where it is none."""
    numbers: frozenset[float]
    ages: frozenset[float]
    """Numbers of years: «трубам 34 года»…"""
    shares: frozenset[float]
    """…and of hundredths: «износ 71 %»."""
    ordinals: frozenset[float]
    """Those that grow with the years: «75-й», «75-летие»."""
    names: frozenset[str]
    """Telling words written like names."""
    parts: tuple[frozenset[str], ...]
    """The telling words of each sentence or item."""
    denied: frozenset[str]
    """Telling words behind «не»."""
    affirmed: frozenset[str]
    mass: float
    """The sum of all weights."""


@dataclass(frozen=True, slots=True)
class _Word:
    key: str
    weight: float
    infinitive: bool = False
    fails: bool = False
    """Denied, it denies the infinitives of its sentence: «достроить мост не удалось»."""


class _Polarity:
    """What a text affirms and what it denies, gathered word by word."""

    def __init__(self) -> None:
        self.denied: set[str] = set()
        self.affirmed: set[str] = set()
        self._infinitives: set[tuple[str, bool]] = set()
        """Of the sentence that is being read, each with whether it is denied as it stands."""
        self._fails = False

    def add(self, word: _Word, *, denied: bool) -> None:
        """One word of the sentence."""
        self._fails = self._fails or (denied and word.fails)
        if word.infinitive:
            self._infinitives.add((word.key, denied))
        else:
            (self.denied if denied else self.affirmed).add(word.key)

    def settle(self) -> None:
        """Ends the sentence: «построить не удалось» and «не построено» deny the same; «не мог не» affirms."""
        for key, denied in self._infinitives:
            (self.affirmed if denied == self._fails else self.denied).add(key)
        self._infinitives, self._fails = set(), False


class Gists:
    """Makes gists. Safe to share between threads."""

    def __init__(self, analyzer: Analyzer) -> None:
        words = analyzer.vocabulary.connections["repeats"]
        self._analyzer = analyzer
        self._light_exact = frozenset(word for word in words["light"] if not word.endswith("*"))
        self._light_begin = tuple(word[:-1] for word in words["light"] if word.endswith("*"))
        synonyms = ([term for term in group.terms if term.isalpha()] for group in analyzer.vocabulary.synonyms)
        self._failing = frozenset(words["failing"])
        self._acts = frozenset(words["acts"])
        self._same = self._united([*(group.split() for group in words["same"]), *synonyms])
        self._compounds = self._read_compounds(analyzer.vocabulary.synonyms)
        self._word = lru_cache(maxsize=50_000)(self._understood)
        self._pieces = lru_cache(maxsize=50_000)(self._taken_apart)
        self._joined = lru_cache(maxsize=5_000)(self._denied)

    def gist(self, text: str, year: int | None) -> Gist:
        """What a text of that year's report says."""
        forms: list[str] = []
        keys: list[str] = []
        weights: dict[str, float] = {}
        names: set[str] = set()
        text = _LIST_NUMBER.sub("", text)
        parts: list[set[str]] = [set()]
        polarity = _Polarity()
        before, end = "", 0
        for token in _TOKEN.finditer(text):
            if _PART_END.search(text[end : token.start()]) and parts[-1]:
                parts.append(set())
                polarity.settle()
            end = token.end()
            spelled = token[0].lower().replace("ё", "е")
            name = _is_name(token[0], text, token.start())
            for form in self._pieces(spelled):
                joined = self._joined(form) if before == "не" else None
                word = _Word(joined, 1.0) if joined else self._word(form)
                forms.append(form)
                keys.append(word.key if word.weight > _LIGHT else "")
                if word.key:
                    weights[word.key] = max(weights.get(word.key, 0.0), word.weight)
                    polarity.add(word, denied=before in _DENIALS and not joined)
                    if word.weight > _LIGHT:
                        parts[-1].add(word.key)
                    if word.weight > _LIGHT and name:
                        names.add(word.key)
                before = form
        polarity.settle()
        return Gist(
            "".join(forms),
            year,
            weights,
            tuple(forms),
            tuple(keys),
            _numbers(text),
            _measured(text, "age"),
            _measured(text, "share"),
            frozenset(float(number) for number in _ORDINAL.findall(text)),
            frozenset(names),
            tuple(frozenset(part) for part in parts if part),
            frozenset(polarity.denied),
            frozenset(polarity.affirmed),
            sum(weights.values()),
        )

    def _read_compounds(self, groups: Iterable[SynonymGroup]) -> dict[str, tuple[str, ...]]:
        """Lemma of a word made of pieces → the words that they are of: «теплосети» is «тепловые сети»."""
        found: dict[str, tuple[str, ...]] = {}
        for group in groups:
            terms = [term.lower().replace("ё", "е") for term in group.terms]
            phrases = [words for term in terms if len(words := tuple(term.split())) > 1]
            for term in terms:
                for words in phrases:
                    if term.isalpha() and all(word[:_SHORTEST] in term for word in words):
                        found.setdefault(self._analyzer.first_lemma(term), words)
        return found

    def _taken_apart(self, form: str) -> tuple[str, ...]:
        """The words that a form is made of, mostly itself: «врачей-специалистов» are both."""
        parts = tuple(_JOINT.split(form))
        if len(parts) > 1 and all(len(part) > _SHORTEST and self._analyzer.is_noun(part) for part in parts):
            return parts
        return self._compounds.get(self._analyzer.first_lemma(form), (form,))

    def _understood(self, form: str) -> _Word:
        if _NUMBER.search(form):
            # Numbers are compared as numbers.
            return _Word(form, _THING) if _CODE.fullmatch(form) else _Word("", 0.0)
        part = self._analyzer.part_of_speech(form)
        if part in _NOTHING:
            return _Word("", 0.0)
        # «нормативно-правовой» is «правовой».
        last = _JOINT.split(form)[-1]
        root = self._root(last if len(last) > _SHORTEST else form)
        if form in self._light_exact or form.startswith(self._light_begin):
            return _Word(root, _LIGHT)
        lemmas = {lemma for lemma, _ in self._analyzer.lemmas(form)}
        weight = _WEIGHTS.get(part, _THING) if lemmas.isdisjoint(self._acts) else _ACT
        return _Word(self._same.get(root, root), weight, part == "INFN", not lemmas.isdisjoint(self._failing))

    def _denied(self, form: str) -> str | None:
        """«не хватает» is one word with «нехватка»; ``None`` for what is only denied."""
        return self._same.get(root_of("не" + self._analyzer.first_lemma(form))[:_STEM])

    def _root(self, form: str) -> str:
        return root_of(self._analyzer.first_lemma(form))[:_STEM]

    def _united(self, groups: Iterable[Sequence[str]]) -> dict[str, str]:
        """Root → the first root of its group."""
        found: dict[str, str] = {}
        for group in groups:
            roots = [self._root(word) for word in group]
            for root in roots:
                found.setdefault(root, roots[0])
        return found


def likeness(earlier: Gist, later: Gist) -> float:
    """How nearly two answers say the same, 0…1; 1 for the same text, 0 where they speak of different things."""
    if earlier.letters == later.letters:
        return 1.0
    if not earlier.weights or not later.weights or _differ(earlier, later):
        return 0.0
    shared = earlier.weights.keys() & later.weights.keys()
    common = sum(min(earlier.weights[key], later.weights[key]) for key in shared)
    found = 2 * common / (earlier.mass + later.mass)
    return round(min(found, _most(earlier, later)) if found >= ENOUGH_OF_WISHES else found, 3)


def _most(earlier: Gist, later: Gist) -> float:
    """The most that two answers with many words in common can be alike, by what they do not have in common."""
    if _of_other_things(earlier, later):
        return _NEARLY
    lost = _lost(earlier, later), _lost(later, earlier)
    if max(lost) > _MOST_LOST and (min(lost) > _WITHIN or max(lost) > _MOST_ADDED):
        return _NEARLY
    filled = _filled_anew(earlier, later)
    if filled > _REWORDING:
        return 0.0
    moved = bool(earlier.numbers - later.numbers and later.numbers - earlier.numbers)
    return _STANDING if filled > _FILLING or max(lost) > _MOST_LOST or moved else REWORDED


def _of_other_things(earlier: Gist, later: Gist) -> bool:
    """Whether most things that two answers name are others: «вебинар о питании школьников», «… о пожарах в школах»."""
    old, new = _things(earlier), _things(later)
    return bool(old and new) and 2 * len(old & new) < _SAME_THINGS * (len(old) + len(new))


def _things(gist: Gist) -> set[str]:
    return {key for key, weight in gist.weights.items() if weight >= _THING}


def _lost(gist: Gist, other: Gist) -> float:
    """The share of what an answer says in sentences and items that the other one does not have.

    One problem of two that stays while the other one goes is no repeat of the answer, whatever the words.
    """
    whole = lost = 0.0
    for part in gist.parts:
        mass = sum(gist.weights[key] for key in part)
        met = sum(gist.weights[key] for key in part if key in other.weights)
        whole += mass
        lost += mass if met < _MET * mass else 0.0
    return lost / whole if whole else 0.0


def is_repeat(found: float, kind: str) -> bool:
    """Whether answers to a question of that kind that are so alike say nearly the same."""
    return found >= (ENOUGH_OF_DEEDS if kind in _DEEDS else ENOUGH_OF_WISHES if kind in _WISHES else ENOUGH)


def _differ(earlier: Gist, later: Gist) -> bool:
    """Whether numbers, names or denials tell that something else is spoken of."""
    if _other_numbers(earlier, later):
        return True
    if earlier.names - later.weights.keys() and later.names - earlier.weights.keys():
        return True
    turned = (earlier.denied - earlier.affirmed) & (later.affirmed - later.denied)
    return bool(turned | (later.denied - later.affirmed) & (earlier.affirmed - earlier.denied))


def _other_numbers(earlier: Gist, later: Gist) -> bool:
    """Whether both have numbers that the other one has not; those that moved on with the years are the same."""
    passed = (later.year or 0) - (earlier.year or 0) if earlier.year and later.year else 0
    grown = {number + passed for number in earlier.ordinals | earlier.ages} & (later.ordinals | later.ages)
    come = later.numbers - earlier.numbers - grown
    gone = earlier.numbers - later.numbers - {number - passed for number in grown}
    come, gone = come - _near(come & later.shares, gone), gone - _near(gone & earlier.shares, come)
    return bool(come and gone)


def _near(numbers: frozenset[float], others: frozenset[float]) -> set[float]:
    """Those of some hundredths that measure nearly what one of the others does."""
    return {number for number in numbers if any(abs(number - other) <= _POINTS for other in others)}


def _filled_anew(earlier: Gist, later: Gist) -> float:
    """«Приобретены автобусы, …» and «Приобретены троллейбусы, …»: the share of an answer that is other objects within
    the same words; 0 where the words are not the same or the objects are.
    """
    least = min(earlier.mass, later.mass)
    if min(_alone(earlier, later), _alone(later, earlier)) <= _FILLING * least:
        return 0.0
    old, new = earlier.forms[:_MOST_TOKENS], later.forms[:_MOST_TOKENS]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    codes = matcher.get_opcodes()
    kept = sum(end - start for change, start, end, _, _ in codes if change == "equal")
    if kept < _TEMPLATE * max(len(old), len(new)):
        return 0.0
    filled = 0.0
    for change, start, end, new_start, new_end in codes:
        if change == "replace":
            gone = _objects(earlier, start, end) - later.weights.keys()
            come = _objects(later, new_start, new_end) - earlier.weights.keys()
            filled += min(sum(earlier.weights[key] for key in gone), sum(later.weights[key] for key in come))
    return filled / least


def _alone(gist: Gist, other: Gist) -> float:
    """The weight of what only one of two gists says: no more than that can have been filled in."""
    return sum(weight for key, weight in gist.weights.items() if weight >= _OBJECT and key not in other.weights)


def _objects(gist: Gist, start: int, end: int) -> set[str]:
    """The telling words between two places that say of what or what was done."""
    return {key for key in gist.keys[start:end] if key and gist.weights[key] >= _OBJECT}


def _numbers(text: str) -> frozenset[float]:
    """The numbers of a text but for years."""
    return frozenset(number for found in _DIGITS.findall(text) if (number := _number(found)) not in _YEARS)


def _measured(text: str, what: str) -> frozenset[float]:
    """Those of its numbers that are followed by what they measure."""
    found = ((number[0], _MEASURED.match(text, number.end())) for number in _DIGITS.finditer(text))
    return frozenset(_number(number) for number, behind in found if behind and behind[what])


def _number(digits: str) -> float:
    return float(re.sub(r"[ \u00a0]", "", digits).replace(",", "."))


def _is_name(word: str, text: str, start: int) -> bool:
    """A capital within a sentence; abbreviations («ТОС») are no names."""
    if not word[0].isupper() or (len(word) > 1 and word.isupper()):
        return False
    return not _SENTENCE_BEGIN.search(text[max(0, start - 6) : start])
