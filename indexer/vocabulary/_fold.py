"""One notion of «the same name» for all look-ups of the vocabulary."""

from __future__ import annotations

import re
import unicodedata

_INSIDE_WORDS = re.compile("[\u00ad\u0301\u200b-\u200d\ufeff]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """``text`` in lower case, ё→е, words joined by single blanks, without punctuation, hyphens and stress marks."""
    plain = _INSIDE_WORDS.sub("", unicodedata.normalize("NFC", text)).lower().replace("ё", "е")
    return _BETWEEN_WORDS.sub(" ", plain).strip()
