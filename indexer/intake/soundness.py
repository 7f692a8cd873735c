"""What is left of a file's content once rubbish is taken out: refused whole, or without its spoilt paragraphs."""

from __future__ import annotations

from dataclasses import replace

from indexer.errors import ReadError
from indexer.language.analysis import shared_analyzer
from indexer.model import Content
from indexer.report.health import Health, health_of
from indexer.report.spoilt import spoilt_blocks
from indexer.vocabulary import load

_LEFT_OUT = "Часть текста нечитаема (около {share}\u00a0%) и не вошла в ответы: откройте файл и исправьте её."


def sound(content: Content) -> tuple[Content, Health]:
    """The content without its spoilt paragraphs, which are told among the losses, and what else is to be said.

    Raises ``ReadError`` where all of it is rubbish.
    """
    is_known = shared_analyzer(load()).is_known
    health = health_of(content.blocks, is_known)
    if health.refusal:
        raise ReadError(health.refusal)
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
