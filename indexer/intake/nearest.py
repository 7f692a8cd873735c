"""What somebody probably meant: the nearest of the names that exist, letter case and «ё» aside."""

from __future__ import annotations

import fnmatch
import posixpath
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from indexer.vocabulary import Vocabulary, fold

_LIKE = 0.6
"""Share of common letters from which on a name is worth naming."""

_MASKS = "*?["


def has_mask(pattern: str) -> bool:
    """Whether a path stands for several."""
    return any(sign in pattern for sign in _MASKS)


def nearest_city(name: str, vocabulary: Vocabulary) -> str | None:
    """The listed city whose name, form or alias is most like ``name``; ``None`` where nothing is."""
    names = {fold(known): city.name for city in vocabulary.cities for known in (city.name, *city.forms, *city.aliases)}
    return _closest(fold(name), names)


def nearest_file(pattern: str, files: Sequence[str]) -> str | None:
    """The file that a path or mask without a match is most likely about; ``None`` where nothing is like it."""
    folded = _folded_files(tuple(files))
    wanted = _folded(pattern)
    return (
        folded.get(wanted)
        or _matched(wanted, folded)
        or _archive_of(wanted, folded)
        or _elsewhere(wanted, folded)
        or _closest(wanted, folded)
    )


@lru_cache(maxsize=1)
def _folded_files(files: tuple[str, ...]) -> Mapping[str, str]:
    return {_folded(file): file for file in reversed(files)}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().replace("ё", "е")


def _matched(mask: str, files: Mapping[str, str]) -> str | None:
    """«2021/*.DOCX» for «2021/отчет.docx»."""
    return _first(file for name, file in files.items() if fnmatch.fnmatchcase(name, mask))


def _archive_of(wanted: str, files: Mapping[str, str]) -> str | None:
    """«2021.zip» for «2021.zip/omsk.docx»: an archive is one file."""
    parts = wanted.split("/")
    return _first(files[name] for end in range(len(parts) - 1, 0, -1) if (name := "/".join(parts[:end])) in files)


def _elsewhere(wanted: str, files: Mapping[str, str]) -> str | None:
    """The file of that name in another folder."""
    own = wanted.rpartition("/")[2]
    if has_mask(own):
        return None
    return _first(file for name, file in files.items() if name.rpartition("/")[2] == own)


def _closest(wanted: str, names: Mapping[str, str]) -> str | None:
    near = get_close_matches(wanted, names, n=1, cutoff=_LIKE)
    return _first(names[name] for name in near if _stem_is_like(wanted, name))


def _stem_is_like(wanted: str, name: str) -> bool:
    """«томсг.txt» is not «c3.txt» for having the same ending."""
    (left, left_end), (right, right_end) = (posixpath.splitext(path) for path in (wanted, name))
    return left_end != right_end or SequenceMatcher(None, left, right).ratio() >= _LIKE


def _first(found: Iterable[str]) -> str | None:
    return next(iter(found), None)
