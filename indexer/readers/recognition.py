"""Text recognised in pictures of pages: whether it is wanted, by what, and what is known already.

A page is known by the content of its picture, so none is read twice, whatever file it comes in.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from indexer.readers import tesseract, worker
from indexer.readers.pictures import Picture, rules_in, straightened, turned, without_specks
from indexer.readers.tesseract import PageText, Word

AUTO, OFF, FORCE = "auto", "off", "force"
MODES = (AUTO, OFF, FORCE)

INSTALL = (
    "Установите программу распознавания tesseract с русскими данными (в Debian и Ubuntu: "
    "apt install tesseract-ocr tesseract-ocr-rus) и прочитайте файл снова, распознайте его сами "
    "или пришлите исходный документ Word."
)
SWITCH_ON = "Распознавание выключено: включите его (--ocr auto) или пришлите исходный документ Word."
HOPELESS = (
    "Распознать его не удалось: отсканируйте лист заново (300 точек на дюйм) или пришлите исходный документ Word."
)

_VERSION = 1
"""Of what is done with a picture; what was recognised by another version is recognised anew."""
_GOOD = 0.75
"""Confidence from which a page need not be tried in another direction."""
_FEW_WORDS = 3
"""So few words are no page of text, however sure the program is."""
_RULES = ("across", "down")
_TURNS = (180, 90, 270)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the operator wants: ``auto`` where there is no text, ``off``, ``force`` everywhere; where it is kept."""

    mode: str = AUTO
    cache: str | None = None

    def missing(self) -> str | None:
        """Why nothing can be recognised and what to do about it; ``None`` where it can."""
        if self.mode == OFF:
            return SWITCH_ON
        return None if tesseract.found() else INSTALL

    def fingerprint(self) -> str:
        """What decides which scans are read: the wish and the program."""
        return f"{self.mode} {'' if self.mode == OFF else tesseract.version()}"


_current: ContextVar[Recognition | None] = ContextVar("recognition", default=None)


@contextlib.contextmanager
def using(recognition: Recognition) -> Iterator[None]:
    """Files read within are read in this way."""
    token = _current.set(recognition)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Recognition:
    """The way that is in use."""
    return _current.get() or Recognition()


def page_text(picture: Picture) -> PageText:
    """The text of a picture of a page, as straight as it can be laid. Raises ``ReadError`` where it takes too long."""
    return _known_or(picture, "", lambda: _recognised(straightened(without_specks(picture))))


def upright_text(picture: Picture) -> PageText:
    """The text of a picture that lies straight, in its places. Raises ``ReadError`` where it takes too long."""
    return _known_or(picture, "upright ", lambda: tesseract.read(picture))


def _known_or(picture: Picture, way: str, read: Callable[[], PageText]) -> PageText:
    """What is known of a picture that is read in this way, else what is read now, and kept."""
    cache = _Cache(current().cache)
    key = _key(picture, way)
    known = cache.get(key)
    if known is None:
        known = read()
        cache.put(key, known)
    worker.tell_alive()
    return known


def _recognised(picture: Picture) -> PageText:
    """The text of the direction in which most of it is read with confidence."""
    best, shown = tesseract.read(picture), picture
    for turn in _TURNS:
        # Upside down, nothing at all may be found; laid on its side again, only what there is a little of.
        if best.confidence >= _GOOD and len(best.words) > _FEW_WORDS or (turn != _TURNS[0] and not best.words):
            break
        worker.tell_alive()
        other = turned(picture, turn)
        text = tesseract.read(other)
        if text.weight > best.weight:
            best, shown = text, other
    across, down = rules_in(shown)
    return replace(best, across=tuple(across), down=tuple(down))


def _key(picture: Picture, way: str) -> str:
    height, width = picture.shape
    told = f"{way}{_VERSION} {tesseract.version()} {width}x{height} ".encode()
    return hashlib.sha256(told + picture.tobytes()).hexdigest()


class _Cache:
    """Recognised pages as files named after the content of their pictures. A folder that fails costs only time."""

    def __init__(self, folder: str | None) -> None:
        self._folder = Path(folder) if folder else None

    def get(self, key: str) -> PageText | None:
        """What is known of a picture."""
        if self._folder is None:
            return None
        try:
            told = json.loads(self._path(key).read_text(encoding="utf-8"))
            words = tuple(Word(**word) for word in told["words"])
            across, down = (
                tuple((float(a), float(b), float(c)) for a, b, c in told[way]) for way in ("across", "down")
            )
            return PageText(float(told["width"]), float(told["height"]), words, across, down)
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, key: str, text: PageText) -> None:
        """Keep it; readers see the whole of it or nothing."""
        if self._folder is None:
            return
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix="draft-")
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as target:
                    json.dump(asdict(text), target, ensure_ascii=False)
                os.replace(draft, path)
            except OSError:
                os.unlink(draft)  # noqa: PTH108
                raise

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / f"{key}.json"
