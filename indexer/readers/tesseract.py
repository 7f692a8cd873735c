"""The program tesseract: finds the words in a picture of a page, with their places and its confidence in each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from indexer.errors import ReadError
from indexer.readers import limits
from indexer.readers.memory import without_memory_limit
from indexer.readers.pictures import Picture, Run
from indexer.readers.scratch import scratch

LANGUAGE = "rus"
_FOLDERS = (Path("C:/Program Files/Tesseract-OCR"), Path("/opt/homebrew/bin"), Path("/usr/local/bin"))
"""Where the program is when it is not on the search path."""
_QUESTION_SECONDS = 20
_TOO_LONG = "Страницу не удалось распознать за отведённое время."
_FAILED = "Программа распознавания tesseract закончилась с ошибкой: проверьте, как она установлена."

_BOX = re.compile(r"bbox (\d+) (\d+) (\d+) (\d+)")
_BASELINE = re.compile(r"baseline (-?[\d.]+) (-?[\d.]+)")
_SIZE = re.compile(r"x_size (-?[\d.]+)")
_CONFIDENCE = re.compile(r"x_wconf (\d+)")
_LINE_CLASSES = ("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat")
_LEAST_CONFIDENCE = 0.4
"""Mean confidence in the words of a line below which it is dirt, a signature or a drawing."""
_RESOLUTION = "300"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its edges and baseline in points of the picture from the left and from the top, its line's height."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    confidence: float


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of a picture in reading order, and its size in its own points."""

    width: float
    height: float
    words: tuple[Word, ...]
    across: tuple[Run, ...] = ()
    down: tuple[Run, ...] = ()
    """The rules of its tables."""

    @property
    def weight(self) -> float:
        """Letters that were read with confidence, doubtful ones counting little."""
        return sum(len(word.text) * word.confidence**2 for word in self.words)

    @property
    def confidence(self) -> float:
        """The mean confidence in a letter, 0 to 1."""
        letters = sum(len(word.text) for word in self.words)
        return sum(len(word.text) * word.confidence for word in self.words) / letters if letters else 0.0


def found() -> bool:
    """The program is installed and knows Russian."""
    return _program() is not None


def version() -> str:
    """The version of the program, empty without it."""
    program = _program()
    return _asked(program, "--version").partition("\n")[0].strip() if program else ""


def _program() -> str | None:
    """The path of the program, if it is there with Russian data."""
    named = shutil.which("tesseract")
    others = (folder / name for folder in _FOLDERS for name in ("tesseract", "tesseract.exe"))
    program = named or next((str(path) for path in others if path.is_file()), None)
    if program is None or LANGUAGE not in _asked(program, "--list-langs").split():
        return None
    return program


@cache
def _asked(program: str, question: str) -> str:
    """What the program says of itself."""
    try:
        with without_memory_limit():
            answer = subprocess.run(
                [program, question],
                capture_output=True,
                timeout=_QUESTION_SECONDS,
                check=False,
                stdin=subprocess.DEVNULL,
            )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (answer.stdout or answer.stderr).decode("utf-8", errors="replace")


def read(picture: Picture) -> PageText:
    """The words of the picture. Raises ``ReadError`` where the program fails or takes too long."""
    height, width = picture.shape
    printed = _run(b"P5 %d %d 255\n" % (width, height) + picture.tobytes())
    return PageText(float(width), float(height), tuple(_words(printed)))


def _run(image: bytes) -> bytes:
    """What the program prints of an image; it works alone, for other processes work beside it."""
    program = _program()
    if program is None:
        raise ReadError(_FAILED)
    command = [program, "stdin", "stdout", "-l", LANGUAGE, "--psm", "3", "--dpi", _RESOLUTION, "hocr"]
    with scratch() as folder:
        try:
            with without_memory_limit():
                done = subprocess.run(
                    command,
                    input=image,
                    capture_output=True,
                    timeout=limits.RECOGNITION_SECONDS,
                    check=False,
                    cwd=folder,
                    env={**os.environ, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
                )
        except subprocess.TimeoutExpired as fault:
            raise ReadError(_TOO_LONG) from fault
        except OSError as fault:
            raise ReadError(_FAILED) from fault
    if done.returncode:
        raise ReadError(_FAILED)
    return done.stdout


def _words(printed: bytes) -> Iterator[Word]:
    """The words of a page described in hOCR, without lines that are no text."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(printed, parser) if printed.strip() else None
    if root is None:
        return
    for element in root.iter("{*}span"):
        if element.get("class") in _LINE_CLASSES:
            words = list(_words_of_line(element))
            letters = sum(len(word.text) for word in words)
            if letters and sum(len(word.text) * word.confidence for word in words) >= _LEAST_CONFIDENCE * letters:
                yield from words


def _words_of_line(line: Any) -> Iterator[Word]:
    """The words of one line; its baseline is where the letters stand, and may rise a little."""
    title = line.get("title", "")
    box = _BOX.search(title)
    if not box:
        return
    left, _, _, bottom = map(float, box.groups())
    slope, offset = _pair(_BASELINE.search(title))
    size = _SIZE.search(title)
    for element in line.iter("{*}span"):
        told = element.get("title", "")
        place, sure = _BOX.search(told), _CONFIDENCE.search(told)
        text = "".join(element.itertext()).strip()
        if element.get("class") == "ocrx_word" and place and text:
            start, top, end, below = map(float, place.groups())
            baseline = bottom + offset + slope * ((start + end) / 2 - left)
            confidence = int(sure[1]) / 100 if sure else 0.0
            yield Word(text, start, end, baseline, float(size[1]) if size else below - top, confidence)


def _pair(found: re.Match[str] | None) -> tuple[float, float]:
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)
