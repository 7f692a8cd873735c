"""Running heads and feet, page numbers and stamps of signatures: printed on pages, but no part of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import nlargest, nsmallest
from itertools import pairwise
from statistics import median

from indexer.readers.normalize import clean
from indexer.readers.pdf_lines import Line
from indexer.readers.pdf_page import Page

_PAGE_NUMBER = re.compile(
    r"(?:(?:стр(?:аница|\.)?|лист)\s*)?[-–—\[(|/\s]*\d{1,4}[-–—\])|/\s]*(?:(?:из|of)\s*\d{1,4})?", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_EDGE_LINES = 3
"""Lines at the top and at the bottom of a page that may belong to its head or foot."""
_EDGE_SHARE = 0.14
"""The part of a page's height, at the top and at the bottom, in which heads and feet stand."""
_HEAD_PAGES_SHARE = 0.5
"""A running head is on at least this part of the pages; those of odd and of even pages may differ."""
_MIN_HEAD_PAGES = 3

_MIN_TEXT = 4
"""Lines of a page that has a text of its own."""
_SAME_TOP = 2.0
_SAME_LINE = 0.5
_HEAD_GAP, _FOOT_GAP = 1.35, 3.0
"""Distance of a head and of a foot from the text, in usual distances of lines."""
_SMALL, _SMALL_GAP = 0.9, 1.1
"""Size of the letters of a head that are smaller than those of the text, and its distance then."""
_FEWEST_PAGES = 2
_MARGIN_SHARE = 0.065
"""The part of a page's height in which no text stands but a head or a foot, where a page has the usual margins."""
_NARROW = 37.0
"""Points of a margin at the side: Word calls half an inch «Узкие»; above and below the margins are small then, too."""
_NOTE_MARK = re.compile(r"\*|\d{1,2}[).]?\s|[¹²³⁴-⁹]|\(\d{1,2}\)")
"""What a footnote begins with."""
_LONGEST_MARK = 3
_LONGEST_HEAD = 100
_SENTENCE_ENDS = (".", ",", ";", ":", "?", "!", "-")

_SIGNED = re.compile(
    r".{0,40}?(?:подписан\w*|заверен\w*|подлинник).{0,60}?(?:подпис\w+|\bЭЦ?П\b).{0,30}"
    r"|сведения о сертификате.{0,30}|(?:электронный )?документ подписан"
    r"|(?:простой |усиленной |квалифицированной |неквалифицированной |электронной )+(?:подписью|ЭП)",
    re.IGNORECASE,
)
"""«ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ», «Подлинник электронного документа, подписанного ЭП, хранится в …»"""
_CERTIFICATE = re.compile(
    r"(?:серийный номер|номер сертификата|сертификат|владелец|кому выдан|кем выдан|издатель|действител\w+"
    r"|срок действия|дата (?:и время )?подписания|организация, сотрудник)\b.*"
    r"|[0-9A-F]{12,}|(?:[0-9A-F]{2}[ :]){6,}[0-9A-F]{2}",
    re.IGNORECASE,
)
_REGISTERED = re.compile(
    r"(?:вх|исх|рег)[а-яё]*\.?\s*(?:номер\s*)?(?:№|N|#).*|(?:№|N)\s*[\w/-]*\d[\w/-]*(?:\s*от\s.*)?"
    r"|от\s*«?\d.{0,25}(?:№.*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}.{0,12}|получено.{0,20}|копия(?: верна)?\.?|\d[\d/ -]*",
    re.IGNORECASE,
)
_STAMP_LINES = 8
"""Lines of a stamp behind its heading."""
_OTHER_LINES = 1
"""Lines within a stamp that look like none of it: the owner's name on a line of its own."""


