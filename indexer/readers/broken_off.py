"""Texts that end as if the rest of them had been lost: within a letter, within a word, or before what a word joins."""

from __future__ import annotations

import re

from indexer.language.dictionary import can_end_a_text
from indexer.model import ROLE_LOSS, Block

_LAST_WORD = re.compile(r"[ \t(«\"-]([а-яё]+)-?[ \t]*\Z")
"""A small Russian word at the very end; names, addresses and numbers may stand there as they like."""
_SHORT_LINE = 20
"""Signs of a line that may be a list entry or a signature, of which the end tells nothing."""
_MAX_LINE = 2_000
_LOST_END = "{what} обрывается: похоже, файл скопирован не до конца. Прочитано до обрыва; сохраните файл заново."


def lost_end(what: str) -> Block:
    """The loss of the end: ``what`` is «Документ», «Страница», «Текст» or «Таблица»."""
    return Block(_LOST_END.format(what=what), role=ROLE_LOSS)


def is_broken_off(text: str) -> bool:
    """The text has no end of a line behind it and ends with half a letter, half a word, or a word that joins others."""
    if text.endswith("�"):
        return True
    line = text[-_MAX_LINE:].rsplit("\n", 1)[-1].rsplit("\r", 1)[-1]
    word = _LAST_WORD.search(line) if len(line) >= _SHORT_LINE else None
    return word is not None and not can_end_a_text(word[1])


def without_half_a_letter(text: str) -> str:
    """The text without the sign for what is left of its last letter."""
    return text[:-1] if text.endswith("�") and len(text) > 1 else text
