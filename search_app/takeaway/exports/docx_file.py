"""A «справка» in Word: the answers grouped by city, each with its citation."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from itertools import groupby

from search_app.takeaway.exports.paper import Paper
from search_app.takeaway.extracts import Extract, Selection, citation
from search_app.wording.labels import value_label
from search_app.wording.numbers import counted, year_spans
from search_app.wording.prose import Piece, pieces

_SIGNATURE = "Составил: ____________________   «____» ______________ 20___ г."
LIMIT = 1000
"""Answers: some four hundred pages."""


def answers(chosen: Selection, root: str, about: list[tuple[str, str]], limit: int = LIMIT) -> BytesIO:
    """The document; ``about`` are names and values told under its title.

    Raises MissingToolError where the optional package is not installed.
    """
    writer = _Writer(Paper(chosen.title), chosen, root)
    writer.head(about, chosen.shortened(limit))
    ordered = _in_order(chosen.extracts(limit)) if chosen.request else chosen.extracts(limit)
    for city, extracts in groupby(ordered, key=lambda extract: extract.report.city):
        writer.city(city, list(extracts))
    if not chosen.request:
        writer.paper.paragraph(_SIGNATURE, "Normal")
    return writer.paper.saved()


def _in_order(extracts: Iterable[Extract]) -> list[Extract]:
    """Cities in the order of the alphabet, the unknown last; within one newest year first, as the report goes.

    Answers chosen one by one stay in the reader's own order instead.
    """
    return sorted(
        extracts,
        key=lambda extract: (
            extract.report.city is None,
            (extract.report.city or "").lower().replace("ё", "е"),
            -(extract.report.year or 0),
            extract.report.id,
            extract.passage.position,
        ),
    )


class _Writer:
    """Writes one document from its head to its end."""

    def __init__(self, paper: Paper, chosen: Selection, root: str) -> None:
        self.paper = paper
        self._chosen = chosen
        self._vocabulary = chosen.engine.vocabulary
        self._root = root

    def head(self, about: list[tuple[str, str]], notice: str) -> None:
        """The title and what the document is."""
        self.paper.paragraph("Справка", "Title")
        self.paper.paragraph(self._chosen.title, "Subtitle")
        for name, value in about:
            self.paper.named(name, value)
        if notice:
            self.paper.bold(notice)

    def city(self, city: str | None, extracts: list[Extract]) -> None:
        """All answers of one city under its heading."""
        name = value_label("city", city, self._vocabulary)
        number = counted(len(extracts), "ответ", "ответа", "ответов")
        self.paper.paragraph(f"{name[0].upper()}{name[1:]} ({number})", "Heading 1")
        for extract in extracts:
            self._answer(extract)

    def _answer(self, extract: Extract) -> None:
        passage, report = extract.passage, extract.report
        year = f"{report.year} год" if report.year else value_label("year", None, self._vocabulary)
        kind = value_label("kind", passage.kind, self._vocabulary)
        self.paper.paragraph(f"{year}. {kind}", "Heading 2")
        if passage.question:
            self.paper.paragraph(passage.question, "Quote")
        for piece in pieces(passage.text):
            self._piece(piece)
        years = year_spans(repeat.year for repeat in extract.repeats if repeat.year is not None)
        repeated = f" Так же в отчётах за другие годы: {years}." if years else ""
        note = self._chosen.written.note(extract.name)
        if note:
            self.paper.named("Пометка", note)
        source = (
            f"{citation(extract, self._vocabulary)}. Файл: {report.source}.{repeated} {self._root}{extract.kept_url}"
        )
        self.paper.paragraph(source, "Caption")

    def _piece(self, piece: Piece) -> None:
        if piece.shape == "list":
            for item in piece.items:
                text = f"{item.marker} {item.text}" if item.marker else item.text
                self.paper.paragraph(text, "List" if item.marker else "List Bullet")
        elif piece.shape == "table":
            self.paper.table(piece.rows)
        else:
            self.paper.paragraph(piece.text, "Normal")
