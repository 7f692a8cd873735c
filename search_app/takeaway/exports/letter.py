"""A letter to a city whose experience was chosen: «прошу поделиться опытом», with year and quote; Word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO

from indexer.model import KIND_COLLEAGUES, PRAISE, Passage, Report
from indexer.vocabulary import Vocabulary
from search_app.takeaway.exports.note import Source, gost
from search_app.takeaway.exports.paper import Paper
from search_app.takeaway.extracts import Extract
from search_app.wording.labels import GENITIVE, declined
from search_app.wording.numbers import quoted

_LONGEST_QUOTE = 700
"""Letters: a letter quotes what is asked about, not half a report."""


def letters(extracts: Iterable[Extract], vocabulary: Vocabulary, root: str, day: date) -> BytesIO:
    """One letter for each city, each from a page of its own; answers of unknown cities have nobody to write to.

    Raises MissingToolError where the optional package is not installed.
    """
    paper = Paper("Просим поделиться опытом")
    by_city: dict[str, list[Extract]] = {}
    for extract in extracts:
        for city in _addressed(extract):
            by_city.setdefault(city, []).append(extract)
    for number, (city, own) in enumerate(by_city.items()):
        if number:
            paper.document.add_page_break()
        _letter(paper, city, own, vocabulary, root, day)
    if not by_city:
        paper.paragraph("У выбранных ответов город не определён: письмо писать некому.")
    return paper.saved()


def _letter(paper: Paper, name: str, own: list[Extract], vocabulary: Vocabulary, root: str, day: date) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    of_city = declined(name, GENITIVE, vocabulary)
    addressee = paper.paragraph(f"Главе города {of_city}")
    addressee.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paper.paragraph("«___» ______________ 20___ г.   № __________")
    paper.paragraph("О просьбе поделиться опытом", "Heading 1")
    paper.paragraph(_opening(own, of_city))
    for extract in own:
        where = _told_in(extract.report, name, vocabulary)
        paper.paragraph(f"{where} сказано: {quoted(_excerpt(extract.passage))}", "List Bullet")
    paper.paragraph(
        "Просим поделиться этим опытом: прислать муниципальные правовые акты, методические материалы и расчёты, "
        "рассказать о затратах и результатах, о трудностях и о том, как их удалось преодолеть, и назвать сотрудника, "
        "с которым можно связаться."
    )
    paper.paragraph("Заранее благодарим за помощь.")
    paper.table((("Глава города ______________________", "________________ / ____________________"),))
    paper.paragraph("Исполнитель: ____________________, тел. ____________________", "Caption")
    paper.paragraph("Источники", "Heading 2")
    for number, extract in enumerate(own, 1):
        paper.paragraph(f"{number}. {gost(source_of(extract), root, day)}", "List")


def _told_in(report: Report, addressee: str, vocabulary: Vocabulary) -> str:
    """«В отчёте города Томска за 2021 год (раздел «Экономика»)»; of the one who is written to the city goes without."""
    whose = report.city if report.city != addressee else None
    city = f" города {declined(whose, GENITIVE, vocabulary)}" if whose else ""
    year = f" за {report.year} год" if report.year else ""
    section = f" (раздел {quoted(report.section)})" if report.section else ""
    return f"В отчёте{city}{year}{section}"


def _addressed(extract: Extract) -> tuple[str, ...]:
    """Whose experience an answer tells of: that of the cities it praises, where it praises any, else its own."""
    praised = tuple(remark.city for remark in extract.passage.remarks if remark.tone == PRAISE)
    own = (extract.report.city,) if extract.report.city else ()
    return praised if extract.passage.kind == KIND_COLLEAGUES and praised else own


def _opening(own: list[Extract], of_city: str) -> str:
    return (
        f"Изучая ежегодные отчёты городов, администрация города ______________________ обратила внимание на опыт "
        f"города {of_city}."
        if len(own) == 1
        else f"Изучая ежегодные отчёты городов, администрация города ______________________ обратила внимание на "
        f"следующий опыт города {of_city}."
    )


def source_of(extract: Extract) -> Source:
    """What a quote from an answer refers to."""
    report, passage = extract.report, extract.passage
    return Source(extract.kept_url, report.city, report.year, report.section, passage.question, report.source)


def _excerpt(passage: Passage) -> str:
    line = " ".join(passage.text.split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[:_LONGEST_QUOTE].rsplit(' ', 1)[0]} …"
