"""What a clause says became of what it speaks of: done, done in part, put off, planned; told by its predicates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from indexer.language.analysis import Analyzer, shared_analyzer
from indexer.language.spelling import PLAIN_WORD
from indexer.vocabulary import ConnectionWords, Vocabulary
from search_app.connections.outcomes.lists import finder, plain
from search_app.connections.outcomes.numbers import SPELLED

DONE, PARTLY, MOVED, PLANNED, LASTS, SILENT = "done", "partly", "moved", "planned", "lasts", ""
"""`LASTS`: it is told as something that is («Карта действует»); `SILENT`: no predicate tells anything."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BORDER = re.compile(r"[;:]\s+|,\s+(?:а|но|и|однако|зато)\s+|,\s+|\s+(?:и|а|но)\s+|\s+[–—]\s+|\.\s+")
_SUBORDINATE = re.compile(r"(?:котор\w*|где|когда|чтобы|что|если|поскольку|хотя|куда|пока|как|чей|чьи)\b")
_COUNT = r"\d+|" + "|".join(sorted(SPELLED, key=len, reverse=True))
_RATIO = re.compile(rf"\b(?P<some>{_COUNT})\s+(?:\w+\s+){{0,2}}из\s+(?P<all>{_COUNT})\b(?![.,/-]\d)")
_PERCENT = re.compile(r"\bна\s+(?P<some>\d+(?:[,.]\d+)?)\s*(?:%|процент)")
_DENIAL = re.compile(r"(?<![^\W\d_])не(?![^\W\d_])")
_WHOLE = 100
_MOST_KNOWN = 60_000
"""Words remembered: ten megabytes."""
_LIKELY = 0.3
"""Share from which a reading of a word counts: «стали» is a verb as well as a noun."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a clause says became of something."""

    state: str
    said: str = ""
    """The words that tell it, as they are written."""
    prepares: bool = False
    """It speaks of a project, a contract, a tender: the thing itself may still be ahead."""


