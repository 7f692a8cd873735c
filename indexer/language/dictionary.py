"""The dictionary of Russian words, and names of towns in the nominative: the only room that knows pymorphy3."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pymorphy3
from pymorphy3.analyzer import Parse

__all__ = [
    "Parse",
    "can_end_a_text",
    "dictionary",
    "is_form_word",
    "is_known_word",
    "known_letters",
    "nominative",
    "parses_of",
    "short_adjective",
]

_NAMED = re.compile(r"[а-яё0-9-]+")
"""Words of which every sign has a Unicode name: nearly all."""
_RUSSIAN_WORD = re.compile("[А-Яа-яЁё]+")
_LEAST_TELLING = 4
"""Letters of half a word; shorter ones are abbreviations: «шт», «кв», «руб»."""
_LEAST_PREFIX = 3
_LONGEST_JOINT = 3


@cache
def dictionary() -> pymorphy3.MorphAnalyzer:
    """One for all of a process: it takes time and memory where it is first asked for."""
    return pymorphy3.MorphAnalyzer()


def parses_of(word: str) -> list[Parse]:
    """pymorphy3's parses. It asks for the Unicode names of letters, and some signs of rare scripts have none."""
    if _NAMED.fullmatch(word):
        return list(dictionary().parse(word))
    named = "".join(sign for sign in word if unicodedata.name(sign, ""))
    return list(dictionary().parse(named or "?"))


def short_adjective(word: str) -> str | None:
    """The adjective that a word can be a short form of though it is mostly a noun: «дорога» → «дорогое».

    In the neuter, for that is seldom a form of anything else: «дорогой» is.
    """
    parses = parses_of(word.lower())
    if parses[0].tag.POS != "NOUN":
        return None
    full = (parse.inflect({"ADJF", "neut", "sing", "nomn"}) for parse in parses if parse.tag.POS == "ADJS")
    return next((str(form.word) for form in full if form), None)


def known_letters(text: str) -> int:
    """How many letters belong to words of the dictionary: for letters that must be guessed without a vocabulary."""
    words = _RUSSIAN_WORD.findall(text)
    return sum(len(word) for word in words if dictionary().word_is_known(word.lower()))


def is_known_word(word: str) -> bool:
    """The word stands in the dictionary."""
    return bool(dictionary().word_is_known(word.lower()))


def is_form_word(word: str) -> bool:
    """The word is a pronoun, a preposition, a conjunction or a particle: such may follow any word («А она»)."""
    parses = parses_of(word.lower())
    return bool(parses) and parses[0].tag.POS in ("NPRO", "PREP", "CONJ", "PRCL")


def can_end_a_text(word: str) -> bool:
    """The word stands in the dictionary, or is too short to tell, and it joins nothing that would have to follow."""
    if not dictionary().word_is_known(word):
        # «кибербезопасности» ends with a word of the dictionary
        ends = (word[start:] for start in range(_LEAST_PREFIX, len(word) - _LEAST_TELLING))
        return len(word) < _LEAST_TELLING or any(map(dictionary().word_is_known, ends))
    return len(word) > _LONGEST_JOINT or dictionary().parse(word)[0].tag.POS not in ("PREP", "CONJ")


# Names in the nominative: texts have them in any case


def nominative(words: str) -> str:
    """The name of a town in the nominative: «Верхней Пышмы» → «Верхняя Пышма»; capitals stay as they are."""
    parts = words.split()
    if not parts:
        return words
    head = len(parts) - 1
    noun = _of_word(parts[head], None)
    gender = _gender(noun)
    adjectives = [_of_word(part, gender) for part in parts[:head]]
    return " ".join([*adjectives, noun])


def _of_word(word: str, gender: str | None) -> str:
    """One word of a name; ``gender`` is that of the noun it belongs to, ``None`` for the noun itself."""
    parts = word.split("-")
    # «Комсомольска-на-Амуре» declines at the head, «Усть-Кута» at the end, «Каменска-Уральского» at both.
    declined = [0] if len(parts) > 2 else [len(parts) - 1]
    if len(parts) == 2 and parts[1].lower().endswith(("ского", "скому", "ским", "ском", "цкого", "цком", "цким")):
        declined = [0, 1]
    for place in declined:
        parts[place] = _like(_of_part(parts[place], gender), parts[place])
    return "-".join(parts)


def _of_part(word: str, gender: str | None) -> str:
    parses = parses_of(word.lower())
    if gender is not None:
        wanted = {"nomn", gender} if gender == "plur" else {"nomn", "sing", gender}
        for parse in parses:
            inflected = parse.inflect(wanted) if parse.tag.POS == "ADJF" else None
            if inflected:
                return str(inflected.word)
        return word
    best = max(parses, key=_name_rank)
    return str(best.normal_form) if best.tag.number != "plur" else _plural(best, word)


def _gender(noun: str) -> str:
    best = max(parses_of(noun.split("-")[-1].lower()), key=_name_rank)
    if best.tag.number == "plur":
        return "plur"
    return str(best.tag.gender or "masc")


def _name_rank(parse: Parse) -> tuple[bool, bool, bool, bool, float]:
    """Prefers a known place name, then a singular lifeless noun, then a full adjective, then the likelier parse."""
    tag = parse.tag
    noun = tag.POS == "NOUN"
    return (
        parse.is_known and "Geox" in tag,
        noun and tag.number == "sing" and tag.animacy != "anim" or tag.POS == "ADJF",
        noun or tag.POS == "ADJF",
        tag.case != "nomn",
        float(parse.score),
    )


def _plural(parse: Parse, word: str) -> str:
    """«Набережных Челнов» → «Челны»: a plural name stays plural."""
    inflected = parse.inflect({"nomn", "plur"})
    return str(inflected.word) if inflected else word


def _like(word: str, model: str) -> str:
    """The word with the capitals of its model."""
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
