"""One reading of a text with the wrong table, undone: with the signs that were lost on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from indexer.language.dictionary import is_form_word, known_letters
from indexer.language.likeness import russianness

NOT_ASCII = re.compile(r"[^\x00-\x7f]")
END_SIGNS = " .,;:!?)"
PDF_PAGE = "pdf"
"""The table of PDF files («PDFDocEncoding»), which Python has no name for."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The bytes of ``true`` were read by the table of ``wrong``."""

    wrong: str
    true: str

    def undone(self, text: str) -> str:
        """``text`` with every stretch turned back that this turn can have made; the others stay."""
        if self.wrong == "cp1252" and not _KEPT.search(text):
            if self.true == "utf-8" and _lost().search(text):
                text = _KEPT_TOGETHER.sub(lambda found: _likeliest(found[0]), _LEAD_AND_BLANK.sub(_with_its_er, text))
            elif self.true in _LETTERS_AS_BULLETS and _BULLET in text:
                text = _UNBROKEN.sub(lambda found: _without_bullets(found[0], self), text)
        elif self.wrong in _WITH_LIGATURES:
            text = _TWO_LETTERS.sub(_as_ligatures, text)
        turned = self.turned(text)
        if (self.wrong, self.true) == ("mac-roman", "cp1251") and turned != text:
            turned = _BEHIND_A_BLANK.sub(_with_its_capital, turned)
        return turned.replace(_KEPT_BULLET, _BULLET) if _KEPT_BULLET in turned else turned

    def turned(self, text: str) -> str:
        """The same of a text whose signs are all there."""
        table = _bytes_of(self.wrong)
        return _stretches(self.wrong, self.true).sub(lambda found: self._stretch(found[0], table), text)

    def _stretch(self, text: str, table: dict[str, int]) -> str:
        data = bytes(table[sign] for sign in text)
        if self.true == "utf-8":
            return _as_utf8(_with_lost_bytes(data, self.wrong), self.wrong)
        try:
            return data.decode(self.true)
        except UnicodeDecodeError:
            return text


_WITHIN_UTF8 = Turn("cp1252", "utf-8")

_IN_PDF = {"\u00a4": 0xDB, "\u2126": 0xBD, "\u0394": 0xC6, "\u03bc": 0xB5, "\ufb01": 0xDE, "\ufb02": 0xDF}
"""Signs of the Macintosh that PDF files and their reader have otherwise than the codec."""
_WITH_LIGATURES = ("mac-roman", PDF_PAGE)
_TWO_LETTERS = re.compile("(?<![A-Za-z])(?:f[il])+(?![A-Za-z])")
"""Signs of these tables that the reader of PDF files gives as two letters."""
_PDF_SIGNS = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™\ufb01\ufb02ŁŒŠŸŽıłœšž\x9f€"
"""What PDF's own table has from 0x80 on; behind it come the signs of Western Europe."""


def _as_ligatures(found: re.Match[str]) -> str:
    return found[0].replace("fi", "\ufb01").replace("fl", "\ufb02")


@cache
def _bytes_of(page: str) -> dict[str, int]:
    """The byte of every sign but ASCII; one that the table lacks is kept as its number by some programs."""
    table = {chr(byte): byte for byte in range(0x80, 0xA0)}
    table |= {chr(byte): byte for byte in range(0xA0, 0x100)} if page in ("cp1252", PDF_PAGE) else {}
    table |= {sign: byte for byte, sign in enumerate(_PDF_SIGNS, start=0x80)} if page == PDF_PAGE else {}
    for byte in range(0x80, 0x100) if page != PDF_PAGE else ():
        raw = bytes([byte])
        if sign := raw.decode(page, "ignore") or raw.decode("cp1252", "ignore"):
            table[sign] = byte
    table |= _IN_PDF if page == "mac-roman" else {}
    table.setdefault("\u00a0", 0xA0)
    return table | {" ": table["\u00a0"]}


@cache
def _stretches(wrong: str, true: str) -> re.Pattern[str]:
    """Runs of signs that one turn can have made; a no-break space within them may have become a common one."""
    table = _bytes_of(wrong)
    signs = "".join(re.escape(sign) for sign in table if sign != " ")
    leads = "".join(re.escape(sign) for sign, byte in table.items() if byte in (0xD0, 0xD1))
    lost = f"|(?<=[{leads}]) (?=[{leads}])" if true == "utf-8" and 0x80 <= table[" "] < 0xC0 else ""
    return re.compile(f"(?:[{signs}]{lost})+")


_KEPT = re.compile("[\x81\x8d\x8f\x90\x9d]")
"""Bytes that cp1252 has no sign for, as the programs write them that keep their numbers."""
_LOST_BYTES = {"Ñ": "\x81\x8f\x8d", "Ð": "\u2022\x90\x9d\x81"}
"""«с», «я», «э» behind one lead; «Е», «А», «Н», «Ё» behind the other, all of which PDF files show as a bullet."""
_UNBROKEN = re.compile(r"\S+")
_KEPT_TOGETHER = re.compile(r"(?:\S|(?<=Ð)\u00a0(?=[ÐÑ]))+")
_LEAD_AND_BLANK = re.compile(r"(?P<before>\S*Ð) (?P<behind>[ÐÑ](?:\S|(?<=Ð) (?=[ÐÑ]))*)")
"""«Ð Ð¾ÑÑÐ¸Ñ»: the second byte of «Р» is a no-break space, and programs make a blank of it."""
_MOST_LOST = 4


