"""What a reader wrote to a basket: its title, remarks to its answers. It stands in the address, as the basket does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search_app.request.addresses import split_name

LONGEST_TITLE = 150
LONGEST_NOTE = 300
"""Characters: an address takes them beside the answers themselves."""
MOST_WRITTEN = 3000
"""Characters of all remarks together."""

TITLE = "title"
_NOTE = "note-"


@dataclass(frozen=True, slots=True)
class Written:
    """Title and remarks; blank where nothing was written."""

    title: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    """By the ids of answers."""
    cut: bool = False
    """Some of it was too long and was cut."""

    def note(self, name: str) -> str:
        """The remark to the answer that the basket calls so; blank without one."""
        return self.notes.get(split_name(name)[0], "")

    def pairs(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """Names and values for the address of a basket of these answers."""
        titled = [(TITLE, self.title)] if self.title else []
        return titled + [(field_of(name), self.note(name)) for name in names if self.note(name)]


NOTHING = Written()


def field_of(name: str) -> str:
    """The name of the field for the remark to an answer."""
    return f"{_NOTE}{split_name(name)[0]}"


def written(parameters: Iterable[tuple[str, str]]) -> Written:
    """What the parameters of an address say, cut to what it may hold."""
    title, notes, cut, room = "", {}, False, MOST_WRITTEN
    for name, value in parameters:
        text = " ".join(value.split())
        if name == TITLE:
            title = text[:LONGEST_TITLE]
            cut |= title != text
        elif name.startswith(_NOTE) and text:
            kept = text[: min(LONGEST_NOTE, room)]
            room -= len(kept)
            cut |= kept != text
            if kept:
                notes[name.removeprefix(_NOTE)] = kept
    return Written(title, notes, cut)
