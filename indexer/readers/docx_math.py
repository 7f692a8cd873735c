"""Equations of Word documents and in MathML in one line: «3/4», «м²», «√(a+b)», so that no two numbers run together."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from indexer.readers.raised import grouped, marked, power

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATHML = "{http://www.w3.org/1998/Math/MathML}"

_MAX_DEPTH = 60


def linear(element: etree._Element, depth: int = 0) -> str:
    """The text of an equation or of a piece of it; ``""`` for properties."""
    if not isinstance(element.tag, str) or depth > _MAX_DEPTH or element.tag.endswith("Pr"):
        return ""
    if element.tag in (f"{M}t", f"{_W}t"):
        return element.text or ""
    build = _BUILDERS.get(element.tag.removeprefix(M))
    if build is not None:
        return build(element, depth + 1)
    return "".join(linear(child, depth + 1) for child in element)


def _part(element: etree._Element, name: str, depth: int) -> str:
    """The text of the child ``m:name``."""
    child = element.find(f"{M}{name}")
    return "" if child is None else linear(child, depth).strip()


def fraction(numerator: str, denominator: str) -> str:
    """«3/4», «(a+b)/c»; behind a number «2 3/4»."""
    return f"{marked(grouped(numerator.strip()))}/{grouped(denominator.strip())}"


def root(degree: str, radicand: str) -> str:
    """«√2», «∛»-like degrees in brackets before: «(3)√8»"""
    return f"{f'({degree})' if degree else ''}√{grouped(radicand)}"


def _fraction(element: etree._Element, depth: int) -> str:
    return fraction(_part(element, "num", depth), _part(element, "den", depth))


def _superscript(element: etree._Element, depth: int) -> str:
    return power(_part(element, "e", depth), _part(element, "sup", depth))


def _both_scripts(element: etree._Element, depth: int) -> str:
    base = _part(element, "e", depth) + _part(element, "sub", depth)
    return power(base, _part(element, "sup", depth))


def _root(element: etree._Element, depth: int) -> str:
    return root(_part(element, "deg", depth), _part(element, "e", depth))


def _sum(element: etree._Element, depth: int) -> str:
    """«∑(i=1..n) x»: the sign, its limits, what it is of."""
    sign = element.find(f"{M}naryPr/{M}chr")
    shown = "∫" if sign is None else sign.get(f"{M}val") or "∫"
    limits = "..".join(part for name in ("sub", "sup") if (part := _part(element, name, depth)))
    return f"{shown}{f'({limits})' if limits else ''} {_part(element, 'e', depth)}"


def _brackets(element: etree._Element, depth: int) -> str:
    """What stands in brackets, parts divided as written."""
    properties = element.find(f"{M}dPr")
    begin, middle, end = (_character(properties, *pair) for pair in (("begChr", "("), ("sepChr", "|"), ("endChr", ")")))
    return begin + middle.join(linear(part, depth).strip() for part in element.iterfind(f"{M}e")) + end


def _character(properties: etree._Element | None, name: str, default: str) -> str:
    """The sign that the properties name, ``default`` where they do not."""
    child = None if properties is None else properties.find(f"{M}{name}")
    return default if child is None else child.get(f"{M}val") or ""


def _function(element: etree._Element, depth: int) -> str:
    return f"{_part(element, 'fName', depth)} {_part(element, 'e', depth)}"


def _limit(element: etree._Element, depth: int) -> str:
    return f"{_part(element, 'e', depth)}({_part(element, 'lim', depth)})"


def _rows(element: etree._Element, depth: int) -> str:
    """The lines of an array or the rows of a matrix, one after the other."""
    rows = [child for child in element if child.tag in (f"{M}e", f"{M}mr")]
    return "; ".join(" ".join(linear(cell, depth).strip() for cell in _cells(row)) for row in rows)


def _cells(row: etree._Element) -> list[etree._Element]:
    """The cells of a matrix' row; a line of an array is one."""
    return list(row.iterfind(f"{M}e")) if row.tag == f"{M}mr" else [row]


_BUILDERS: dict[str, Callable[[etree._Element, int], str]] = {
    "f": _fraction,
    "sSup": _superscript,
    "sSubSup": _both_scripts,
    "rad": _root,
    "nary": _sum,
    "d": _brackets,
    "func": _function,
    "limLow": _limit,
    "limUpp": _limit,
    "m": _rows,
    "eqArr": _rows,
}
"""What the parts of these are put together with; anything else is what stands in it."""


def mathml(element: etree._Element, depth: int = 0) -> str:
    """An equation in MathML in one line."""
    if not isinstance(element.tag, str) or depth > _MAX_DEPTH or element.tag.startswith(f"{_MATHML}annotation"):
        return ""
    name = element.tag.removeprefix(_MATHML)
    parts = [mathml(child, depth + 1).strip() for child in element if isinstance(child.tag, str)]
    if name == "mfrac" and len(parts) == 2:
        return fraction(*parts)
    if name == "msup" and len(parts) == 2:
        return power(*parts)
    if name == "msubsup" and len(parts) == 3:
        return power(parts[0] + parts[1], parts[2])
    if name == "mroot" and len(parts) == 2:
        return root(parts[1], parts[0])
    if name == "msqrt":
        return root("", "".join(parts))
    return (element.text or "").strip() + "".join(parts)
