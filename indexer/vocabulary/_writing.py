"""writing.toml: other spellings of a word, abbreviations, words in letters that look alike in both alphabets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from indexer.vocabulary._toml import Table, TomlFile

TWINS = dict(zip("abcehkmoptxy", "авсенкмортху", strict=True))
"""Latin letters and the Cyrillic ones that look like them."""

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_WRITTEN = re.compile(r"[^\W_]+(?:(?:\. ?|/|-|\.-)[^\W_]+)*\.?")
_MEANING = re.compile(r"[а-яё]+(?:-[а-яё]+)*(?: [а-яё]+(?:-[а-яё]+)*)*")


@dataclass(frozen=True, slots=True)
class Short:
    """An abbreviation: «кв. м» and how else it is written, what it means."""

    written: tuple[str, ...]
    """The first is its name."""
    means: tuple[str, ...]
    unit: bool = False
    """Written next to a number without a blank too."""


@dataclass(frozen=True, slots=True)
class Writing:
    """One thing, one spelling."""

    same: Mapping[str, str] = field(default_factory=dict)
    """Another spelling of a word → the word."""
    shorts: tuple[Short, ...] = ()
    acts: frozenset[str] = frozenset()
    """Kinds of acts, «фз»."""
    latin: frozenset[str] = frozenset()
    """English words of letters that look Russian."""
    names: frozenset[str] = frozenset()
    """Those of them that are meant in Russian letters too."""
    cyrillic: frozenset[str] = frozenset()
    """Russian abbreviations that are meant when typed in small Latin letters."""


def parse_writing(file: TomlFile) -> Writing:
    """The tables of writing.toml. Raises VocabularyError on what is unknown, doubled or contradictory."""
    file.only("same", "short", "acts", "latin")
    owners: dict[str, str] = {}
    same = dict(pair for table in file.tables("same") for pair in _same(table, owners))
    shorts = tuple(_short(table, owners) for table in file.tables("short"))
    acts, latin = file.table("acts"), file.table("latin")
    acts.check_keys(("kinds",))
    latin.check_keys(("words", "names", "cyrillic"))
    words, names = frozenset(latin.texts("words")), frozenset(latin.texts("names"))
    for name in sorted(names - words):
        latin.fail(f"«{name}» нет среди words.", key="names", value=name)
    for name in sorted(names):
        if not set(name) <= set(TWINS):
            latin.fail(f"«{name}» нельзя набрать русскими буквами того же вида.", key="names", value=name)
    for word in latin.texts("cyrillic"):
        if not set(word) <= set(TWINS.values()):
            latin.fail(f"«{word}» нельзя набрать латинскими буквами того же вида.", key="cyrillic", value=word)
    return Writing(same, shorts, frozenset(acts.texts("kinds")), words, names, frozenset(latin.texts("cyrillic")))


def _same(table: Table, owners: dict[str, str]) -> Iterator[tuple[str, str]]:
    table.check_keys(("word", "written"))
    word = table.text("word")
    _claim(word, word, table, "word", owners)
    if "-" in word:
        yield _plain(word), _plain(word)
    for written in table.texts("written"):
        if not _WORD.fullmatch(written) or written != written.lower():
            table.fail(f"«{written}» должно быть одним словом строчными буквами.", key="written", value=written)
        _claim(written, word, table, "written", owners)
        yield _plain(written), _plain(word)


def _short(table: Table, owners: dict[str, str]) -> Short:
    table.check_keys(("written",), optional=("means", "unit"))
    short = Short(table.texts("written"), table.texts("means"), table.flag("unit"))
    if not short.written:
        table.fail("у сокращения должно быть хотя бы одно написание.", key="written")
    for written in short.written:
        if not _WRITTEN.fullmatch(written) or written != written.lower():
            table.fail(f"«{written}» не читается как сокращение строчными буквами.", key="written", value=written)
        _claim(written, short.written[0], table, "written", owners)
    for meaning in short.means:
        if not _MEANING.fullmatch(meaning):
            table.fail(f"«{meaning}» должно быть русскими словами в начальной форме.", key="means", value=meaning)
    return short


def _claim(written: str, owner: str, table: Table, key: str, owners: dict[str, str]) -> None:
    if _plain(written) in owners:
        table.fail(f"«{written}» уже есть у «{owners[_plain(written)]}».", key=key, value=written)
    owners[_plain(written)] = owner


def _plain(word: str) -> str:
    return word.replace("ё", "е")
