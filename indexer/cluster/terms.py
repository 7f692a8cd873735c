"""Words as the cluster gets them: ready-made terms between blanks, which it takes apart and never analyses."""

from __future__ import annotations

import re

from indexer.index.extracts import stable_hash

NOWHERE = "%none;"
"""The term of a facet's value that is not known."""

_SIGNS = re.compile(r"[\s|%\x00-\x20\x7f-\x9f\u2028\u2029\ufeff]")
_LONGEST = 150


def term_of(word: str) -> str:
    """A word as one term: the signs that part terms are written out, what is endless is cut and told by its hash."""
    written = _SIGNS.sub(lambda sign: f"%{ord(sign[0]):X};", word)
    return written if len(written) <= _LONGEST else f"{written[:_LONGEST]}%{stable_hash(word):016x};"


def facet_term(value: object) -> str:
    """A facet's value as the cluster keeps it."""
    return NOWHERE if value is None else str(value)


def signed(number: int) -> int:
    """64 bits as the cluster's whole numbers have them."""
    return number - (1 << 64) if number >= 1 << 63 else number