def without_heads(pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """The pages without the lines that repeat, but for digits, at their tops or bottoms, without page numbers and
    stamps of signatures; and the running lines, each once."""
    running = _running(pages)
    result: list[Page] = []
    heads: dict[str, str] = {}
    tops = _Tops(pages)
    in_margins = all(map(_has_usual_margins, pages))
    alternating = _alternating(pages) if in_margins else []
    for number, page in enumerate(pages):
        repeated = [line for line in _edge_lines(page) if _masked(line) in running]
        repeated += [line for line in alternating[number : number + 1] if line not in repeated]
        outside = _outside(page, tops if len(pages) > 1 else None) if in_margins else ()
        repeated += [line for line in outside if line not in repeated]
        numbers = [line for line in _edge_lines(page) if _is_page_number(line, page)]
        for line in repeated:
            heads.setdefault(_masked(line), clean(line.text))
        dropped = {id(line) for line in (*repeated, *numbers, *_stamp(page.lines))}
        result.append(replace(page, lines=[line for line in page.lines if id(line) not in dropped]))
    return result, [text for text in heads.values() if not _PAGE_NUMBER.fullmatch(text)]


def _running(pages: Sequence[Page]) -> set[str]:
    """The masked lines that are running heads or feet."""
    seen: Counter[str] = Counter()
    in_body: Counter[str] = Counter()
    for page in pages:
        edge = _edge_lines(page)
        seen.update({_masked(line) for line in edge})
        in_body.update(_wording(line) for line in page.lines if line not in edge)
    least = max(_MIN_HEAD_PAGES, len(pages) * _HEAD_PAGES_SHARE / 2)
    least = 2 if len(pages) == 2 else least
    # Each report of a volume may begin a page with its first question.
    running = {masked for masked, count in seen.items() if count >= least and not _asks(masked)}
    # Where the text itself is repetitive, it is no head.
    return running - {masked for masked in running if in_body[masked.rpartition(" ")[0]] > 1}


def _asks(masked: str) -> bool:
    return masked.rpartition(" ")[0].endswith("?")


def _alternating(pages: Sequence[Page]) -> list[Line]:
    """A head of each page, whatever it says, all of them and the text below at the same heights; empty without."""
    whole = [_by_height(page)[:2] for page in pages]
    if len(whole) < _FEWEST_PAGES or any(len(lines) < 2 for lines in whole):
        return []
    heads, below = [lines[0] for lines in whole], [lines[1] for lines in whole]
    level = all(abs(line.baseline - lines[0].baseline) < _SAME_TOP for lines in (heads, below) for line in lines)
    apart = all(
        line.baseline > page.height * (1 - _MARGIN_SHARE)
        and line.baseline - text.baseline > _gap_of_head(line, text) * _usual_step(_by_height(page))
        and line.size <= text.size
        and not line.emphasised
        and _is_no_sentence(line)
        for page, line, text in zip(pages, heads, below, strict=True)
    )
    return heads if level and apart else []


def _has_usual_margins(page: Page) -> bool:
    """No text stands at the edges of the page: neither at its side, nor do its last lines go on to its end."""
    lines = _by_height(page)
    if len(lines) < _MIN_TEXT:
        return True
    low = lines[-1].baseline < page.height * _MARGIN_SHARE
    steps = (above.baseline - below.baseline for above, below in pairwise(lines[-3:]))
    goes_on = low and all(step <= _HEAD_GAP * _usual_step(lines) for step in steps)
    return not goes_on and min(line.left for line in lines) >= _NARROW


def _usual_step(lines: Sequence[Line]) -> float:
    """The usual distance of two lines of the page."""
    steps = (above.baseline - below.baseline for above, below in pairwise(lines))
    own = sorted(step for step in steps if step > _SAME_LINE * lines[0].size)
    return own[len(own) // 4] if own else lines[0].size


class _Tops:
    """Where the texts of pages begin, and with what words."""

    def __init__(self, pages: Iterable[Page]) -> None:
        steps: dict[int, list[tuple[float, str]]] = {}
        for lines in map(_by_height, pages):
            if lines:
                height = lines[0].baseline
                steps.setdefault(_step_of(height), []).append((height, _wording(lines[0])))
        self._steps = {step: _outermost(tops) for step, tops in steps.items()}

    def begins_another(self, height: float, wording: str) -> bool:
        """Whether a page that begins with other words does so at this height."""
        step = _step_of(height)
        near = (top for beside in (step - 1, step, step + 1) for top in self._steps.get(beside, ()))
        return any(abs(height - top) < _SAME_TOP and words != wording for top, words in near)


def _step_of(height: float) -> int:
    return int(height // _SAME_TOP)


def _outermost(tops: Iterable[tuple[float, str]]) -> list[tuple[float, str]]:
    """The two lowest and the two highest with different words: of one step they tell what all of them tell."""
    lowest: dict[str, float] = {}
    highest: dict[str, float] = {}
    for height, words in sorted(tops):
        lowest.setdefault(words, height)
        highest[words] = height
    return [
        *nsmallest(2, ((height, words) for words, height in lowest.items())),
        *nlargest(2, ((height, words) for words, height in highest.items())),
    ]


def _outside(page: Page, tops: _Tops | None) -> Iterator[Line]:
    """A head above where the texts of other pages begin, and a foot far below the text: seen but once.

    ``tops`` is ``None`` for a lone page.
    """
    lines = _by_height(page)
    if len(lines) < _MIN_TEXT:
        return
    usual = _usual_step(lines)
    first, second, last = lines[0], lines[1], lines[-1]
    # Where another page's text begins as high, so does this one's; a lone page tells by the size of letters.
    if tops is None:
        begins = first.size < _SMALL * median(line.size for line in lines)
    else:
        own = _wording(first)
        begins = tops.begins_another(second.baseline, own) and not tops.begins_another(first.baseline, own)
    apart = first.baseline - second.baseline > _gap_of_head(first, second) * usual
    if begins and apart and first.baseline > page.height * (1 - _MARGIN_SHARE) and _is_no_sentence(first):
        yield first
    far = lines[-2].baseline - last.baseline > (_HEAD_GAP if _is_small(last, lines[-2]) else _FOOT_GAP) * usual
    low = last.baseline < page.height * _MARGIN_SHARE
    if far and low and _is_no_sentence(last) and not _is_note(last, page):
        yield last


def _is_note(line: Line, page: Page) -> bool:
    """A footnote, whose mark may be printed so high above the line that it is none of its letters."""
    marks = (other for other in page.lines if other.size < _SMALL * line.size and other.right <= line.left + line.size)
    raised = any(0 < mark.baseline - line.baseline < line.size and len(mark.text) <= _LONGEST_MARK for mark in marks)
    return raised or bool(_NOTE_MARK.match(clean(line.text)))


def _gap_of_head(line: Line, text: Line) -> float:
    """The least distance of a head from the text, in usual distances of lines."""
    return _SMALL_GAP if _is_small(line, text) else _HEAD_GAP


def _is_small(line: Line, text: Line) -> bool:
    """Printed in smaller letters than the text beside it."""
    return line.size < _SMALL * text.size


def _is_no_sentence(line: Line) -> bool:
    """«Администрация города Томска, 2019 год»"""
    text = clean(line.text)
    return len(text) <= _LONGEST_HEAD and not text[:1].islower() and not text.endswith(_SENTENCE_ENDS)


def _by_height(page: Page) -> list[Line]:
    """The lines of the page's text from the top, without a number of the page."""
    own = [line for line in page.lines if not line.alone and not _PAGE_NUMBER.fullmatch(clean(line.text))]
    return sorted(own, key=lambda line: -line.baseline)


def _masked(line: Line) -> str:
    """The line's text with numbers made equal, and its height on the page in steps of ten points."""
    return f"{_wording(line)} {round(line.baseline / 10)}"


def _wording(line: Line) -> str:
    """The line's text with numbers made equal."""
    return _DIGITS.sub("#", clean(line.text))


def _edge_lines(page: Page) -> list[Line]:
    """The lines that may belong to the head or foot of the page; those that run along its side may, too."""
    own = [line for line in page.lines if not line.alone]
    by_height = sorted(own, key=lambda line: -line.baseline)
    low, high = page.height * _EDGE_SHARE, page.height * (1 - _EDGE_SHARE)
    top = [line for line in by_height[:_EDGE_LINES] if line.baseline > high]
    bottom = [line for line in by_height[-_EDGE_LINES:] if line.baseline < low]
    side = [line for line in page.lines if line.alone]
    return list({id(line): line for line in (*top, *bottom, *side)}.values())


def _is_page_number(line: Line, page: Page) -> bool:
    """A number alone on the outermost line of its page."""
    if not _PAGE_NUMBER.fullmatch(clean(line.text)) or not any(sign.isdigit() for sign in line.text):
        return False
    heights = [other.baseline for other in page.lines]
    return line.baseline in (min(heights), max(heights))


def _stamp(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines of the stamps of electronic signatures: a heading with what belongs to a certificate below it."""
    texts = [clean(line.text) for line in lines]
    place = 0
    while place < len(lines):
        last = _end_of_stamp(texts, place)
        yield from lines[place:last]
        place = max(last, place + 1)


def _end_of_stamp(texts: Sequence[str], start: int) -> int:
    """Behind the last line of the stamp that begins at ``start``; ``start`` itself where none does."""
    if not _SIGNED.fullmatch(texts[start]):
        return start
    end, others = start, 0
    for place in range(start + 1, min(start + 1 + _STAMP_LINES, len(texts))):
        if _CERTIFICATE.fullmatch(texts[place]):
            end = place + 1
        elif not _SIGNED.fullmatch(texts[place]):
            others += 1
            if others > _OTHER_LINES:
                break
    return end


def own_lines(lines: Iterable[Line]) -> list[Line]:
    """The lines of a page that is a picture, without what offices stamp on it: signatures, numbers, dates."""
    return [line for line in lines if not _is_stamped(clean(line.text))]


def _is_stamped(text: str) -> bool:
    patterns = (_PAGE_NUMBER, _SIGNED, _CERTIFICATE, _REGISTERED)
    return not text or any(pattern.fullmatch(text) for pattern in patterns)
