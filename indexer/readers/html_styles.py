"""What the styles of a web page say of text: whether it is shown, and what style sheets of office programs add.

Only the sheets of these are heeded: their pages have no script that opens what a sheet has closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|mso-special-character\s*:\s*comment"
    r"|mso-element\s*:\s*(?:header|footer|comment-list)\b"
)
_COMMENT_CLASSES = frozenset({"msocomanchor", "msocomtxt", "msocomhide", "msocomoff"})
"""Word's classes for comments and what leads to them."""
_OFFICE = re.compile(r"microsoft word|word\.document|libreoffice|openoffice", re.IGNORECASE)
_HEEDED = frozenset({"display", "mso-hide", "vertical-align"})
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?\.([\w-]+)", re.IGNORECASE)


def is_hidden(element: etree._Element, style: str) -> bool:
    """The element is not shown, is a comment, or the head or foot of pages by LibreOffice («title») or Word (style)."""
    if element.get("hidden") is not None or _HIDDEN.search(style):
        return True
    if (element.get("class") or "").lower() in _COMMENT_CLASSES:
        return True
    return element.tag == "div" and element.get("title") in ("header", "footer")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the style sheets of a page say of its classes: of an element («span») or of any («»)."""

    rules: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def style(self, element: etree._Element) -> str:
        """The element's style: its own, and what its classes say besides."""
        own = (element.get("style") or "").lower()
        if not self.rules or not (classes := element.get("class")):
            return own
        found: dict[str, str] = {}
        for name in classes.split():
            for tag in ("", str(element.tag)):
                found |= self.rules.get((tag, name), {})
        for declaration in own.split(";"):
            found.pop(declaration.partition(":")[0].strip(), None)
        return ";".join([own, *(f"{name}:{value}" for name, value in found.items())])


def sheet_of(root: etree._Element) -> Sheet:
    """The style sheets of the page, empty where no office program has made it."""
    rules: dict[tuple[str, str], dict[str, str]] = {}
    if any(_OFFICE.search(meta.get("content") or "") for meta in root.iter("meta")):
        for element in root.iter("style"):
            for selector, declared in _declared("".join(map(str, element.itertext()))):
                rules.setdefault(selector, {}).update(declared)
    return Sheet(rules)


def _declared(text: str) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    """Element and class of each rule that tells something of text, without those for paper or other screens."""
    depth = 0
    for rule in _without_comments(text).split("}"):
        selectors, opened, declarations = rule.rpartition("{")
        depth += rule.count("{")
        if opened and depth == 1 and (declared := _heeded(declarations)):
            for selector in selectors.split(","):
                if found := _SELECTOR.fullmatch(selector.strip()):
                    yield ((found[1] or "").lower(), found[2]), declared
        depth = max(depth - 1, 0)


def _heeded(declarations: str) -> dict[str, str]:
    """Of what a rule declares that which tells something of text."""
    pairs = (part.partition(":") for part in declarations.lower().split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip() in _HEEDED}


def _without_comments(text: str) -> str:
    first, *others = text.replace("<!--", "").replace("-->", "").split("/*")
    return first + "".join(other.partition("*/")[2] for other in others)
