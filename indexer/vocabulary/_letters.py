"""Names typed with letters of another alphabet: single look-alikes, whole words of them, Latin transcriptions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from indexer.vocabulary._fold import fold
from indexer.vocabulary._writing import TWINS

_TO_CYRILLIC = str.maketrans(TWINS)
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-яё]")
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHES = re.compile("['`´\u2018\u2019\u02b9\u02bc]")
_MARKS = re.compile("[\u0300-\u036f]")

# The schools of transcription differ in few places; each pair brings their spellings together.
_SCHOOLS = [
    (re.compile(r"shch|sch"), "shch"),  # Blagoveshchensk, Blagoveschensk
    (re.compile(r"kh"), "h"),  # Khabarovsk, Habarovsk
    (re.compile(r"ts|tz"), "c"),  # Rubtsovsk, Rubcovsk
    (re.compile(r"w"), "v"),  # Nowosibirsk
    (re.compile(r"x"), "ks"),
    (re.compile(r"[jy]"), "i"),  # Krasnojarsk, Krasnoyarsk
    (re.compile(r"i+"), "i"),  # Mirnyy, Mirny
    (re.compile(r"i[eo]"), "e"),  # Yekaterinburg, Kiselyovsk
]


def has_latin(text: str) -> bool:
    """Whether any letter of a folded text is Latin: it may be another one typed so."""
    return bool(_LATIN.search(text))


def spellings(text: str) -> Iterator[str]:
    """``text`` folded; then with look-alike letters turned Cyrillic: «Oмск» with a Latin O, «TOMCK» all in Latin."""
    plain = fold(text)
    yield plain
    if _LATIN.search(plain):
        mended = _WORD.sub(lambda word: _cyrillic(word.group()), plain)
        if mended != plain:
            yield mended


def transcription(text: str) -> str | None:
    """What the Latin spellings of one name have in common; ``None`` where ``text`` is not Latin."""
    if _CYRILLIC.search(text.lower()):  # nearly all queries
        return None
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)))
    name = fold(bare)
    if _CYRILLIC.search(name) or not _LATIN.search(name):
        return None
    for spelling, common in _SCHOOLS:
        name = spelling.sub(common, name)
    return name


def _cyrillic(word: str) -> str:
    """The word in Cyrillic if look-alikes are all its Latin letters; otherwise as it was."""
    return word.translate(_TO_CYRILLIC) if set(_LATIN.findall(word)) <= set(TWINS) else word
