"""Documents within a document: those that are reports stay reports of their own, others go into the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from indexer.errors import ReadError
from indexer.intake.soundness import sound
from indexer.model import Content
from indexer.readers import read_document
from indexer.report import Parsed

_LETTER_CHARACTERS = 300
"""«Информация прилагается.»: so much text without a question beside an enclosed report is a covering letter."""


def with_enclosures(content: Content, parse: Callable[[Content, str], Parsed]) -> tuple[Content, list[Parsed]]:
    """The content with the text of its enclosures in their places, and those that are reports of their own.

    ``parse`` tells by the questions that it finds what an enclosure is; what could not be read stands in the losses.
    """
    blocks = list(content.blocks)
    losses = list(content.losses)
    reports: list[Parsed] = []
    for enclosure in reversed(content.enclosures):
        try:
            inner, _ = sound(read_document(enclosure.data, enclosure.name))
        except ReadError as fault:
            losses.append(f"В документ вложен файл «{enclosure.name}», он не прочитан: {_lowered(str(fault))}")
            continue
        losses += [f"Во вложенном файле «{enclosure.name}»: {_lowered(loss)}" for loss in _losses(inner)]
        parsed = parse(inner, enclosure.name)
        if has_questions(parsed):
            reports.insert(0, parsed)
        else:
            blocks[enclosure.place : enclosure.place] = inner.blocks
    return replace(content, blocks=tuple(blocks), losses=tuple(losses), enclosures=()), reports


def joined(own: Parsed, others: list[Parsed], whole: Content) -> Parsed:
    """The document's reports and those of its enclosures; a covering letter is told of, but no report."""
    if not others:
        return own
    letter = "\n".join(block.line for block in whole.blocks)
    if len(letter) <= _LETTER_CHARACTERS and not has_questions(own):
        note = f"отчёт вложен в документ, в котором сказано: «{' '.join(letter.split())}»"
        own, others = Parsed((), ()), [noted(parsed, (note,)) for parsed in others]
    reports, fates = list(own.reports), list(own.fates)
    for parsed in others:
        fates += [replace(fate, report=fate.report + len(reports)) for fate in parsed.fates]
        reports += parsed.reports
    return Parsed(tuple(reports), tuple(fates))


def noted(parsed: Parsed, notes: Iterable[str]) -> Parsed:
    """The reports with these notes among their evidence."""
    reports = (
        replace(report, evidence=replace(report.evidence, notes=(*report.evidence.notes, *notes)))
        for report in parsed.reports
    )
    return replace(parsed, reports=tuple(reports))


def has_questions(parsed: Parsed) -> bool:
    """A question of the questionnaire was found."""
    return any(passage.question for report in parsed.reports for passage in report.passages)


def _losses(content: Content) -> Iterable[str]:
    """What was left out of an enclosure, documents within it included: one in another is deep enough."""
    yield from content.losses
    yield from (f"В него вложен файл «{inner.name}», он не прочитан." for inner in content.enclosures)


def _lowered(sentence: str) -> str:
    """The sentence as it goes on behind a colon."""
    return sentence[:1].lower() + sentence[1:]
