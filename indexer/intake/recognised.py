"""Text that a program has read in pictures of pages: how many of its words exist, and what is said of that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from indexer.report import Parsed

LEAST_KNOWN = 0.5
"""Share of known words below which what was recognised is rubbish; a clean page has .95, a bad copy .8."""

_WORD = re.compile(r"[А-Яа-яЁё]{3,}(?:-[А-Яа-яЁё]+)*")
"""Shorter ones are known by chance."""


def known_share(texts: Iterable[str], is_known: Callable[[str], bool]) -> float:
    """The share of Russian words that are known, 0 to 1; 0 where there are none."""
    words = [word for text in texts for word in _WORD.findall(_joined(text))]
    return sum(map(is_known, words)) / len(words) if words else 0.0


def _joined(text: str) -> str:
    """The text with the words that were parted at the ends of lines put together."""
    return re.sub(r"(?<=[а-яё])-\n(?=[а-яё])", "", text)


def recognised_warning(share: float) -> str:
    """What is said of a report that was recognised."""
    return f"текст распознан по изображению, знакомых слов {_percent(share)}: сверьте его с подлинником"


def hopeless(share: float) -> str:
    """Why a file that was recognised is not read all the same."""
    return (
        f"Изображение распознано так плохо, что знакомых слов в нём {_percent(share)}: "
        "отсканируйте его заново (300 точек на дюйм) или пришлите исходный документ Word."
    )


def warned(parsed: Parsed, warning: str) -> Parsed:
    """The reports with one more warning."""
    reports = (replace(report, warnings=(*report.warnings, warning)) for report in parsed.reports)
    return replace(parsed, reports=tuple(reports))


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", "\u00a0%")
