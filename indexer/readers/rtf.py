"""Rich Text Format: an own tokenizer, because the printed list numbers, tables and bold paragraphs must survive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from indexer.errors import EmptyFileError
from indexer.model import ROLE_LETTERHEAD, ROLE_PICTURE, Block
from indexer.readers import rtf_losses
from indexer.readers.marks import blocks_of_runs, list_mark, row_of
from indexer.readers.raised import marked
from indexer.readers.rtf_fields import CAPTURED, FORM, INSTRUCTION, RESULT, SETTINGS, SHAPE, Fields
from indexer.readers.rtf_head import Fonts, heading_styles
from indexer.readers.symbols import in_font, sign_of

_TOKEN = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z'])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)

_SKIPPED = frozenset({
    "fonttbl", "colortbl", "info", "pict", INSTRUCTION, "nonshppict",
    "atnid", "atnauthor", "atntime", "atnref", "atndate",
    "annotation", "atrfstart", "atrfend", "objdata", "objclass", "objname", "xe", "tc", "tcf", "template",
    "filetbl", "revtbl", "rsidtbl", "generator", "shprslt", "do", "bkmkstart", "bkmkend", "themedata",
    "colorschememapping", "latentstyles", "datastore", "nonesttables", "nesttableprops", "pntxta", "pntxtb",
    "pnseclvl", "private", "xmlnstbl", "mmathPr", "userprops", "docvar", "upr", "ftnsep", "ftnsepc",
    "ftncn", "aftnsep", "aftnsepc", "aftncn", "datafield", "panose", "falt",
})  # fmt: skip
"""Destinations whose text is not printed in the body."""

_PRINTED_STARRED = frozenset({
    "shpinst", "shptxt", "ud", "listtext", "pntext", "footnote",
})  # fmt: skip
"""Of the destinations marked as optional those whose text is printed; unknown ones are not, says the specification."""

_PICTURES = frozenset({"pict", "shppict"})
_LETTERHEADS = frozenset({
    "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf",
})  # fmt: skip
_STORIES = frozenset({"footnote", "shptxt"}) | _LETTERHEADS
_MARKS = frozenset({"listtext", "pntext"})

_CHARACTERS = {
    "tab": " ", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
    "page": "\n", "column": "\n", "softline": "\n",
}  # fmt: skip
_SIGNS = {b"~": "\u00a0", b"_": "-", b"-": "", b"{": "{", b"}": "}", b"\\": "\\", b":": ":", b"|": "", b"\t": " "}

_MAX_GROUPS = 10_000


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group; an inner group begins with it and cannot change it outside."""

    destination: str = "body"
    skipped: bool = False
    font: int = 0
    fallback: int = 1
    """How many characters after a Unicode escape stand in for it (``\\uc``)."""
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    raised: bool = False
    hidden: bool = False
    deleted: bool = False


@dataclass(slots=True)
class _Story:
    """Body, footnote or text box: the paragraph being read and the blocks so far."""

    blocks: list[Block] = field(default_factory=list)
    runs: list[tuple[str, bool]] = field(default_factory=list)
    mark: str = ""
    heading: int = 0
    in_table: bool = False
    cell: list[Block] = field(default_factory=list)
    row: list[list[Block]] = field(default_factory=list)
    is_letterhead: bool = False
    behind: list[Block] = field(default_factory=list)
    """Blocks of notes and text boxes anchored in the paragraph: printed after it."""

    def end_paragraph(self, *, in_cell: bool) -> None:
        """Close the paragraph, as part of a cell or of the story itself."""
        made = [*blocks_of_runs(self.runs, mark=self.mark, heading=self.heading), *self.behind]
        self.runs, self.mark, self.behind = [], "", []
        if in_cell:
            self.cell.extend(made)
        else:
            self.end_row()
            self.blocks.extend(made)

    def end_cell(self) -> None:
        """Close the cell."""
        self.end_paragraph(in_cell=True)
        self.row.append(self.cell)
        self.cell = []

    def end_row(self) -> None:
        """Close the row, if one is open; a row of a single cell only lays out the paragraphs in it."""
        if self.cell:
            self.row.append(self.cell)
        cells, self.row, self.cell = self.row, [], []
        if len(cells) == 1:
            self.blocks.extend(cells[0])
        elif cells:
            emphases = [block.emphasis for cell in cells for block in cell]
            texts = ["\n".join(block.line for block in cell) for cell in cells]
            block = row_of(texts, emphasis=bool(emphases) and all(emphases))
            self.blocks.extend([block] if block else [])


def sniff(data: bytes) -> bool:
    """The content begins with the signature of RTF."""
    return data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf")


