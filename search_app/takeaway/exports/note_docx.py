"""A note as a Word document: title, what it is, summary, groups of quotes with numbered references, sources."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from search_app.takeaway.exports.note import MOST_QUOTES, Group, Note, Quote, Source, gost
from search_app.takeaway.exports.paper import Paper
from search_app.wording.numbers import cited, counted, grouped, quoted


def document(note: Note, root: str, day: date, limit: int = MOST_QUOTES) -> BytesIO:
    """The document of the note; ``root`` is the address of the site, ``day`` that of access.

    Raises MissingToolError where the optional package is not installed.
    """
    writer = _Writer(Paper(note.title), root, day, limit)
    writer.head(note)
    for group in note.groups:
        writer.group(group)
    for table in note.tables:
        writer.paper.paragraph(table.title, "Heading 1")
        writer.paper.table(table.rows, head=True)
    writer.sources()
    return writer.paper.saved()


class _Writer:
    """Numbers sources as they are first referred to."""

    def __init__(self, paper: Paper, root: str, day: date, limit: int) -> None:
        self.paper = paper
        self._root = root
        self._day = day
        self._room = limit
        self._numbers: dict[Source, int] = {}

    def head(self, note: Note) -> None:
        """Title, what the document is, summary."""
        self.paper.paragraph(note.title, "Title")
        for name, value in note.about:
            self.paper.named(name, value)
        if note.quotes > self._room:
            shown = counted(self._room, "цитата", "цитаты", "цитат")
            told = f"Здесь {shown} из {grouped(note.quotes)}, первые по порядку: все — в таблице Excel."
            self.paper.bold(told)
        for sentence in note.summary:
            self.paper.paragraph(sentence)

    def group(self, group: Group) -> None:
        """A heading and its quotes, as many as there is room for."""
        if not self._room and group.quotes:
            return
        self.paper.paragraph(group.title, "Heading 1")
        for sentence in group.text:
            self.paper.paragraph(sentence)
        shown, self._room = group.quotes[: self._room], max(0, self._room - len(group.quotes))
        for quote in shown:
            self._quote(quote)

    def _quote(self, quote: Quote) -> None:
        number = self._numbers.setdefault(quote.source, len(self._numbers) + 1)
        place = ", ".join(str(part) for part in (quote.source.city, quote.source.year) if part)
        words = quoted(cited(quote.text))
        said = f"{place}: {words}" if place else words
        self.paper.paragraph(f"{said} [{number}]{f' — {quote.remark}' if quote.remark else ''}", "List Bullet")

    def sources(self) -> None:
        """The list of what was quoted."""
        if self._numbers:
            self.paper.paragraph("Источники", "Heading 1")
        for source, number in self._numbers.items():
            self.paper.paragraph(f"{number}. {gost(source, self._root, self._day)}", "List")
