"""Broken lines made whole: wrapped lines, hyphenated line ends, a sentence torn by an empty line or a page's end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from indexer.language.spelling import KnownWord, ends_in_number, first_half, rejoined
from indexer.model import Block
from indexer.report.growing import TAIL, Growing

_TERMINAL = frozenset(".!?:;…")
_CLOSING = '»”")]'
"""What may stand behind the end of a sentence."""
_QUESTION_LABEL = re.compile(r"^вопрос\s*(?:(?:№\s*)?\d{1,2}\s*[.:)]?|:)$", re.IGNORECASE)
_CALLED_QUESTION = re.compile(r"^(?:[А-ЯЁ][а-яё]+[иыо]й\s+вопрос\s*:|(?:Вопрос|ВОПРОС)\s*(?:№\s*)?\d{1,2}\s*[.:)–—-])")
"""«Вопрос 2. Какие задачи …» goes on with no line, however wide that is."""
_BARE_NUMBER = re.compile(r"^\d{1,2}[.)]$")
_LETTERHEAD = re.compile(r"^(?:ул\.|тел\.|факс|e-mail|на\s+№)", re.IGNORECASE)
"""Lines of an address begin with small letters and continue nothing."""
_ADDRESSED = re.compile(r"^(?:Вы|Вам|Вас|Ваш|АСДГ|Ассоциаци)")
_SHORT_LINE = 50
"""Letters: a question cut by the width of a sheet is longer than this on each line but the last."""
_CITY_LINE = re.compile(r"^г(?:\.|ород)\s*[А-ЯЁ][\w-]+(?:\s[А-ЯЁ][\w-]+)?$")
_ABBREVIATION_END = re.compile(r"\b(?:и\s)?(?:пр|др|т\.\s?[дпк])\.[)]?$")
"""«(совещания и пр.)» in the middle of a question."""
_LONGEST_LABEL = 20
"""Letters of «Вопрос № 12 .»"""
_LONGEST_ABBREVIATION = 12
_LONGEST_NUMBER = 3
_CONTINUES_LOWER = re.compile(r"^[«\"(]?[a-zа-яё]")
_SUBLIST_LETTER = re.compile(r"^[a-zа-яё]\)")
_OPEN_END = re.compile(
    r"(?:,|[–—]|\b(?:и|или|в|во|на|по|с|со|к|ко|о|об|от|до|из|у|за|для|при|под|над|между|через|без|не|а|но|что|как|"
    r"которые|который|которая|города|городе|городу|им|имени|г\.|№))$",
    re.IGNORECASE,
)
"""A line cannot end a sentence with these."""
_LAST_WORD = 12
"""Letters: «, которые»"""
_INTERROGATIVE = re.compile(
    r"^(?:как(?:ие|ой|ая|ое|ую|их|им|ими|ова|овы|ов)|что|чего|чему|чем|чей|чьи|чьё|кто|кого|кому|считаете|укажите|назовите|"
    r"перечислите|расскажите|сообщите|есть ли|имеет ли|имеются ли|нужн[аоы]? ли|нужен ли|надо ли|необходимо ли|"
    r"целесообразно ли|готовы ли|планируете|(?:с|в|по|о|на|от) (?:каки|како|чем|чём)\w*|опыт каких)\b",
    re.IGNORECASE,
)
_TITLE_GOES_ON = re.compile(r"^(?:г\.|город\b|за\s|по итогам)", re.IGNORECASE)
"""Lines of a title that stand by themselves: «г. Томск», «за 2021 год»."""
_WRAPPED_WIDTHS = range(35, 131)
"""Letters of a line: half a sheet's column holds 35, a sheet 60–100; longer lines are whole paragraphs."""
_NARROW, _MANY_PAIRS = 50, 12
"""A form of short lines is as wide as its longest one by chance; a text in a narrow column has many lines."""
_SHORTEST_TORN = 20
"""Shorter lines are titles and names, not the first half of a sentence."""
_LONGEST_TITLE = 50
"""Letters of «Информатизация и связь в органах управления города»."""
_LONGEST_QUESTION = 450
_SHORTEST_RULE, _RULE_SIGNS = 4, "-_=~*–—─━═.…· \n"
_WRAPPED_SHARE, _TORN_SHARE = 0.5, 0.3


def mend(blocks: Iterable[Block], is_known: KnownWord) -> list[Block]:
    """The same text in whole paragraphs and list items; table rows stay as they are."""
    lines = list(_single_lines(blocks))
    width = _wrap_width(lines)
    whole: list[Growing] = []
    last = Block("")
    for number, line in enumerate(lines):
        if line.marker or line.cells or not whole:  # an item or a row is nothing's second line
            whole.append(Growing(line.alone() if line.wraps else line))
        elif _is_question_label(whole[-1]):
            whole[-1] = Growing(_with_question_number(whole[-1].whole(), line))
        elif _is_number_of(whole[-1], line, lines[number + 1 : number + 2]):
            whole[-1] = Growing(_with_number(whole[-1].whole(), line))
        elif _goes_on(whole[-1], last, line, width, lines[number + 1 : number + 2]):
            whole[-1].append(*rejoined(whole[-1].tail, line.text, is_known))
        else:
            whole.append(Growing(line.alone() if line.wraps else line))
        last = line
    return [paragraph.whole() for paragraph in whole]


