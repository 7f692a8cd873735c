"""A text's chunks and their spellings: what counts as one word, and how its letters are written alike."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

SHORT_TEXT = 10_000
"""Letters of a text whose chunks are remembered for a while: a passage is read for its topics, then for the index."""
_LETTER = r"[^\W_\u00b2\u00b3\u00b9]"
_MARK = r"[\u00ad\u0300-\u036f\u200b-\u200d\u2060]"
# Runs of letters, not letters one by one: three times as fast.
CHUNK = re.compile(
    rf"""
    [^\W_]                                     # a letter or a digit begins a chunk
    {_LETTER}* (?:{_MARK}+ {_LETTER}*)*
    (?:
        (?:[-\u2010\u2011]|(?<=\d)[.,/:](?=\d))  # онлайн-режим, 02.07.2020, 10,5
        (?:{_LETTER}+ | {_MARK}+)+
    )*
    """,
    re.VERBOSE,
)


JOINT = re.compile(r"[-\u2010\u2011.,/:]")
_INVISIBLE = re.compile(r"[\u00ad\u0300\u0301\u200b-\u200d\u2060\ufeff]")


CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-z]")
_LATIN_TWINS = "abcehkmoptxy"
_CYRILLIC_TWINS = "авсенкмортху"
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)
_TO_LATIN = str.maketrans(_CYRILLIC_TWINS, _LATIN_TWINS)


@dataclass(frozen=True, slots=True)
class Part:
    """A letter or digit run of a chunk, as written."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=256)
def chunks_of(text: str) -> tuple[str, ...]:
    return tuple(CHUNK.findall(text))


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
    if word.isascii():
        return word.lower()[:MAX_CHUNK]
    word = _INVISIBLE.sub("", unicodedata.normalize("NFC", word)).lower()
    word = word.replace("\u2010", "-").replace("\u2011", "-")
    if _LATIN.search(word) and CYRILLIC.search(word):
        word = _one_script(word)
    return word[:MAX_CHUNK]


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
    if latin <= set(_LATIN_TWINS):
        return part.translate(_TO_CYRILLIC)
    if cyrillic <= set(_CYRILLIC_TWINS):
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
