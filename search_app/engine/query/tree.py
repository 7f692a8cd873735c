"""What a query asks for, as a tree of words, phrases and alternatives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Word(NamedTuple):
    """One word, at offsets ``[start, end)`` of the cleaned query."""

    text: str
    start: int
    end: int
    exact: bool = False
    """``!слово``"""
    prefix: bool = False
    """``слово*``"""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotes: next to each other in any form, or within ``near`` words in any order."""

    words: tuple[Word, ...]
    near: int = 0
    loose: bool = False
    """Within a question quotes name something («Что такое «бережливое управление»?»): wished for, not demanded."""


@dataclass(frozen=True, slots=True)
class All:
    """Words in brackets: all of them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Alternatives: at least one."""

    nodes: tuple[Node, ...]


Node = Word | Phrase | All | Any


@dataclass(frozen=True, slots=True)
class Restriction:
    """``город:Томск`` — passages whose facet has one of the values, or whose year lies in the range."""

    facet: str
    values: tuple[str | int, ...] = ()
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class QueryTree:
    """A query as understood."""

    text: str
    """The cleaned query that offsets refer to."""
    nodes: tuple[Node, ...] = ()
    excluded: tuple[Node, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether the query is words alone, without any syntax."""
        return (
            not self.excluded
            and not self.restrictions
            and all(isinstance(node, Word) and not node.exact and not node.prefix for node in self.nodes)
        )


def words_in(tree: QueryTree) -> list[Word]:
    """Every word of a query that may be mended: not those asked for exactly, by their beginning or to be absent."""
    found: list[Word] = []

    def visit(nodes: Iterable[Node]) -> None:
        for node in nodes:
            if isinstance(node, Word):
                if not node.exact and not node.prefix:
                    found.append(node)
            else:
                visit(node.words if isinstance(node, Phrase) else node.nodes)

    visit(tree.nodes)
    return found
