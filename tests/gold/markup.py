"""The gold set's sources: a light mark-up that holds a report and its right understanding at once.

``=== path | options``            a file of the set; ``~ city | year | section`` begins a report (``-``: unknown)
``# title``                       belongs to no passage
``? 1. @a`` / ``? kind: 1. text`` a question, its number, its kind (``@x`` abbreviates the usual wordings)
``?- …``                          the same, and the answer says nothing
``?= kind: question || answer``   question and answer in one paragraph
``?! kind``                       an answer without a printed question
``+ item``                        a list item numbered by the word processor; other markers stand as written
``| cell | cell``                 a table row
anything else                     a paragraph; ``[[-deleted]]`` and ``[[+inserted]]`` are tracked changes
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

SOURCES = Path(__file__).parent / "sources"

SECTIONS = {
    "org": "Организационная работа",
    "law": "Правовое обеспечение",
    "staff": "Кадровая работа и муниципальная служба",
    "it": "Информатизация",
    "econ": "Экономика",
    "fin": "Бюджет и финансы",
    "prop": "Муниципальное имущество",
    "arch": "Архитектура и градостроительство",
    "build": "Строительство",
    "zhkh": "Жилищно-коммунальное хозяйство",
    "trans": "Транспорт и дороги",
    "blag": "Благоустройство",
    "eco": "Экология",
    "edu": "Образование",
    "cult": "Культура",
    "youth": "Молодёжная политика",
    "sport": "Физическая культура и спорт",
    "soc": "Социальная политика",
    "health": "Здравоохранение",
    "trade": "Потребительский рынок",
    "safe": "Безопасность, ГО и ЧС",
    "smi": "Информационная политика и СМИ",
    "inter": "Международное сотрудничество",
    "tos": "Общественные связи и ТОС",
}
"""Canonical titles of the sections, by the short names of the sources."""

_HELP = "Какую помощь и содействие{} может оказать АСДГ в решении стоящих проблем{}?"
_POINT = "Укажите, пожалуйста, наиболее важные и актуальные, с Вашей точки зрения, {}."
QUESTIONS = {
    "a": ("achievements", "Что наиболее значительное удалось сделать в {year} году?"),
    "ap": ("achievements", "Что наиболее значительное удалось сделать в прошедшем году?"),
    "c": ("colleagues", "Какие успехи и достижения ваших коллег из других городов Вы особо отметили?"),
    "cv": ("colleagues", "Какие успехи и достижения Ваших коллег из других городов Вы бы особо отметили?"),
    "p": ("problems", "Какие наиболее трудные проблемы не удалось решить в прошедшем году?"),
    "py": ("problems", "Какие наиболее трудные проблемы не удалось решить в {year} году?"),
    "t": ("tasks", "Какие задачи стоят в {next} году?"),
    "tn": ("tasks", "Какие задачи стоят в следующем году?"),
    "h": ("help", _HELP.format("", "")),
    "hv": ("help", _HELP.format(", на Ваш взгляд,", " в рамках своих компетенций")),
    "k": (
        "conference",
        "Считаете ли вы целесообразным проведение конференции (совещания и пр.) по обсуждению наиболее актуальных "
        "вопросов и решению проблем отрасли?",
    ),
    "d": ("discussion", _POINT.format("вопросы для обсуждения их на мероприятиях АСДГ по обмену опытом")),
    "r": (
        "training",
        _POINT.format(
            "темы и вопросы для включения их в образовательную программу курсов повышения квалификации (учебных "
            "курсов для муниципальных служащих) специалистов данной отрасли"
        ),
    ),
}
"""The usual questions of the association's questionnaire: abbreviation → kind, wording."""

_NUMBER = re.compile(r"(\d+[.)])\s+(.*)", re.DOTALL)
_TRACKED = re.compile(r"\[\[([-+])(.*?)\]\]")
MARKER = re.compile(r"^\s*(?:[-–—•·*▪]|\d{1,2}[.)]|[а-яa-z]\))\s+")
"""A list marker at the beginning of a line: borders are compared without it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source: ``role`` is title, question, joined, text, auto, row or gap."""

    role: str
    text: str = ""
    number: str = ""
    """The printed number of a question («1.»)."""
    answer: str = ""
    """What follows a question in its own paragraph; only for ``joined``."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of a row."""
        return tuple(cell.strip() for cell in self.text.split("|"))


@dataclass(slots=True)
class Answer:
    """One expected answer: ``paragraphs`` as printed, without automatic numbers."""

    kind: str
    question: str | None
    blank: bool
    paragraphs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Expected:
    """One expected report."""

    city: str | None
    year: int | None
    section: str | None
    answers: list[Answer] = field(default_factory=list)


