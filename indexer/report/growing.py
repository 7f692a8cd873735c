"""A paragraph that grows line by line: what is asked of it is kept, so that no line costs more than its own length."""

from __future__ import annotations

from dataclasses import replace

from indexer.model import Block

HEAD = 500
"""Letters that are looked at from the beginning: no question is longer."""
TAIL = 200
"""Letters that are looked at from the end: its last word and the signs behind it."""


class Growing:
    """A block, and the lines that have been added to its text."""

    __slots__ = ("_case", "_pieces", "block", "head", "length", "tail")

    def __init__(self, block: Block) -> None:
        self.block = block
        """As it began; its text may have grown since."""
        self._pieces = [block.text]
        self._case = _case(block.text)
        self.length = len(block.text)
        self.head = block.text[:HEAD]
        self.tail = block.text[-TAIL:]

    @property
    def line_length(self) -> int:
        """Letters with its marker, as it is printed."""
        return self.length + len(self.block.line) - len(self.block.text)

    @property
    def is_upper(self) -> bool:
        """As ``str.isupper`` of the whole text."""
        return self._case is True

    def append(self, less: int, text: str) -> None:
        """Takes ``less`` letters (0 or 1) from the end, and adds a text."""
        if less:
            self._pieces[-1] = self._pieces[-1][:-less]
        self._pieces.append(text)
        case, more = self._case, _case(text)
        self._case = more if case is None else case if more is None else case and more
        if self.length <= HEAD:
            self.head = (self.head[: self.length - less] + text)[:HEAD]
        self.tail = (self.tail[: len(self.tail) - less] + text)[-TAIL:]
        self.length += len(text) - less

    def whole(self) -> Block:
        """The block with all of its text."""
        return replace(self.block, text="".join(self._pieces)) if len(self._pieces) > 1 else self.block


def _case(text: str) -> bool | None:
    """Whether all letters that have a case are capitals; ``None`` without such letters."""
    upper = text.upper()
    if upper != text:  # nearly all
        return False
    return True if text.isupper() else None if upper == text.lower() else False