def read(data: bytes) -> Iterator[Block]:
    """The blocks of the document with its footnotes and text boxes; raises ``EmptyFileError`` for one without text."""
    reader = _Reader(data)
    reader.run()
    if all(block.role for block in reader.body.blocks):
        raise EmptyFileError("В документе нет текста: возможно, в нём только рисунки или скан.")
    return iter([*reader.letterhead, *reader.body.blocks, *rtf_losses.told(data, is_closed=reader.is_closed)])


class _Reader:
    """One pass over the tokens of a document."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._fonts = Fonts(data)
        self._headings = heading_styles(data)
        self._state = _State()
        self._stack: list[_State] = []
        self.body = _Story()
        self._stories: list[tuple[int, _Story]] = [(0, self.body)]
        self.letterhead: list[Block] = []
        self._fields = Fields()
        self._mark: list[str] = []
        self._bytes = bytearray()
        self._skip = 0
        self._high_surrogate = 0xD800
        self._starred = False
        self._at_start = False

    @property
    def is_closed(self) -> bool:
        """Whether the groups that were entered have been left: those of a file that is cut off have not."""
        return not self._stack

    @property
    def _story(self) -> _Story:
        """The story being read."""
        return self._stories[-1][1]

    def run(self) -> None:
        """Read all tokens."""
        position = 0
        while position < len(self._data):
            token = _TOKEN.match(self._data, position)
            if token is None:
                break
            position = token.end() + self._token(token)
        self._end_text()
        while len(self._stories) > 1:
            self._end_story()
        self.body.end_paragraph(in_cell=self.body.in_table)
        self.body.end_row()

    def _token(self, token: re.Match[bytes]) -> int:
        """Obey one token; the number of raw bytes behind it that are to be passed over."""
        kind = token.lastgroup
        if kind == "brace":
            self._brace(opening=token["brace"] == b"{")
        elif kind in ("word", "number"):
            return self._word(token["word"].decode("ascii"), None if token["number"] is None else int(token["number"]))
        elif kind == "byte":
            self._take_bytes(bytes([int(token["byte"], 16)]))
        elif kind == "sign":
            self._sign(token["sign"])
        elif kind == "text":
            self._take_bytes(token["text"])
        return 0

    def _brace(self, *, opening: bool) -> None:
        """Enter or leave a group."""
        self._end_text()
        self._skip = 0
        if opening:
            if len(self._stack) < _MAX_GROUPS:
                self._stack.append(self._state)
            self._at_start, self._starred = True, False
            return
        if len(self._stories) > 1 and self._stories[-1][0] == len(self._stack):
            self._end_story()
        inner = self._state
        self._state = self._stack.pop() if self._stack else _State()
        if inner.destination != self._state.destination:
            self._end_captured(inner)
        if inner.destination in _MARKS and self._state.destination not in _MARKS:
            self._story.mark = list_mark("".join(self._mark)) if any(part.strip() for part in self._mark) else ""
            self._mark = []

    def _end_captured(self, inner: _State) -> None:
        """Print what a field or a shape shows, now that its settings are known."""
        if inner.destination in CAPTURED:
            self._fields.end(inner.destination)
        elif inner.destination == INSTRUCTION:
            self._fields.end_instruction()
            if self._fields.computed and not (self._state.skipped or inner.hidden or inner.deleted):
                self._story.runs.append((self._fields.computed, False))
        elif inner.destination == FORM and not inner.hidden and (shown := self._fields.shown()):
            self._story.runs.append((shown, False))
        elif inner.destination == SHAPE and (drawn := self._fields.drawn()):
            self._story.behind.extend(blocks_of_runs([(drawn, False)]))
            self._fields.begin()

    def _end_story(self) -> None:
        """Put the blocks of a finished note or text box behind the paragraph that it belongs to."""
        _, story = self._stories.pop()
        story.end_paragraph(in_cell=False)
        story.end_row()
        if story.is_letterhead:
            self.letterhead += [replace(block, role=ROLE_LETTERHEAD) for block in story.blocks if not block.role]
        else:
            self._story.behind.extend(story.blocks)

    def _sign(self, sign: bytes) -> None:
        """Obey an escaped sign."""
        if sign == b"*":
            self._starred = self._at_start
        elif sign in (b"\r", b"\n"):
            self._end_text()
            self._paragraph_end()
        else:
            self._take(_SIGNS.get(sign, ""))

    def _word(self, word: str, number: int | None) -> int:
        """Obey a control word; the number of raw bytes behind it that are to be passed over."""
        self._end_text()
        if word == "bin":
            return max(number or 0, 0)
        if self._skip and word != "u":
            self._skip -= 1
            return 0
        starts, starred = self._at_start, self._starred
        self._at_start = self._starred = False
        if (starts or starred) and self._destination(word, starred):
            return 0
        if word in SETTINGS:
            self._fields.settings[word] = number or 0
        elif word == "u":
            self._unicode(number or 0)
        elif word in _CHARACTERS:
            self._take(_CHARACTERS[word])
        elif not self._look(word, number) and not self._state.skipped:
            self._structure(word, number)
        return 0

    def _destination(self, word: str, starred: bool) -> bool:
        """Turn the group into the destination ``word``, if it is one."""
        if word in _PICTURES and not self._state.skipped and not self._story.in_table:
            self._story.behind.append(Block("", role=ROLE_PICTURE))
        if word == RESULT and self._fields.computed:
            self._state = replace(self._state, destination=word, skipped=True)
        elif word == "ud":
            self._state = replace(self._state, skipped=False)
        elif word in (FORM, SHAPE):
            self._fields.begin()
            self._state = replace(self._state, destination=word, skipped=True)
        elif word in CAPTURED:
            self._state = replace(self._state, destination=word, skipped=False)
        elif word in _SKIPPED or word == "stylesheet" or (starred and word not in _PRINTED_STARRED):
            self._state = replace(self._state, destination=word, skipped=True)
        elif word in _MARKS or word in _STORIES:
            self._state = replace(self._state, destination=word)
            if word in _STORIES and not self._state.skipped:
                self._stories.append((len(self._stack), _Story(is_letterhead=word in _LETTERHEADS)))
        else:
            return False
        return True

    def _look(self, word: str, number: int | None) -> bool:
        """Obey a word that changes the look of characters; whether it was one."""
        on = number != 0
        match word:
            case "b":
                self._state = replace(self._state, bold=on)
            case "i":
                self._state = replace(self._state, italic=on)
            case "ul" | "uld" | "uldb" | "ulw":
                self._state = replace(self._state, underlined=on)
            case "ulnone":
                self._state = replace(self._state, underlined=False)
            case "super" | "sub" | "nosupersub":
                self._state = replace(self._state, raised=word == "super")
            case "v":
                self._state = replace(self._state, hidden=on)
            case "deleted":
                self._state = replace(self._state, deleted=on)
            case "f":
                self._state = replace(self._state, font=number or 0)
            case "uc":
                self._state = replace(self._state, fallback=max(number if number is not None else 1, 0))
            case "plain":
                self._state = replace(
                    self._state, bold=False, italic=False, underlined=False, raised=False, hidden=False, deleted=False
                )
            case _:
                return False
        return True

    def _structure(self, word: str, number: int | None) -> None:
        """Obey a word that ends or describes a paragraph, cell or row."""
        story = self._story
        match word:
            case "par" | "sect":
                self._paragraph_end()
            case "cell":
                story.end_cell()
            case "nestcell":
                story.end_paragraph(in_cell=True)
            case "row":
                story.end_row()
            case "intbl":
                story.in_table = True
            case "pard":
                if self._state.destination not in _MARKS:
                    story.in_table, story.heading = False, 0
            case "outlinelevel":
                story.heading = number + 1 if number is not None and 0 <= number < 9 else 0
            case "s":
                story.heading = self._headings.get(number or 0, story.heading)
            case _:
                pass

    def _paragraph_end(self) -> None:
        """Close the paragraph."""
        if not self._state.skipped:
            self._story.end_paragraph(in_cell=self._story.in_table)

    def _unicode(self, number: int) -> None:
        """Take a character by its number; its stand-ins will be passed over."""
        code = number + 0x10000 if number < 0 else number
        if 0xD800 <= code < 0xDC00:
            self._high_surrogate = code
        elif 0xDC00 <= code < 0xE000:
            self._take(chr(0x10000 + ((self._high_surrogate - 0xD800) << 10) + code - 0xDC00))
        elif 0 < code < 0x110000:
            self._take(in_font(chr(code), self._fonts.name(self._state.font)))
        self._skip = self._state.fallback

    def _take_bytes(self, data: bytes) -> None:
        """Gather bytes of text, for several may make one character; stand-ins are passed over."""
        self._at_start = False
        passed = min(self._skip, len(data))
        self._skip -= passed
        if not self._state.skipped or self._state.destination == INSTRUCTION:
            self._bytes += data[passed:]

    def _end_text(self) -> None:
        """Decode the bytes gathered, by the code page of the font."""
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            font = self._state.font
            if self._fonts.has_symbols(font) and self._state.destination != INSTRUCTION:
                name = self._fonts.name(font) or ""
                self._take("".join(sign_of(name, byte) if byte > 0x20 else " " for byte in data))
            else:
                self._take(self._fonts.decoded(data, font))

    def _take(self, text: str) -> None:
        """Take text where it belongs, unless it is not printed."""
        if self._bytes:
            self._end_text()
        state = self._state
        if state.destination == INSTRUCTION:
            self._fields.instruct(text)
        if state.skipped or state.hidden or state.deleted:
            return
        if state.destination in _MARKS:
            self._mark.append(text)
        elif state.destination in CAPTURED:
            self._fields.write(text)
        else:
            text = marked(text) if state.raised else text
            self._story.runs.append((text, state.bold or state.italic or state.underlined))