@dataclass(slots=True)
class GoldFile:
    """One file of the set: how to write it and what it says."""

    path: str
    options: dict[str, str]
    lines: list[Line] = field(default_factory=list)
    reports: list[Expected] = field(default_factory=list)

    @property
    def extension(self) -> str:
        """``txt``, ``docx``, …"""
        return self.path.rsplit(".", 1)[-1]

    def option(self, name: str, default: str = "") -> str:
        """The option's value; ``"yes"`` for a bare word, ``default`` where it is absent."""
        return self.options.get(name, default)


def tracked_parts(text: str) -> list[tuple[str, str]]:
    """``(mark, words)`` in order: mark is ``"-"`` (deleted), ``"+"`` (inserted) or ``""``."""
    parts: list[tuple[str, str]] = []
    end = 0
    for match in _TRACKED.finditer(text):
        parts.append(("", text[end : match.start()]))
        parts.append((match[1], match[2]))
        end = match.end()
    parts.append(("", text[end:]))
    return [part for part in parts if part[1]]


def as_accepted(text: str) -> str:
    """The text with tracked changes accepted."""
    return "".join(words for mark, words in tracked_parts(text) if mark != "-")


def load_sources(folder: Path = SOURCES) -> list[GoldFile]:
    """All files of the set in the order of the sources; raises ``ValueError`` on an unknown line."""
    files: list[GoldFile] = []
    for source in sorted(folder.glob("*.txt")):
        files.extend(parse_source(source.read_text(encoding="utf-8")))
    return files


def parse_source(text: str) -> list[GoldFile]:
    """The files described by one source text."""
    files: list[GoldFile] = []
    for raw in text.splitlines():
        if raw.startswith("=== "):
            files.append(_file(raw.removeprefix("=== ")))
        else:
            _add_line(files[-1], raw)
    for file in files:
        while file.lines and file.lines[-1].role == "gap":
            file.lines.pop()
    return files


def _file(head: str) -> GoldFile:
    path, _, words = head.partition(" | ")
    name, _, value = words.partition("=")
    if name == "copy":  # the copied path may hold blanks
        return GoldFile(path.strip(), {name: value})
    pairs = (word.partition("=") for word in words.split())
    return GoldFile(path.strip(), {key: text.replace("_", " ") or "yes" for key, _, text in pairs})


def _add_line(file: GoldFile, raw: str) -> None:
    if not raw.strip():
        if file.lines:
            file.lines.append(Line("gap"))
    elif raw.startswith("~ "):
        city, year, section = (None if part.strip() == "-" else part.strip() for part in raw[2:].split("|"))
        file.reports.append(Expected(city, int(year) if year else None, SECTIONS[section] if section else None))
    elif raw.startswith("#"):
        file.lines.append(Line("title", raw.lstrip("#").strip(), number="#" * (len(raw) - len(raw.lstrip("#")))))
    elif raw.startswith("?"):
        _add_question(file, raw)
    else:
        _add_answer_line(file, raw)


def _add_question(file: GoldFile, raw: str) -> None:
    report = file.reports[-1]
    sign, text = raw[1], raw.lstrip("?-=!").strip()
    if sign == "!":
        report.answers.append(Answer(text, None, False))
        return
    question, _, answer = text.partition(" || ")
    kind, number, question = _kind_number_question(question, report.year)
    report.answers.append(Answer(kind, question, sign == "-", [answer] if answer else []))
    file.lines.append(Line("joined" if answer else "question", question, number, answer))


def _kind_number_question(text: str, year: int | None) -> tuple[str, str, str]:
    kind, colon, rest = text.partition(": ")
    if not colon or " " in kind:
        kind, rest = "", text
    match = _NUMBER.match(rest)
    number, rest = (match[1], match[2]) if match else ("", rest)
    if rest.startswith("@"):
        kind, wording = QUESTIONS[rest[1:]]
        if "{" in wording and year is None:
            raise ValueError(f"{text}: the report has no year")
        rest = wording.format(year=year, next=(year or 0) + 1)
    return kind, number, rest


def _add_answer_line(file: GoldFile, raw: str) -> None:
    answer = file.reports[-1].answers[-1]
    if raw.startswith("+ "):
        line = Line("auto", raw[2:])
    elif raw.startswith("| "):
        line = Line("row", raw[2:])
    else:
        line = Line("text", raw)
    file.lines.append(line)
    answer.paragraphs.append(" | ".join(line.cells) if line.role == "row" else as_accepted(line.text))
