"""Answers that are nothing but a picture: the question is kept as unanswered, and the picture is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.model import Content
from indexer.report import Parsed

_NOT_LETTERS = re.compile(r"[\W_]+")
_FEW_LETTERS = 8
_LONGEST = 80
"""Characters of a question that are enough to find it."""
_UNREAD = "Ответ на вопрос «{question}» дан рисунком и не прочитан: распознайте на рисунке текст и впишите его в файл."


def unread_pictures(content: Content, parsed: Parsed) -> Iterator[str]:
    """A sentence for each question below which a picture stands and nothing else."""
    above = [letters for line in content.pictured if len(letters := _letters(line)) >= _FEW_LETTERS]
    for report in parsed.reports if above else ():
        for passage in report.passages:
            question = _letters(passage.question or "")
            unanswered = passage.blank and not passage.text and len(question) >= _FEW_LETTERS
            if unanswered and any(line.endswith(question) or question.endswith(line) for line in above):
                yield _UNREAD.format(question=_short(passage.question or ""))


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).lower()


def _short(question: str) -> str:
    return question if len(question) <= _LONGEST else f"{question[:_LONGEST].rsplit(' ', 1)[0]} …"