def _is_question_label(paragraph: Growing) -> bool:
    """«Вопрос 1», «Вопрос:», to be followed by the question."""
    return paragraph.length <= _LONGEST_LABEL and bool(_QUESTION_LABEL.match(paragraph.head))


def _with_question_number(label: Block, line: Block) -> Block:
    """«Вопрос 1» on a line of its own is the number of the question below it."""
    return replace(
        line,
        text=f"{label.text.rstrip('.:')}. {line.text}",
        heading=max(label.heading, line.heading),
        emphasis=label.emphasis or line.emphasis,
        wraps=False,
    )


def _is_number_of(paragraph: Growing, line: Block, below: Sequence[Block]) -> bool:
    """«2.» on a line of its own, and a question below it; ``line`` is no item and no row, as in all below."""
    if paragraph.length > _LONGEST_NUMBER or not _BARE_NUMBER.match(paragraph.whole().line.strip()):
        return False
    return _asks(line.text) or bool(_INTERROGATIVE.match(line.text) and any(_asks(other.text) for other in below))


def _with_number(number: Block, line: Block) -> Block:
    """The question with the number that stands above it."""
    return replace(line, marker=number.line.strip(), wraps=False)


def _single_lines(blocks: Iterable[Block]) -> Iterator[Block]:
    """One block per printed line: a forced break inside a paragraph may be a wrap as well."""
    behind_rule = False
    for block in blocks:
        if _is_drawn_rule(block):
            behind_rule = True
            continue
        if behind_rule and block.wraps:
            block = block.alone()
        behind_rule = False
        if block.cells or "\n" not in block.text:
            yield block
            continue
        first, *others = (line.strip() for line in block.text.split("\n"))
        if first or block.marker:
            yield replace(block, text=first)
        for line in others:
            if line:
                yield replace(block, text=line, marker="", wraps=True)


def _is_drawn_rule(block: Block) -> bool:
    """«__________», «- - - - -»: a line to write on, or between two parts; a dash alone is an answer."""
    return len(block.text) >= _SHORTEST_RULE and not block.cells and not block.text.strip(_RULE_SIGNS)


def _wrap_width(lines: Sequence[Block]) -> int | None:
    """The width in letters of a text cut into lines by hand or by a page; ``None`` for a text with whole paragraphs."""
    pairs = [(a, b) for a, b in zip(lines, lines[1:], strict=False) if b.wraps and not b.marker and not b.cells]
    if len(pairs) < 3:
        return None
    lengths = sorted(len(line.line) for pair in pairs for line in pair)
    width = lengths[int(len(lengths) * 0.95)]
    if width not in _WRAPPED_WIDTHS or (width < _NARROW and len(pairs) < _MANY_PAIRS):
        return None
    full = [(above, below) for above, below in pairs if _is_full(above, below, width)]
    torn = sum(not _is_finished(above.text) for above, _ in full)
    # Lines that all end with a sentence are paragraphs of one length by chance.
    return width if len(full) >= _WRAPPED_SHARE * len(pairs) and torn >= _TORN_SHARE * len(full) else None


def _is_full(above: Block, below: Block, width: int) -> bool:
    """The first word of the line below would not have fitted on the line above."""
    # Pages are set in proportional type: a tenth of the width may be missing.
    return len(above.line) + 1 + len(below.text.split(" ", 1)[0]) > width * 0.9


def _begins_lower(below: Sequence[Block]) -> bool:
    """Whether the line below begins in lower case too: a list without marks, not a torn sentence."""
    return any(not line.marker and not line.wraps and _CONTINUES_LOWER.match(line.text) for line in below)


def _goes_on(whole: Growing, last: Block, line: Block, width: int | None, below: Sequence[Block]) -> bool:
    """Whether the line belongs to the paragraph above it; ``below`` is the next line, if there is one."""
    above = whole.block
    if above.cells or not line.text or not last.text:
        return False
    if _question_goes_on(whole, line, below):
        return True
    if line.heading or above.heading or line.emphasis != above.emphasis or _begins_anew(line.text):
        return False
    if _is_answered(whole, last, line) or _is_city_below_title(whole, line):
        return False
    if line.wraps:
        return _wrap_goes_on(last, line, width, below)
    return _torn_goes_on(whole, line, below)


def _begins_anew(text: str) -> bool:
    """Lines that continue nothing, whatever stands above them."""
    return bool(_LETTERHEAD.match(text) or _CALLED_QUESTION.match(text))