@cache
def _lost() -> re.Pattern[str]:
    """A lead of UTF-8 whose second byte cp1252 has no sign for: left out, or with a sign that stands for any such."""
    seconds = "".join(re.escape(sign) for sign, byte in _bytes_of("cp1252").items() if byte < 0xC0 and sign != " ")
    return re.compile(f"[ÐÑ][\ufffd\u2022]|Ñ(?![{seconds}])|Ð(?![ {seconds}])")


def _lead(found: re.Match[str]) -> str:
    return found[0][0]


def _with_its_er(found: re.Match[str]) -> str:
    """The two halves of a word with «Р» between them, where they make a word; «А она» stays, «А ост» is «Рост»."""
    joined = found["before"] + "\u00a0" + found["behind"].replace("Ð ", "Ð\u00a0")
    before, behind = map(_likeliest, (found["before"], found["behind"]))
    known = _likeliness(_likeliest(joined))[0]
    gain = known - sum(_likeliness(half)[0] for half in (before, behind))
    is_word = gain > 0 or (gain == 0 and known > 0 and not is_form_word(_WITHIN_UTF8.turned(behind).strip(END_SIGNS)))
    return joined if is_word else found[0]


@lru_cache(maxsize=50_000)
def _likeliest(word: str) -> str:
    """The word with the bytes that were lost: those that make it one of the dictionary, else most Russian."""
    leads = [_lead(found) for found in _lost().finditer(word)]
    if not leads:
        return word
    sure = [_LOST_BYTES[lead][0] for lead in leads[_MOST_LOST:]]
    choices = product(*(_LOST_BYTES[lead] for lead in leads[:_MOST_LOST]))
    return max((_filled(word, (*chosen, *sure)) for chosen in choices), key=_likeliness)


def _likeliness(word: str) -> tuple[int, float]:
    return _as_russian(_WITHIN_UTF8.turned(word))


def _filled(word: str, seconds: Sequence[str]) -> str:
    """The word with these signs behind the leads that have lost theirs."""
    following = iter(seconds)
    return _lost().sub(lambda found: _lead(found) + next(following), word)


_LETTERS_AS_BULLETS = ("mac-cyrillic", "cp866")
"""Tables that have «Н», «П», «Р», «Б», «Э» and «Х» where cp1252 has no signs and a bullet: PDF shows all as bullets."""
_BULLET, _KEPT_BULLET = "\u2022", "\ufffe"
_SHOWN_AS_BULLETS = "\x8d\x8f\x90\x81\x9d\u2022"
"""The same letters, the commonest first."""


@lru_cache(maxsize=50_000)
def _without_bullets(word: str, turn: Turn) -> str:
    """The word with the letters that its bullets stand for; one that stands by itself is a bullet."""
    if not NOT_ASCII.search(word.replace(_BULLET, "")):
        return word.replace(_BULLET, _KEPT_BULLET)
    parts = word.split(_BULLET)
    sure = [_SHOWN_AS_BULLETS[0]] * (len(parts) - 1 - _MOST_LOST)
    choices = product(_SHOWN_AS_BULLETS, repeat=min(len(parts) - 1, _MOST_LOST))
    filled = ("".join(map("".join, zip(parts, (*chosen, *sure, ""), strict=True))) for chosen in choices)
    return max(filled, key=lambda one: _as_russian(turn.turned(one)))


_BEHIND_A_BLANK = re.compile(r"(?P<begins>(?<=[а-яё]{4}[.!?] ))?(?<![^\s«\"(])(?P<word>[а-яё]+)")


def _with_its_capital(found: re.Match[str]) -> str:
    """The word with the «К» that mac-roman shows as a blank, where only that makes it a word, or a sentence begins."""
    word = found["word"]
    lacks = found["begins"] is not None or not known_letters(word)
    return f"К{word}" if lacks and known_letters(f"к{word}") else word


def _as_russian(text: str) -> tuple[int, float]:
    return known_letters(text), russianness(text)


_LEAD_ALONE = re.compile(rb"\xd0(?=[\xc2-\xf4]|$)")


def _with_lost_bytes(data: bytes, wrong: str) -> bytes:
    """The bytes with the one that cp1251 has no sign for, and that many programs drop: the second one of «И»."""
    return _LEAD_ALONE.sub(b"\xd0\x98", data) if wrong == "cp1251" else data


def _as_utf8(data: bytes, wrong: str) -> str:
    """The text of UTF-8; a byte that belongs to no sign stays the sign that it has been read as."""
    text = data.decode("utf-8", "surrogateescape")
    if not any("\udc80" <= sign <= "\udcff" for sign in text):
        return text
    signs = {byte: sign for sign, byte in _bytes_of(wrong).items() if sign != " "}
    return "".join(signs.get(ord(sign) - 0xDC00, "�") if "\udc80" <= sign <= "\udcff" else sign for sign in text)
