"""How a word is spelled: its letters, hyphens and look-alike signs in one way."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from indexer.vocabulary import TWINS, Writing, load

DASHES = r"\-\u2010-\u2015\u2212"
"""Hyphens, dashes and the minus, for a class of signs."""
LETTER = r"[^\W_\u00b2\u00b3\u00b9]"
MARK = r"[\u00ad\u0300-\u036f\u200b-\u200d\u2060]"
JOINT = re.compile(rf"[{DASHES}.,/:]")
_OTHER_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_INVISIBLE = re.compile(r"[\u00ad\u0300\u0301\u200b-\u200d\u2060\ufeff]")


CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-z]")
_TO_CYRILLIC = str.maketrans(TWINS)
_TO_LATIN = str.maketrans({cyrillic: latin for latin, cyrillic in TWINS.items()})
_ALIKE = re.compile(
    r"""
    (?<![^\W_]) (?=[\d]*[^\W\d])
    (?: [ABCEHKMOPTXY\d]+                       # TOC, 1C, 15A: equal to the eye
      | [acoxy]                                 # «c 2019 года»
      | (?=[A-Za-z]*\d) [ACEOPXYaceopxy\d]+     # 15a
      | [ACEOPXYaceopxy]{3,}                    # xop; of small letters fewer look alike
      | [a-ehkmoptxyA-EHKMOPTXY]{3,5} )         # toc, if it is listed
    (?![^\W_])
    """,
    re.VERBOSE,
)
"""Words of Latin letters that may be meant in Russian."""
PLAIN_WORD = re.compile(r"[А-ЯЁ]?[а-яё]+")
"""Nearly all words: nothing to mend in them."""
_ALIKE_CAPITALS = re.compile(r"(?<![^\W_])[АВСЕНКМОРТХУ]{3,}(?![^\W_])")

_HYPHENS = ("-", "‐")
_TAIL = 80
"""Letters of the line above that are looked at: no word is longer."""
_TORN_AT_END = re.compile(r"([^\W\d_]+)[-‐]$")
_NUMBER_AT_END = re.compile(r"\d[-‐]$")
"""«2019-» ⏎ «2020 годы», «10-» ⏎ «летний»"""
_LETTERS_FIRST = re.compile(r"[^\W\d_]+")
_OTHER_WORD = re.compile(r"(?:и|или|либо|а также)\s")
"""«тепло-» ⏎ «и водоснабжение», «5-» ⏎ «и 6-процентный»: the hyphen stands for what both have in common."""

KnownWord = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Part:
    """A letter or digit run of a chunk, as written."""

    text: str
    start: int
    end: int


def normal_form(word: str) -> str:
    """A word as it is compared: NFC, lower case, ё→е, no stress marks or soft hyphens, look-alike letters mended."""
    return plain(spelling_of(word))


def is_cyrillic(word: str) -> bool:
    """Whether a Cyrillic letter stands in the word."""
    return CYRILLIC.search(word) is not None


def plain(spelling: str) -> str:
    return spelling.replace("ё", "е")


def spelling_of(word: str) -> str:
    """`normal_form` with its ё kept: the dictionary tells «всё» from «все»."""
    return _known_spelling(word) if len(word) <= MAX_CHUNK else _spelled(word)


def _spelled(word: str) -> str:
    if PLAIN_WORD.fullmatch(word):
        return word.lower()[:MAX_CHUNK]
    if word.isascii():
        return _ALIKE.sub(_meant, word).lower()[:MAX_CHUNK]
    word = _INVISIBLE.sub("", unicodedata.normalize("NFC", word))
    word = _ALIKE.sub(_meant, word)
    word = _OTHER_DASHES.sub("-", _ALIKE_CAPITALS.sub(_name, word).lower())
    if _LATIN.search(word) and CYRILLIC.search(word):
        word = _one_script(word)
    return word[:MAX_CHUNK]


_known_spelling = functools.lru_cache(maxsize=50_000)(_spelled)


def _meant(found: re.Match[str]) -> str:
    """A Latin word that looks Russian in the script it is meant in: «TOC» is ТОС, «EXPO» is English."""
    word = found.group()
    small = word.lower()
    turned = small.translate(_TO_CYRILLIC)
    writing = shipped_writing()
    if small in writing.latin:
        return word
    looks = word.isupper() or word.isdigit() or set(small) <= _ALIKE_SMALL
    return turned if looks or turned in writing.cyrillic else word


_ALIKE_SMALL = frozenset("aceopxy0123456789")


def _name(found: re.Match[str]) -> str:
    """«МАХ» in Russian letters is the name written in Latin ones."""
    turned = found.group().lower().translate(_TO_LATIN)
    return turned if turned in shipped_writing().names else found.group()


@functools.cache
def shipped_writing() -> Writing:
    """The product's own writing.toml: spelling is the same whatever vocabulary a test may use."""
    return load().writing


def _one_script(word: str) -> str:
    """A word of mixed letters in the script that can spell all of it: «Oмск», «СOVID»; otherwise as it was.

    Parts of a compound are judged apart: «web-сайт» and «IT-отдел» are not mixed.
    """
    return "".join(_part_in_one_script(part) for part in re.split(r"(\W+)", word))


def _part_in_one_script(part: str) -> str:
    latin = set(_LATIN.findall(part))
    cyrillic = set(CYRILLIC.findall(part))
    if not latin or not cyrillic:
        return part
    if latin <= set(TWINS):
        return part.translate(_TO_CYRILLIC)
    if cyrillic <= set(TWINS.values()):
        return part.translate(_TO_LATIN)
    return part


def parts_of(chunk: str) -> list[Part]:
    parts: list[Part] = []
    start = 0
    for joint in JOINT.finditer(chunk):
        parts.append(Part(chunk[start : joint.start()], start, joint.start()))
        start = joint.end()
    parts.append(Part(chunk[start:], start, len(chunk)))
    return [part for part in parts if spelling_of(part.text)]


MAX_CHUNK = 64
"""Longer runs of letters are not words; their beginning stands for them."""


# What the end of a line has torn apart


def first_half(line: str) -> str:
    """The letters before a hyphen at the end of the line; empty where there is none."""
    hyphen = _TORN_AT_END.search(line[-_TAIL:]) if line.endswith(_HYPHENS) else None
    return hyphen[1] if hyphen else ""


def ends_in_number(line: str) -> bool:
    """Whether a number with a hyphen behind it ends the line."""
    return bool(_NUMBER_AT_END.search(line[-_TAIL:]))


def rejoined(above: str, below: str, is_known: KnownWord) -> tuple[int, str]:
    """How many letters of the line above go, and what is added: a torn word loses its hyphen where it is known whole.

    ``above`` may be the end of the line alone.
    """
    first = first_half(above)
    if not (first or ends_in_number(above)) or not below[:1].isalnum() or (first and below[0].isdigit()):
        return 0, f" {below}"
    second = _LETTERS_FIRST.match(below[:_TAIL])
    whole = first + second[0] if first and second else ""
    if whole and (is_known(whole.lower()) or (whole.isascii() and len(first) > 1)):
        return 1, below
    return 0, f" {below}" if _OTHER_WORD.match(below) else below
