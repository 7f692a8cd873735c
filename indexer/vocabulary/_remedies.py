"""remedies.toml: what cities usually do about what they complain of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.vocabulary._toml import Table, TomlFile

TogetherWords = tuple[str, ...]
"""Word patterns that stand in one statement, wherever; a trailing ``*`` is any ending."""

_WORD = r"[^\W_]+(?:-[^\W_]+)*\*?"
_PATTERN = re.compile(rf"{_WORD}(?: {_WORD})*")


@dataclass(frozen=True, slots=True)
class Remedy:
    """Words of a complaint, and words of a tale that may answer it."""

    complaint: tuple[TogetherWords, ...]
    told: tuple[TogetherWords, ...]


def parse_remedies(file: TomlFile) -> tuple[Remedy, ...]:
    """The ``[[remedy]]`` tables. Raises VocabularyError on what is unknown, empty, doubled or no pattern."""
    file.only("remedy")
    found = []
    for table in file.tables("remedy"):
        table.check_keys(("complaint", "told"))
        found.append(Remedy(_alternatives(table, "complaint"), _alternatives(table, "told")))
    return tuple(found)


def _alternatives(table: Table, key: str) -> tuple[TogetherWords, ...]:
    written = table.texts(key)
    if not written:
        table.fail(f"«{key}» пуст: нужно хотя бы одно слово.", key=key)
    return tuple(_together(one, table, key) for one in written)


def _together(written: str, table: Table, key: str) -> TogetherWords:
    parts = tuple(part.strip() for part in written.split("+"))
    if not all(_PATTERN.fullmatch(part) for part in parts):
        table.fail(f"«{written}» — не слова, соединённые «+», после которых может стоять «*».", key=key, value=written)
    return parts