class Verdicts:
    """Tells verdicts by the vocabulary's words and by grammar. Safe to share between threads."""

    def __init__(self, words: ConnectionWords, analyzer: Analyzer) -> None:
        lists = words["outcomes"]
        self._moved, self._planned = finder(lists["moved"]), finder(lists["planned"])
        self._partly, self._prepared = finder(lists["partly"]), finder(lists["prepared"])
        self._averted, self._happened = finder(lists["averted"]), finder(lists["happened"])
        doings = words["doings"]
        self._grows = finder([*doings["lessen"], *doings["raise"], *lists["differing"]])
        self._grammar = analyzer.grammar
        self._known_state = lru_cache(maxsize=_MOST_KNOWN)(self._state_of)
        # By the word as written first: to tell how it is spelled takes longer than to look it up.
        self._state = lru_cache(maxsize=_MOST_KNOWN)(self._state_as_written)
        self._unclear = finder([*lists["moved"], *lists["planned"], *lists["partly"]])

    def clauses(self, text: str) -> list[tuple[int, int]]:
        """The offsets of the clauses of a statement that have a predicate each; together they are all of it."""
        begins, begin = [0], 0
        for border in _BORDER.finditer(text):
            if text.count("(", 0, border.start()) > text.count(")", 0, border.start()):
                continue
            rest = text[border.end() :]
            following = _BORDER.search(rest)
            right = rest[: following.start()] if following else rest
            parted = border.group().startswith((";", ":", "."))
            if _SUBORDINATE.match(plain(right)) or not (parted or self._tells(text[begin : border.start()])):
                continue
            if self._tells(right) or parted:
                begin = border.end()
                begins.append(begin)
        return list(zip(begins, [*begins[1:], len(text)], strict=True))

    def of(self, clause: str) -> Verdict:
        """The verdict of one clause."""
        text = plain(clause)
        prepares = bool(self._prepared.search(text))
        unclear = self._unclear.search(text)
        for state, pattern in ((MOVED, self._moved), (PLANNED, self._planned)):
            found = pattern.search(text) if unclear else None
            if found:
                return Verdict(state, clause[found.start() : found.end()], prepares)
        denied = self._denied(clause) if _DENIAL.search(text) else ""
        if denied:
            return Verdict(LASTS if self._is_averted(clause, denied) else MOVED, denied, prepares)
        found = self._partly.search(text) if unclear else None
        if found:
            return Verdict(PARTLY, clause[found.start() : found.end()], prepares)
        by_predicates = self._by_predicates(clause, prepares)
        part = self._part_told(text) if by_predicates.state in (DONE, LASTS) else None
        return Verdict(PARTLY, clause[part[0] : part[1]], prepares) if part else by_predicates

    def _is_averted(self, clause: str, denied: str) -> bool:
        """«Жалоб не поступило»: it is well that this did not happen, and nothing is put off.

        Not «из-за аварии не поступило финансирование», nor «авария не была устранена»: what there is none of stands in
        the genitive, with a predicate of nobody.
        """
        happened = plain(denied).rpartition(" ")[2]
        if not (self._happened.fullmatch(happened) and self._is(happened, "neut")):
            return False
        nouns = self._nouns_without_preposition(clause)
        if not nouns or nouns[0][1] and len(nouns) > 1:
            return False  # «На ликвидацию аварий не поступило средств»
        what = nouns[0][0]
        return bool(self._averted.fullmatch(plain(what))) and self._is(what, "gent")

    def _nouns_without_preposition(self, clause: str) -> list[tuple[str, bool]]:
        """Each with whether it stands right behind another noun, of which it may be a part."""
        found: list[tuple[str, bool]] = []
        inside = follows = False
        for word in _WORD.findall(clause):
            is_noun = self._is(word, "NOUN")
            if is_noun and not inside:
                found.append((word, follows))
            inside = self._is(word, "PREP") or (inside and not is_noun)
            follows = is_noun
        return found

    def _is(self, word: str, grammeme: str) -> bool:
        return any(grammeme in grammemes and share >= _LIKELY for grammemes, share in self._grammar(word))

    def _part_told(self, text: str) -> tuple[int, int] | None:
        """Where numbers tell that only a part is done: «выполнено на 80 процентов», «в 6 из 14 подразделений»."""
        ratio = next((r for r in _RATIO.finditer(text) if _value(r["some"]) < _value(r["all"])), None)
        if ratio:
            return ratio.span()
        percent = next((p for p in _PERCENT.finditer(text) if _value(p["some"]) < _WHOLE), None)
        # «сокращено на 20 процентов» tells by how much, not how much of it.
        return percent.span() if percent and not self._grows.search(text) else None

    def _by_predicates(self, clause: str, prepares: bool) -> Verdict:
        said = list(self._predicates(clause))
        done = next((pair for pair in said if pair[1] == DONE), None)
        word, state = done or (said[0] if said else ("", SILENT))
        return Verdict(state, word, prepares)

    def _predicates(self, clause: str) -> Iterator[tuple[str, str]]:
        for word in _WORD.findall(clause):
            state = self._state(word)
            if state:
                yield word, state

    def learn(self, words: Iterable[str]) -> None:
        """Looks at words beforehand."""
        for word in words:
            self._state(word)

    def _state_as_written(self, word: str) -> str:
        return self._known_state(word.lower() if PLAIN_WORD.fullmatch(word) else word)

    def _state_of(self, word: str) -> str:
        """What a word says as a predicate; blank for one that is none."""
        likely = [grammemes for grammemes, share in self._grammar(word) if share >= _LIKELY]
        # «оборудовано» is of both aspects: what is told as a result is one.
        if any({"PRTS", "perf"} <= grammemes for grammemes in likely):
            return DONE
        for grammemes in likely:
            if "PRTS" in grammemes:
                return LASTS
            if "VERB" in grammemes and "impr" not in grammemes:
                if "futr" in grammemes:
                    return PLANNED
                return DONE if {"perf", "past"} <= grammemes else LASTS
        return ""

    def _tells(self, clause: str) -> bool:
        return next(self._predicates(clause), None) is not None

    def _denied(self, clause: str) -> str:
        """«не построен», «не хватило»; blank where nothing is denied."""
        words = list(_WORD.finditer(clause))
        for before, word in zip(words, words[1:], strict=False):
            if before.group().lower() == "не" and self._state(word.group()):
                return clause[before.start() : word.end()]
        return ""


def _value(written: str) -> float:
    return float(SPELLED.get(written) or written.replace(",", "."))


@lru_cache(maxsize=4)
def verdicts(vocabulary: Vocabulary) -> Verdicts:
    """What tells verdicts by a vocabulary."""
    return Verdicts(vocabulary.connections, shared_analyzer(vocabulary))


class Acts:
    """The acts of tasks and of what was done, by groups of words that stand for each other."""

    def __init__(self, words: ConnectionWords) -> None:
        lists = words["doings"]
        listed = {name: lists[name] for name in lists if name not in ("used", "whole", "generic")}
        self._groups = {name: finder(lists) for name, lists in listed.items()}
        self._any = finder(word for lists in listed.values() for word in lists)
        self._used = finder(lists["used"])
        self._whole = finder(lists["whole"])
        self.is_act = lru_cache(maxsize=_MOST_KNOWN)(self._is_act)
        """Whether a word names an act."""
        self.generic = frozenset(plain(word) for word in lists["generic"])

    def groups(self, text: str) -> frozenset[str]:
        """The groups that a word of the text stands in."""
        found = plain(text)
        if not self._any.search(found):
            return frozenset()
        return frozenset(name for name, pattern in self._groups.items() if pattern.search(found))

    def is_whole(self, text: str) -> bool:
        """Whether the text says of whatever it speaks of that it was carried out."""
        return bool(self._whole.search(plain(text)))

    def is_used(self, text: str) -> bool:
        """Whether the text says of a thing that it is in use: what was to be built stands then."""
        return bool(self._used.search(plain(text)))

    def _is_act(self, word: str) -> bool:
        return bool(self.groups(word)) or self.is_whole(word)


@lru_cache(maxsize=4)
def acts(vocabulary: Vocabulary) -> Acts:
    """The acts of a vocabulary."""
    return Acts(vocabulary.connections)
