"""Whether what a reader has made of a file is Russian text at all: rubbish must never become an answer.

A report may be terse, full of figures and names, or half English; what counts are words that the dictionary knows.
Most is told by how often each sign stands in the text; only where it leaves a doubt the text is looked through.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

import numpy as np

from indexer.model import Block, Report
from indexer.report.code import code_share
from indexer.report.glance import Glance, KnownWord, glances, summed
from indexer.report.languages import OTHER_LETTERS, is_another, own_letters, part_in_another

_PARTS, _MOST_PARTS = 8, 100
_LONG_PART = 3_000
"""Characters: what is spoilt is spoilt by pages."""
_PART_WORDS = 20
"""Words looked up of each part of the text: the dictionary takes its time."""
_PLAINLY_RUSSIAN = 0.8
"""A share of known words of paragraphs that is enough for nearly every report."""
_FEW_WORDS = 12
"""Below this a share says nothing: a line of abbreviations and surnames is a good answer."""
_UNREADABLE = 0.35
_DOUBTFUL = 0.6
"""Shares of known words. Real reports have .93 and more, letters of a wrong table under .15."""

_OTHER_LANGUAGE = 0.3
"""The same of a text in another language: Ukrainian has .2; with Russian questions above Kazakh answers .34."""

_FEW_LETTERS = 40
_MANY_SIGNS = 200
_LETTERLESS = 0.02
_NO_RUSSIAN = 0.02
"""Share of Russian letters below which a page in Latin letters has not even a Russian heading."""
_FOREIGN = 0.85
"""Share of letters of another alphabet; an English-Russian page has about a half."""
_ACCENTED = 0.25
"""Share of accented letters among Latin ones: French has .06, Vietnamese .2, Russian by the Latin table nearly all."""
_MARKED_UP, _SOME_MARK_UP = 0.3, 0.05
_MOSTLY_CODE, _SOME_CODE = 0.5, 0.2
_FEW_LINES_OF_CODE, _LINES_OF_CODE = 5, 8
_LONG_CODE, _LONG_CODE_LETTERS = re.compile(r"[A-Za-z0-9+/]{60}"), 20
_LATIN = re.compile(r"[A-Za-z]")
_MIXED = re.compile(r"[А-Яа-яЁё][A-Za-zÀ-ž]|[A-Za-zÀ-ž][А-Яа-яЁё]")
_FEW_MIXED, _MIXED_SHARE, _LESS_LETTERS = 5, 0.15, 0.05
"""Words of letters of two alphabets and their share in a text that a wrong table has spoilt (Czech has a quarter), and
the share of letters that the rarer alphabet has there at least."""
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>«»]+|[\w.+-]+@[\w.-]+")
_REPEATED = 0.3
_SET_APART, _SOME_APART = 0.5, 0.25
_APART_SAMPLE = 200
_APART = re.compile(r"(?<!\w)[^\W\d_](?:\s+[^\W\d_](?!\w)){3,}")
"""«о т ч ё т», not «S = 5 м», whose letters stand for themselves"""
_FEW_LINES = 20

_RUSSIAN = re.compile(r"[А-Яа-яЁё]")
_WORD = re.compile(r"[\u0400-\u052f]{3,}")
"""Whole words, those with letters of other languages too: half of such a word may be one of the dictionary."""
_TOKEN = re.compile(r"[^\W\d_]+")
_MARK_UP = re.compile(
    r"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>|<[!?][^<>]*>|\\[a-z]{2,20}-?\d*|&(?:[a-z]{2,8}|#\d{2,5});"
    r"|\{[^{}]*:[^{}]*;\s*\}|[A-Za-z0-9+/]{60,}={0,2}|\b(?:function|var|return)\s*[\w(]+[^а-яё\n]*[;{]"
)
_KEY_WORDS = ("function", "var", "return")
_RUN = 8
_REPEAT = re.compile(r"([^\s._=*~•·…–—\u2500-\u259f-])\1{7,}")
"""A sign again and again; dots and lines to write on and frames are no fault."""
_BROKEN = re.compile("[�\ue000-\uf8ff\x00-\x08\x0e-\x1f\x80-\x9f]")
_ODD = re.compile(
    "[?�\ue000-\uf8ff\x00-\x08\x0e-\x1f\x80-\x9fÀ-ÿ\u0152-\u017f\u0402\u0403\u0409-\u040f\u0452\u0453\u0459-\u045f\u2564\u2568]"
)
"""What is left of lost letters, and what letters look like by a wrong table."""
_FEW_ODD = 8
_WITHIN_WORDS = re.compile(r"(?<=[А-Яа-яЁё])[^\w\s.,;:!?/|()\[\]\"'`’«»“”„…•№%*&+=\\-–—-]+(?=[А-Яа-яЁё])")
"""«РћС‚С‡С‘С‚»"""
_STRANGER = re.compile(r"[^\w\s.,;:!?/|()\[\]\"'`’«»“”„…•№%*&+=\\–—-]")
_BROKEN_SHARE = 0.05
_LOST_SIGNS = "?□■¤¿"
"""What programs print for a letter that their table lacks."""
_TORN = re.compile(
    rf"[{_LOST_SIGNS}](?=[а-яё])(?:(?<=[А-Яа-яЁё].)|(?<=[А-Яа-яЁё][{_LOST_SIGNS}].)|(?<=[\s«\"(\[/–—-][?¤¿])|(?<=^[?¤¿]))"
)
"""«?тчёт», «расч?т»: behind a question stands a blank or a capital, before a word a box to tick."""
_FEW_TORN, _TORN_SHARE, _MANY_TORN = 3, 0.005, 0.2
"""Words with a lost letter; those of a text that are worth telling, and those that spoil it."""

_APPARENTLY = "по-видимому, на другом языке"
_SAVE_ANEW = "откройте файл в его программе и сохраните заново как .docx"
_ALPHABETS = {
    "LATIN": "латинскими буквами", "GREEK": "греческими буквами", "ARABIC": "арабскими буквами",
    "HEBREW": "еврейскими буквами", "ARMENIAN": "армянскими буквами", "GEORGIAN": "грузинскими буквами",
    "CJK": "иероглифами", "HIRAGANA": "японскими буквами", "KATAKANA": "японскими буквами",
    "HANGUL": "корейскими буквами", "MONGOLIAN": "монгольскими буквами", "TIBETAN": "тибетскими буквами",
    "THAI": "тайскими буквами", "DEVANAGARI": "индийскими буквами",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Health:
    """What is wrong with the text of a file: a Russian sentence why it is refused, or a warning, or neither."""

    refusal: str | None = None
    warning: str | None = None
    doubtful: tuple[int, ...] = ()
    """The numbers of the blocks that deserve a closer look."""
    odd: bool = False
    """Signs stand in the text that may be mark-up or lost letters."""

    def told_by(self, reports: Iterable[Report]) -> tuple[Report, ...]:
        """The reports, with the warning among their own."""
        if self.warning is None:
            return tuple(reports)
        return tuple(replace(report, warnings=(*report.warnings, self.warning)) for report in reports)


def health_of(blocks: Sequence[Block], is_known: KnownWord) -> Health:
    """The health of a file's text. The first fault that refuses it is told, else the first that is worth a warning."""
    parts = _parts(blocks)
    windows = [_text_of(blocks, part) for part in parts]
    text = _Text("\n".join(windows))
    seen = glances(blocks, is_known)
    first = [summed(seen[part.start : part.stop]) for part in parts]
    doubtful = tuple(number for number, (known, words) in enumerate(seen) if known < _PLAINLY_RUSSIAN * words)
    found = [
        _of_torn_words(text), _of_letters(text), _of_mark_up(text), _of_repeats(text), _of_lines(blocks),
        _of_code(text, blocks), _of_mixed_words(text), _of_alphabet(text),
        Health() if _is_russian(text, first) else _of_words(text, windows, is_known, blocks, doubtful),
    ]  # fmt: skip
    refused = next((health for health in found if health.refusal), None)
    told = refused or next((health for health in found if health.warning), Health())
    return replace(told, doubtful=doubtful, odd=text.may_be_marked_up or text.count(_ODD) > _FEW_ODD)


