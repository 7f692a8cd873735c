"""Fields and shapes of an RTF document whose text stands in their settings: ticks, chosen entries, WordArt."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.readers.instructions import drawn_by
from indexer.readers.symbols import EMPTY, TICKED

FORM, ENTRY, SHAPE, NAME, VALUE = "formfield", "ffl", "sp", "sn", "sv"
CAPTURED = frozenset({ENTRY, NAME, VALUE})
"""Destinations whose text is no text of the document, but tells what a field or a shape shows."""
INSTRUCTION, RESULT = "fldinst", "fldrslt"
SETTINGS = frozenset({"fftype", "ffres", "ffdefres"})

_CHECK_BOX, _LIST = 1, 2
_UNDECIDED = 25
"""The result of a field that nobody has touched: its default holds."""
_WORD_ART = "gtextUNICODE"


@dataclass(slots=True)
class Fields:
    """What is known of the field or shape that is being read."""

    settings: dict[str, int] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    name: str = ""
    value: str = ""
    computed: str = ""
    """What the instruction that has been read draws by itself."""
    _written: list[str] = field(default_factory=list)
    _instruction: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """A field or shape begins."""
        self.settings, self.entries, self.name, self.value = {}, [], "", ""

    def write(self, text: str) -> None:
        """Take text of a captured destination."""
        self._written.append(text)

    def instruct(self, text: str) -> None:
        """Take text of an instruction."""
        self._instruction.append(text)

    def end_instruction(self) -> None:
        """An instruction has been read."""
        self.computed = drawn_by("".join(self._instruction))
        self._instruction = []

    def end(self, destination: str) -> None:
        """A captured destination has been read."""
        text, self._written = "".join(self._written).strip(), []
        if destination == ENTRY:
            self.entries.append(text)
        elif destination == NAME:
            self.name = text
        else:
            self.value = text

    def shown(self) -> str:
        """What the form field shows; empty where the text of the field shows it itself."""
        result = self.settings.get("ffres", _UNDECIDED)
        if result == _UNDECIDED:
            result = self.settings.get("ffdefres", 0)
        kind = self.settings.get("fftype")
        if kind == _CHECK_BOX:
            return TICKED if result else EMPTY
        return self.entries[result] if kind == _LIST and 0 <= result < len(self.entries) else ""

    def drawn(self) -> str:
        """The letters that the shape draws."""
        return self.value if self.name == _WORD_ART else ""
