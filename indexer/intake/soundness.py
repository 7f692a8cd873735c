"""What is left of a file's content once rubbish is taken out: refused whole, or without its spoilt paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from indexer.errors import EmptyFileError, ReadError
from indexer.language.analysis import shared_analyzer
from indexer.model import Block, Content
from indexer.report.health import Health, health_of
from indexer.report.lookalikes import in_russian_letters
from indexer.report.spoilt import spoilt_blocks
from indexer.vocabulary import load

_FEW_LETTERS = 3
_HARDLY_ANY = "В файле нет текста, кроме «{letters}»: если отчёт вставлен в него рисунком, распознайте на нём текст."
_NO_LETTERS = "В файле нет текста, только знаки: если отчёт вставлен в него рисунком, распознайте на нём текст."
_FEW_LOST = 5
"""Signs for what could not be read that stand by themselves, as bullets do, are no loss worth telling if few."""
_WITHIN_A_WORD = re.compile("[А-Яа-яЁё]�|�[А-Яа-яЁё]")
_LOST = "В тексте утрачены буквы ({count}), на их месте знак «�»: откройте исходный документ и сохраните его заново."
_MANY_TYPED_SO = 3
_TYPED_SO = "слов с латинскими буквами вместо русских: {count}; они исправлены"
_BEGUN_LARGE = re.compile(r"(?P<before>\W*)(?P<initial>[ВИКОСУАЯ])(?P<rest>[а-яё]{2,})\b")
"""«Вгороде»: the letter is a preposition, a conjunction or a pronoun, if anything by itself."""
_LEFT_OUT = "Часть текста нечитаема (около {share}\u00a0%) и не вошла в ответы: откройте файл и исправьте её."


def sound(content: Content) -> tuple[Content, Health]:
    """The content without its spoilt paragraphs, which are told among the losses, and what else is to be said.

    Raises ``ReadError`` where all of it is rubbish, ``EmptyFileError`` where nothing but a letter stands in it.
    """
    if (letters := _all_letters(content)) is not None:
        raise EmptyFileError(_HARDLY_ANY.format(letters=letters) if letters else _NO_LETTERS)
    is_known = shared_analyzer(load()).is_known
    content = _with_initials_apart(_in_one_alphabet(content, is_known), is_known)
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


def _in_one_alphabet(content: Content, is_known: Callable[[str], bool]) -> Content:
    """The content with Russian words that were typed with Latin letters in Russian ones; many of them are told."""
    texts = [text for block in content.blocks for text in (block.cells or (block.text,))]
    mended, count = in_russian_letters([*texts, *content.letterhead], is_known)
    if not count and mended == [*texts, *content.letterhead]:
        return content
    rest = iter(mended)
    blocks = tuple(_with_texts(block, [next(rest) for _ in block.cells or (block.text,)]) for block in content.blocks)
    told = (_TYPED_SO.format(count=count),) if count >= _MANY_TYPED_SO else ()
    return replace(content, blocks=blocks, letterhead=tuple(rest), notes=(*content.notes, *told))


def _with_initials_apart(content: Content, is_known: Callable[[str], bool]) -> Content:
    """The content with a blank behind initials that are words of their own: what they would begin else is no word."""
    apart: dict[str, str] = {}
    for word in content.initials:
        begun = _BEGUN_LARGE.match(word)
        if begun and is_known(begun["rest"]) and not is_known(begun["initial"].lower() + begun["rest"]):
            glued = begun["before"] + begun["initial"] + begun["rest"]
            apart[glued] = f"{begun['before']}{begun['initial']} {begun['rest']}"
    if not apart:
        return content
    glued_word = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, apart))})\b")

    def parted(text: str) -> str:
        return glued_word.sub(lambda found: apart[found[0]], text)

    blocks = (_with_texts(block, list(map(parted, block.cells or (block.text,)))) for block in content.blocks)
    return replace(content, blocks=tuple(blocks))


def _with_texts(block: Block, texts: Sequence[str]) -> Block:
    """The block with this text, or these texts of its cells."""
    return block.with_cells(texts) if block.cells else replace(block, text=texts[0])


def _lost_letters(content: Content) -> str | None:
    """What is to be said of letters that no table can bring back."""
    spoilt = [block.text for block in content.blocks if "�" in block.text]
    count = sum(text.count("�") for text in spoilt)
    is_told = count > _FEW_LOST or any(map(_WITHIN_A_WORD.search, spoilt))
    return _LOST.format(count=count) if is_told else None


def _all_letters(content: Content) -> str | None:
    """The letters and digits of a content that holds next to none and encloses nothing; ``None`` for any other."""
    if content.enclosures or len(content.blocks) > _FEW_LETTERS:
        return None
    text = "".join(block.line for block in content.blocks)
    letters = "".join(filter(str.isalnum, text))
    return letters if len(letters) < _FEW_LETTERS else None