def _parts(blocks: Sequence[Block]) -> list[range]:
    """The numbers of the blocks in parts of about equal length: eight, more of a long text."""
    lengths = sum(len(block.text) for block in blocks) or 1
    count = min(max(lengths // _LONG_PART, _PARTS), _MOST_PARTS)
    passed = start = 0
    parts: list[range] = []
    place = 0
    for number, block in enumerate(blocks):
        if (now := passed * count // lengths) > place:
            parts.append(range(start, number))
            start, place = number, now
        passed += max(min(len(block.text), lengths - passed - 1), 0)
    return [*parts, range(start, len(blocks))]


def _text_of(blocks: Sequence[Block], part: range) -> str:
    return "\n".join(blocks[number].text for number in part)


class _Text:
    """A text with how often each sign stands in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.counts, self.doubles = _counts(text)
        self._signs = "".join(self.counts)
        self.signs = sum(count for sign, count in self.counts.items() if not sign.isspace())
        """How many signs are printed."""
        self.letters = self.count(_TOKEN)

    @cached_property
    def may_be_marked_up(self) -> bool:
        """Whether anything stands in the text without which there is no mark-up."""
        if self.has_any("<\\&{") or (self.has_any(";") and any(word in self.text for word in _KEY_WORDS)):
            return True
        return self.count(_LATIN) >= _LONG_CODE_LETTERS and _LONG_CODE.search(self.text) is not None

    def count(self, signs: re.Pattern[str]) -> int:
        """How many signs of a class stand in the text."""
        return sum(map(self.counts.__getitem__, "".join(signs.findall(self._signs))))

    def has_any(self, signs: Iterable[str]) -> bool:
        """Whether any of these stands in the text."""
        return any(sign in self.counts for sign in signs)


def _counts(text: str) -> tuple[dict[str, int], int]:
    """How often each sign stands in the text, five times as fast as a Counter, and how many follow their like."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    counts = np.bincount(codes)
    return {chr(code): int(counts[code]) for code in np.flatnonzero(counts).tolist()}, int(
        np.count_nonzero(codes[1:] == codes[:-1])
    )


def _of_letters(text: _Text) -> Health:
    """«�� � ����», nothing but figures and signs"""
    broken = text.count(_BROKEN)
    if broken > 2 and broken > _BROKEN_SHARE * text.signs:
        return Health(f"Текст нечитаем: {_percent(broken, text.signs)} знаков не распознаны; {_SAVE_ANEW}.")
    strangers = text.count(_STRANGER)
    torn = len(_WITHIN_WORDS.findall(text.text)) if strangers > max(2, _BROKEN_SHARE * text.signs) else 0
    if torn > 2 and torn > _BROKEN_SHARE * text.signs:
        return Health(f"Текст нечитаем: внутри слов стоят посторонние знаки; {_SAVE_ANEW}.")
    if text.signs > _MANY_SIGNS and text.letters < _LETTERLESS * text.signs:
        return Health(f"В файле почти нет букв, только цифры и знаки: если это отчёт, {_SAVE_ANEW}.")
    return Health()


def _of_torn_words(text: _Text) -> Health:
    """«?тчёт ? раб?те»"""
    if not text.has_any(_LOST_SIGNS) or len(found := list(_TORN.finditer(text.text))) < _FEW_TORN:
        return Health()
    words = text.text.split()
    torn = sum(_TORN.search(word) is not None for word in words)
    if torn < max(_FEW_TORN, _TORN_SHARE * len(words)):
        return Health()
    sign = Counter(place[0][0] for place in found).most_common(1)[0][0]
    told = f"в {_percent(torn, len(words))} слов потеряны буквы, на их месте знак «{sign}»"
    return Health(f"Текст нечитаем: {told}; {_SAVE_ANEW}.") if torn > _MANY_TORN * len(words) else Health(warning=told)


def _of_mark_up(text: _Text) -> Health:
    """«<w:p><w:r><w:t>»"""
    marks = mark_up(text.text) if text.may_be_marked_up else 0
    if text.signs > _FEW_LETTERS and marks > _MARKED_UP * text.signs:
        told = f"Вместо текста в файле разметка или код ({_percent(marks, text.signs)} знаков)"
        return Health(f"{told}: {_SAVE_ANEW}.")
    if text.signs > _MANY_SIGNS and marks > _SOME_MARK_UP * text.signs:
        return Health(warning=f"в тексте осталась разметка или код ({_percent(marks, text.signs)} знаков)")
    return Health()


def mark_up(text: str) -> int:
    """How many signs of the text are mark-up or code."""
    return sum(len(found[0]) for found in _MARK_UP.finditer(text))


def _of_code(text: _Text, blocks: Sequence[Block]) -> Health:
    """«print("Построен мост")»"""
    if not text.has_any("=({;"):
        return Health()
    lines, share = code_share(blocks)
    told = f"программный код или данные ({max(round(100 * share), 1)}\u00a0% текста)"
    if share > _MOSTLY_CODE and (lines >= _FEW_LINES_OF_CODE or len(blocks) < _FEW_LINES_OF_CODE):
        return Health(f"Вместо отчёта в файле {told}: уберите его из папки отчётов.")
    if share > _SOME_CODE and lines >= _LINES_OF_CODE:
        return Health(warning=f"в тексте {told}: проверьте, отчёт ли это")
    return Health()


def _of_repeats(text: _Text) -> Health:
    """«аааааааааааааа»"""
    if text.signs <= _FEW_LETTERS or text.doubles * _RUN <= _REPEATED * text.signs * (_RUN - 1):
        return Health()
    repeated = sum(len(found[0]) for found in _REPEAT.finditer(text.text))
    if repeated > _REPEATED * text.signs:
        return Health(f"Вместо текста в файле повторяются одни и те же знаки: {_SAVE_ANEW}.")
    return Health()


def _of_lines(blocks: Sequence[Block]) -> Health:
    """«О», «т», «ч», «ё», «т», each on a line of its own; «о т ч ё т» within lines"""
    text = "\n".join(block.text for block in blocks if not block.cells)
    lines = text.split("\n")
    short = [line for line in map(str.strip, lines) if len(line) == 1]
    if len(lines) >= _FEW_LINES and sum(map(str.isalpha, short)) > _SET_APART * len(lines):
        return Health(f"Текст нечитаем: в строках стоит по одной букве; {_SAVE_ANEW}.")
    if not _looks_apart(text):
        return Health()
    tokens = _TOKEN.findall(text)
    apart = sum(len(run[0].split()) for run in _APART.finditer(text))
    if len(tokens) > _FEW_LINES and apart > _SET_APART * len(tokens):
        return Health(f"Текст нечитаем: буквы слов стоят порознь; {_SAVE_ANEW}.")
    return Health()


def _looks_apart(text: str) -> bool:
    """Whether many single letters stand in samples of the text."""
    step = max(len(text) // _PARTS, 1)
    words = "".join(f" {text[start : start + _APART_SAMPLE]}" for start in range(0, len(text), step)).split()
    return list(map(len, words)).count(1) > _SOME_APART * len(words)


def _of_mixed_words(text: _Text) -> Health:
    """«nejstarЪМ zachovanИ»: what only looks alike in both alphabets has been told apart before."""
    if min(text.count(_LATIN), text.count(_RUSSIAN)) <= _LESS_LETTERS * text.letters:
        return Health()
    words = _TOKEN.findall(text.text)
    mixed = sum(_MIXED.search(word) is not None for word in words)
    if mixed >= _FEW_MIXED and mixed > _MIXED_SHARE * len(words):
        return Health(f"Текст нечитаем: в словах перемешаны русские и латинские буквы; {_SAVE_ANEW}.")
    return Health()


def _of_alphabet(text: _Text) -> Health:
    """Another alphabet than the Russian one, or another language written with Russian letters."""
    if text.letters < _FEW_LETTERS or (russian := text.count(_RUSSIAN)) > (1 - _FOREIGN) * text.letters:
        return Health()
    if text.has_any("@:") and (plain := _ADDRESS.sub(" ", text.text)) != text.text:
        return _of_alphabet(_Text(plain))  # a list of addresses is written in no language
    letters = {sign: count for sign, count in text.counts.items() if _TOKEN.match(sign)}
    alphabets: Counter[str] = Counter()
    for sign, number in letters.items():
        alphabets[_alphabet(sign)] += number
    alphabet, count = alphabets.most_common(1)[0]
    # Japanese is written in three alphabets, a price list of all countries in more.
    foreign = count if russian > _NO_RUSSIAN * text.letters else text.letters - alphabets["CYRILLIC"]
    if alphabet == "CYRILLIC" or foreign < _FOREIGN * text.letters:
        return Health()
    written = _ALPHABETS.get(alphabet, "не русскими буквами")
    unaccented = sum(number for sign, number in letters.items() if sign.isascii())
    if alphabet == "LATIN" and count - unaccented > _ACCENTED * count:
        return Health(f"Текст нечитаем: вместо русских букв латинские с надстрочными знаками; {_SAVE_ANEW}.")
    if alphabet == "LATIN" and russian > _NO_RUSSIAN * text.letters:
        return Health(warning=f"текст написан {written}: поиск по русским словам его не найдёт")
    return Health(f"Текст написан {written}: переведите его на русский язык или уберите файл.")


def _alphabet(letter: str) -> str:
    """«LATIN», «CYRILLIC», «GREEK»"""
    if "А" <= letter <= "я":
        return "CYRILLIC"
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "?").split(" ")[0].split("-")[0]


def _is_russian(text: _Text, first: Iterable[Glance]) -> bool:
    """A glance at all paragraphs leaves no doubt."""
    return all(known >= _PLAINLY_RUSSIAN * words for known, words in first) and not _own_letters(text)


def _own_letters(text: _Text) -> list[str]:
    return own_letters(text.text) if text.has_any(OTHER_LETTERS) else []


def _of_words(
    text: _Text, windows: Sequence[str], is_known: KnownWord, blocks: Sequence[Block], doubtful: Sequence[int]
) -> Health:
    """«Оргбмйзбчйпооба сбвпуб»: letters without sense, or of another language."""
    counts = [_known(window, is_known, _PART_WORDS) for window in windows]
    known, words = sum(known for known, _ in counts), sum(words for _, words in counts)
    if words < _FEW_WORDS:
        return Health()
    share, measure = known / words, f"словарю известны {known} из {words} проверенных слов"
    if share < _DOUBTFUL:
        if is_another(text.text, is_known):
            return _of_language(_own_letters(text), share, measure)
        if share < _UNREADABLE:
            return Health(f"Текст нечитаем: {measure}; {_SAVE_ANEW}.")
        return Health(warning=f"текст читается плохо: {measure}")
    if part := part_in_another(blocks, doubtful, is_known):  # answers below Russian questions
        return Health(warning=f"часть текста, {_APPARENTLY} (около {_percent(round(100 * part), 100)})")
    spoilt = [window for window in counts if window[1] >= _FEW_WORDS and window[0] < _UNREADABLE * window[1]]
    if spoilt:
        return Health(warning=f"часть текста нечитаема (около {_percent(len(spoilt), len(counts))}): проверьте файл")
    return Health()


def _of_language(letters: Sequence[str], share: float, measure: str) -> Health:
    """«Звіт міста», «Сахалыы»; told by its words where the language has no letters of its own."""
    if share < (_OTHER_LANGUAGE if letters else _UNREADABLE):
        told = f" написан не по-русски (буквы {_first(letters)}):" if letters else f", {_APPARENTLY}: {measure};"
        return Health(f"Текст{told} переведите его на русский язык или уберите файл.")
    told = f" написаны не по-русски (буквы {_first(letters)})" if letters else f", {_APPARENTLY}: {measure}"
    return Health(warning=f"текст или часть его{told}")


def _first(letters: Sequence[str]) -> str:
    return ", ".join(letters[:3])


def _known(text: str, is_known: KnownWord, most: int) -> tuple[int, int]:
    """How many words of those looked up are known, and how many have been looked up; abbreviations are not."""
    found = [word for word in _WORD.findall(text) if not (word.isupper() and len(word) <= 6)]
    step = max(len(found) // most, 1)
    sample = [word for word, _ in groupby(found[::step])]
    return sum(map(is_known, sample)), len(sample)


def _percent(part: int, whole: int) -> str:
    """«12 %»"""
    return f"{max(round(100 * part / max(whole, 1)), 1)}\u00a0%"
