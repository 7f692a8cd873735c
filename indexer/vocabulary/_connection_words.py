"""connections.toml: the words that tell what hangs together across answers, cities and years."""

from __future__ import annotations

import re
from collections.abc import Mapping

from indexer.vocabulary._toml import TomlFile

ConnectionWords = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Table → list → word patterns; a trailing ``*`` is any ending. connections.toml tells of each."""

_KEYS: dict[str, tuple[str, ...]] = {
    "repeats": ("light", "failing", "acts", "same"),
    "statements": ("subordinate", "lacking", "degrees"),
    "tone": (
        "praise",
        "mild",
        "negative",
        "neutral",
        "fillers",
        "compared",
        "contrasted",
        "behind",
        "ways",
        "given",
        "events",
        "far",
        "own",
        "turns",
    ),
    "asks": (
        *(
            "outright",
            "asking",
            "telling",
            "always",
            "needing",
            "joining",
            "affirming",
            "refusing",
            "denying",
            "frame",
            "weak",
            "openings",
        ),
    ),
    "acts": ("law", "money", "teach", "meet", "share", "list"),
    "outcomes": ("moved", "planned", "partly", "differing", "averted", "happened", "prepared"),
    "doings": (
        *("build", "open", "buy", "hold", "repair", "adopt", "move", "lessen", "raise", "teach", "plant", "write"),
        *("used", "whole", "generic"),
    ),
    "needs": ("trouble", "badly", "setting", "none", "none_last", "asked", "but", "lack", "worn", "grown", "measure"),
}
"""Table → the lists that it must have."""

NO_CONNECTION_WORDS: ConnectionWords = {table: dict.fromkeys(keys, ()) for table, keys in _KEYS.items()}

_PATTERN = re.compile(r"(?:[^\W_]+(?:-[^\W_]+)*\*?)(?: [^\W_]+(?:-[^\W_]+)*\*?)*")


def parse_connection_words(file: TomlFile) -> ConnectionWords:
    """The tables of connections.toml. Raises VocabularyError on what is unknown, missing, doubled or no pattern."""
    file.only(*_KEYS)
    found = {}
    for name, keys in _KEYS.items():
        table = file.table(name)
        table.check_keys(keys)
        found[name] = {key: table.texts(key) for key in keys}
        for key, patterns in found[name].items():
            for pattern in patterns:
                if not _PATTERN.fullmatch(pattern):
                    table.fail(f"«{pattern}» — не слова, после которых может стоять «*».", key=key, value=pattern)
    return found