def _question_goes_on(whole: Growing, line: Block, below: Sequence[Block]) -> bool:
    """«Какие успехи и достижения Ваших коллег из других городов ⏎ Вы особо отметили?»"""
    if line.emphasis != whole.block.emphasis or line.heading != whole.block.heading:
        return False
    if not (line.wraps or line.emphasis or line.heading) or whole.length + 1 + len(line.text) > _LONGEST_QUESTION:
        return False
    # All of it is in its head: it is no longer than a question.
    if _is_finished(whole.tail) or whole.head.count("?") + line.text.count("?") > 1:
        return False
    if line.emphasis and _CONTINUES_LOWER.match(line.text) and not _TITLE_GOES_ON.match(line.text):
        # Two paragraphs in bold, the second from a small letter, are one question or one title.
        return not whole.is_upper and (whole.length >= _SHORTEST_TORN or bool(_INTERROGATIVE.match(whole.head)))
    if not _INTERROGATIVE.match(whole.head):
        return False
    # «Что наиболее ⏎ значительное удалось ⏎ сделать в 2019 году?» in a narrow column
    within = line.wraps and bool(_CONTINUES_LOWER.match(line.text))
    return _asks(line.text) or (within and any(other.wraps and _asks(other.text) for other in below))


def _is_city_below_title(whole: Growing, line: Block) -> bool:
    """«Раздел I. Благоустройство» ⏎ «г. Абакан»"""
    if not _CITY_LINE.match(line.text) or whole.length > _LONGEST_TITLE:
        return False
    return not _is_open(whole.tail)


def _is_answered(whole: Growing, last: Block, line: Block) -> bool:
    """«Укажите, какое содействие требуется от АСДГ» ⏎ «Не требуется.»: a short question without its mark."""
    if len(last.line) >= _SHORT_LINE or not _INTERROGATIVE.match(whole.head) or _is_open(last.text):
        return False
    return line.text[0].isupper() and not _ADDRESSED.match(line.text) and not _asks(line.text)


def _is_open(text: str) -> bool:
    """Whether no sentence can end here; only the last word is looked at."""
    return bool(_OPEN_END.search(text[-_LAST_WORD:]))


def _is_finished(text: str) -> bool:
    """Whether a sentence ends here: not after «и пр.)»."""
    return _last_sign(text) in _TERMINAL and not _ABBREVIATION_END.search(text[-_LONGEST_ABBREVIATION:])


def _asks(text: str) -> bool:
    """Whether a question ends here."""
    return _last_sign(text) == "?"


def _last_sign(text: str) -> str:
    """The last sign but for closing quotes and brackets; empty where there is none."""
    return text[-TAIL:].rstrip(_CLOSING)[-1:]


def _wrap_goes_on(last: Block, line: Block, width: int | None, below: Sequence[Block]) -> bool:
    if last.text.isupper() != line.text.isupper() and (last.text.isupper() or len(line.text) > 12):
        return False
    if first_half(last.text) and line.text[0].islower():
        return True
    if ends_in_number(last.text) and line.text[0].isalnum():
        return True
    lower = bool(_CONTINUES_LOWER.match(line.text)) and not _SUBLIST_LETTER.match(line.text)
    if lower and _asks_by_itself(last, line):
        return False
    if not lower and _INTERROGATIVE.match(line.text) and not _is_open(last.text):
        # A title or the last line of an answer as wide as the question below it.
        whole = _asks(line.text)
        if whole or (
            _is_finished(last.text) and any(_asks(b.text) and not _INTERROGATIVE.match(b.text) for b in below)
        ):
            return False
    terminal = _is_finished(last.text)
    if width is not None and _is_full(last, line, width):
        return lower or not _asks(last.text)
    if terminal:
        return False
    if _is_open(last.text):
        return True
    return lower and len(last.line) >= _SHORTEST_TORN


def _asks_by_itself(last: Block, line: Block) -> bool:
    """«Отчёт за 2019 год» ⏎ «что удалось сделать?»: a question that begins with a small letter."""
    if not _INTERROGATIVE.match(line.text) or _is_open(last.text):
        return False
    return _asks(line.text) or len(last.line) <= _LONGEST_TITLE


def _torn_goes_on(whole: Growing, line: Block, below: Sequence[Block]) -> bool:
    """«… депутата Благовещенской ⏎⏎ городской Думы …»; not a list of lines in lower case without marks."""
    if _is_finished(whole.tail) or whole.length < _SHORTEST_TORN or whole.is_upper:
        return False
    if _is_open(whole.tail) and not line.text.isupper():
        # «Благоустройство города» ⏎⏎ «Что удалось сделать?»: a title, and the question below it.
        return not _INTERROGATIVE.match(line.text) and whole.line_length > _LONGEST_TITLE
    if not _CONTINUES_LOWER.match(line.text) or _SUBLIST_LETTER.match(line.text) or _begins_lower(below):
        return False
    return bool(whole.block.marker) or not _CONTINUES_LOWER.match(whole.head)
