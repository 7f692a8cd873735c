"""Lists of word patterns from the vocabulary as something to find in texts."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NEVER = re.compile(r"(?!)")


def plain(text: str) -> str:
    """Small letters, ё as е; every sign stays at its place."""
    return text.lower().replace("ё", "е")


def finder(patterns: Iterable[str]) -> re.Pattern[str]:
    """What finds any of the patterns («начат*», «первый этап») as whole words in a `plain` text."""
    ends = {
        r"\s+".join(
            re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word) for word in pattern.split()
        )
        for pattern in map(plain, patterns)
    }
    return re.compile(rf"\b(?:{'|'.join(sorted(ends, key=len, reverse=True))})\b") if ends else _NEVER
