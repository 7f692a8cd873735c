"""Equations of Word's fields («EQ \\f(3;4)») in one line, and words that have their reading printed above them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from indexer.readers.docx_math import fraction, root
from indexer.readers.raised import marked

_TOKEN = re.compile(
    r"\\\*\s*(?P<format>\"[^\"]*\"|[^\s\\]*)\s*"
    r"|\\(?P<side>[lrb]c)\s*\\?(?P<bracket>\S)\s*"
    r"|\\(?P<switch>[A-Za-z]+)\s*-?\d*\s*"
    r"|\\(?P<sign>[^A-Za-z*])"
    r"|(?P<mark>[();,])"
    r"|(?P<text>[^\\();,]+)|\\"
)
_READING = re.compile(r"jc\d", re.IGNORECASE)
"""The format that only the phonetic guide writes: «\\* jc2 \\* "Font:Arial" \\o\\ad(\\s\\up 9(…),東京)»."""
_COMMANDS = frozenset("abdfilorsx")
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_PARTING = {";": "\\;", ",": "\\,"}
"""A mark that may part two elements, as it waits among the pieces: an escaped one is but a sign."""
_SUM_SIGNS = {"su": "∑", "pr": "∏"}


@dataclass(slots=True)
class _Brackets:
    """Brackets that are open: the command that they belong to, its options, and what stands in them so far."""

    command: str = ""
    options: dict[str, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    """Printed text, and the marks that may part two elements."""

    def elements(self) -> list[str]:
        """What the command is given: parted by semicolons, by commas where there is none (3,5 is one number)."""
        mark = _PARTING[";" if _PARTING[";"] in self.pieces else ","]
        found: list[list[str]] = [[]]
        for piece in self.pieces:
            if piece == mark:
                found.append([])
            else:
                found[-1].append(piece)
        return [_joined(pieces).strip() for pieces in found]

    def drawn(self, *, is_reading: bool) -> str:
        """What the paper shows of it."""
        if not self.command:
            return f"({_joined(self.pieces)})"
        elements = self.elements()
        if is_reading and self.command in "os":
            return elements[-1]
        return _DRAWN[self.command](elements, self.options)


def equation(instruction: str) -> str:
    """The equation of the instruction behind «EQ»; of a word with its reading the word alone, as from other formats."""
    is_reading = False
    open_ = [_Brackets("x")]
    command, options = "", dict[str, str]()
    for token in _TOKEN.finditer(instruction):
        kind = token.lastgroup
        if kind == "format":
            is_reading = is_reading or _READING.match(token["format"]) is not None
        elif kind == "bracket":
            options[token["side"]] = token["bracket"]
        elif kind == "switch":
            command, options = _obeyed(token["switch"].lower(), command, options)
        elif token["mark"] == "(":
            open_.append(_Brackets(command, options))
            command, options = "", {}
        elif token["mark"] == ")" and len(open_) > 1:
            drawn = open_.pop().drawn(is_reading=is_reading)
            open_[-1].pieces.append(drawn)
        else:
            mark = token["mark"]
            open_[-1].pieces.append(_PARTING.get(mark, mark) if mark else token["sign"] or token["text"] or "")
    while len(open_) > 1:  # the brackets are not closed: an instruction that is cut off
        drawn = open_.pop().drawn(is_reading=is_reading)
        open_[-1].pieces.append(drawn)
    return " ".join(_joined(open_[0].pieces).split())


def _joined(pieces: list[str]) -> str:
    return "".join(piece[1:] if piece in _PARTING.values() else piece for piece in pieces)


def _obeyed(switch: str, command: str, options: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The command whose brackets come next and its options, after this switch."""
    if switch in _COMMANDS:
        return switch, {}
    # «\s\up8(2)\do8(0)»: the second pair of brackets belongs to the same command
    own = command or ("s" if switch in ("up", "do") else "")
    return own, {**options, switch: ""}


def _fraction(elements: list[str], _: dict[str, str]) -> str:
    return fraction(elements[0], elements[1]) if len(elements) > 1 else elements[0]


def _root(elements: list[str], _: dict[str, str]) -> str:
    return root(elements[0] if len(elements) > 1 else "", elements[-1])


def _sum(elements: list[str], options: dict[str, str]) -> str:
    """«∑(1..n) x»"""
    sign = next((sign for switch, sign in _SUM_SIGNS.items() if switch in options), options.get("fc", "") or "∫")
    limits = "..".join(filter(None, elements[:-1]))
    return f"{sign}{f'({limits})' if limits else ''} {elements[-1]}"


def _bracketed(elements: list[str], options: dict[str, str]) -> str:
    both = options.get("bc", "")
    left = options.get("lc", both) or ("" if "rc" in options else "(")
    right = options.get("rc", _PAIRS.get(both, both)) or ("" if "lc" in options else ")")
    return f"{left}{', '.join(elements)}{right}"


def _raised(elements: list[str], options: dict[str, str]) -> str:
    text = " ".join(elements)
    return text if "do" in options else marked(text)


def _nothing(elements: list[str], options: dict[str, str]) -> str:
    """A blank of a certain width."""
    return " "


def _listed(elements: list[str], _: dict[str, str]) -> str:
    return ", ".join(elements)


def _in_turn(elements: list[str], _: dict[str, str]) -> str:
    return " ".join(elements)


_DRAWN: dict[str, Callable[[list[str], dict[str, str]], str]] = {
    "a": _in_turn, "b": _bracketed, "d": _nothing, "f": _fraction, "i": _sum,
    "l": _listed, "o": _in_turn, "r": _root, "s": _raised, "x": _listed,
}  # fmt: skip
