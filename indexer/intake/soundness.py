"""What is left of a file's content once rubbish is taken out: refused whole, or without its spoilt paragraphs."""

from __future__ import annotations

from dataclasses import replace

from indexer.errors import EmptyFileError, ReadError
from indexer.language.analysis import shared_analyzer
from indexer.model import Content
from indexer.report.health import Health, health_of
from indexer.report.spoilt import spoilt_blocks
from indexer.vocabulary import load

_FEW_LETTERS = 3
_HARDLY_ANY = "В файле нет текста, кроме «{letters}»: если отчёт вставлен в него рисунком, распознайте на нём текст."
_NO_LETTERS = "В файле нет текста, только знаки: если отчёт вставлен в него рисунком, распознайте на нём текст."
_FEW_LOST = 5
"""A damaged byte or two in a long file are no loss worth telling."""
_LOST = "В тексте утрачены буквы ({count}), на их месте знак «�»: откройте исходный документ и сохраните его заново."
_LEFT_OUT = "Часть текста нечитаема (около {share}\u00a0%) и не вошла в ответы: откройте файл и исправьте её."


def sound(content: Content) -> tuple[Content, Health]:
    """The content without its spoilt paragraphs, which are told among the losses, and what else is to be said.

    Raises ``ReadError`` where all of it is rubbish, ``EmptyFileError`` where nothing but a letter stands in it.
    """
    if (letters := _all_letters(content)) is not None:
        raise EmptyFileError(_HARDLY_ANY.format(letters=letters) if letters else _NO_LETTERS)
    is_known = shared_analyzer(load()).is_known
    health = health_of(content.blocks, is_known)
    if health.refusal:
        raise ReadError(health.refusal)
    if lost := _lost_letters(content):
        content = replace(content, losses=(*content.losses, lost))
    spoilt = spoilt_blocks(content.blocks, health, is_known)
    if not spoilt:
        return content, health
    lengths = [len(block.text) for block in content.blocks]
    share = max(round(100 * sum(lengths[number] for number in spoilt) / sum(lengths)), 1)
    kept = tuple(block for number, block in enumerate(content.blocks) if number not in spoilt)
    places = [sum(number not in spoilt for number in range(enclosure.place)) for enclosure in content.enclosures]
    enclosures = tuple(map(lambda e, place: replace(e, place=place), content.enclosures, places))
    losses = (*content.losses, _LEFT_OUT.format(share=share))
    return replace(content, blocks=kept, losses=losses, enclosures=enclosures), health_of(kept, is_known)


def _lost_letters(content: Content) -> str | None:
    """What is to be said of letters that no table can bring back."""
    count = sum(block.text.count("�") for block in content.blocks)
    return _LOST.format(count=count) if count > _FEW_LOST else None


def _all_letters(content: Content) -> str | None:
    """The letters and digits of a content that holds next to none and encloses nothing; ``None`` for any other."""
    if content.enclosures or len(content.blocks) > _FEW_LETTERS:
        return None
    text = "".join(block.line for block in content.blocks)
    letters = "".join(filter(str.isalnum, text))
    return letters if len(letters) < _FEW_LETTERS else None
