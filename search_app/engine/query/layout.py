"""A query, or some words of it, typed in the other keyboard layout."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.builds.build import Build
from indexer.language.spelling import is_cyrillic, normal_form
from search_app.engine.query.syntax import words_of
from search_app.engine.query.typing import typing
from search_app.engine.query.words import query_words

_SHORT = 3
"""Letters: «<b>», «IT», «ВК» turn into some word of the dictionary too easily."""

# «-jykfqy», «"ht;bv"», «город:Jvcr»: what is typed on purpose around a word, the word, and what may be its punctuation.
_TYPED = re.compile(r"(?P<before>(?:[-!(«\"„“]|[^\W\d_]+:)*)(?P<word>.*?)(?P<after>[)»\"“”?!*]*)", re.DOTALL)
_PUNCTUATION = ",.;:"


def turned_whole(text: str, build: Build) -> str | None:
    """The whole query as if typed in the other layout, if that makes sense and the query itself does not."""
    if is_cyrillic(text) and _has_latin(text):
        return None
    turned = other_layout_of(text)
    before, after = _words(text, build), _words(turned, build)
    if not before or not after or turned == text:
        return None
    known, known_turned = _letters_known(before, build), _letters_known(after, build)
    if is_cyrillic(text) and (known or not all(in_archive(word, build) and len(word) > 2 for word in after)):
        return None
    if sum(map(len, before)) <= _SHORT and not all(in_archive(word, build) for word in after):
        return None
    if not is_cyrillic(text) and all(len(word) < _SHORT or word in query_words().light for word in after):
        return None
    return turned if known_turned * 2 >= sum(map(len, after)) and known_turned > known else None


def turned_words(text: str, build: Build) -> str | None:
    """The query with the words turned that only make sense in the other layout, «Омск jykfqy»; ``None`` without any."""
    pieces = re.split(r"(\s+)", text)
    turned = [_turned(piece, build) or piece for piece in pieces]
    if turned == pieces:
        return None
    # «онлайн d ht;bvt»: beside a turned word a preposition was typed in the same layout.
    return "".join(_light(piece) if piece == typed else piece for piece, typed in zip(turned, pieces, strict=True))


def other_layout_of(text: str) -> str:
    """What the same keys give in the other layout."""
    return text.translate(typing().to_latin if is_cyrillic(text) else typing().to_cyrillic)


def _letters_known(words: Sequence[str], build: Build) -> int:
    """Letters of the words that are known: «fit» turns into «аше», a word too, but a small part of the query."""
    return sum(len(word) for word in words if is_known(word, build))


def is_known(word: str, build: Build) -> bool:
    """Whether the archive, the dictionary or the list of cities has the word."""
    return (
        in_archive(word, build)
        or build.analyzer.is_known(word)
        or build.vocabulary.find_city(word) is not None
        or build.vocabulary.find_region(word) is not None
    )


def in_archive(word: str, build: Build) -> bool:
    """Whether the archive has the word in any form."""
    if build.spellings.find(normal_form(word)) >= 0:
        return True
    return is_cyrillic(word) and any(build.lemmas.find(lemma) >= 0 for lemma, _ in build.analyzer.lemmas(word))


def _turned(piece: str, build: Build) -> str | None:
    """One word with the signs around it, turned; ``None`` where it had better stay."""
    found = _TYPED.fullmatch(piece)
    if not found or not found["word"] or _has_latin(found["word"]) == is_cyrillic(found["word"]):
        return None
    word = found["word"]
    # A comma is a letter of the other layout, but it may also be a comma.
    for kept in (word, word.rstrip(_PUNCTUATION)):
        if kept and _makes_sense(kept, build):
            return f"{found['before']}{other_layout_of(kept)}{word[len(kept) :]}{found['after']}"
    return None


def _makes_sense(word: str, build: Build) -> bool:
    """Whether a word is one in the other layout and none as typed."""
    before, after = _words(word, build), _words(other_layout_of(word), build)
    if not before or not after or any(is_known(one, build) for one in before):
        return False
    if min(map(len, after)) < _SHORT or other_layout_of(word).strip("-") != "-".join(after):
        return False
    if is_cyrillic(word):
        return all(in_archive(one, build) for one in after)
    return all(in_archive(one, build) or (len(one) > _SHORT and is_known(one, build)) for one in after)


def _light(piece: str) -> str:
    turned = other_layout_of(piece)
    return turned if not is_cyrillic(piece) and turned in query_words().light else piece


def _has_latin(text: str) -> bool:
    return any("a" <= sign <= "z" for sign in text.lower())


def _words(text: str, build: Build) -> list[str]:
    """The words of a text that have letters; the N of «N 131» is none."""
    found = words_of(text, build.vocabulary)
    return [
        word for word in found if any(map(str.isalpha, "".join(word[s:e] for _, s, e in build.analyzer.forms(word))))
    ]
