"""The layouts of tests/data/report_cases.txt, each line of a file behind the role it must get."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pytest

from indexer.model import Block
from indexer.readers.text import blocks_of
from indexer.report import ReportParser

CASES = Path(__file__).parent.parent / "data" / "report_cases.txt"
ROLES = {"T": "title", "Q": "question", "A": "answer"}
UNKNOWN = "-"


@dataclass
class Case:
    name: str
    path: str = ""
    reports: list[tuple[str, str, str]] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)


def load_cases() -> list[Case]:
    cases: list[Case] = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("### "):
            cases.append(Case(line[4:]))
        elif line.startswith("# ") or line == "#" or not line.strip():
            continue
        elif line.startswith("file: "):
            cases[-1].path = line[6:]
        elif re.match(r"[TQA.]\b|\.", line):
            role, _, text = line.partition("| ")
            cases[-1].lines.append((role.strip(), text))
        else:
            city, year, section = (cell.strip() for cell in line.split("|"))
            cases[-1].reports.append((city, year, section))
    return cases


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def expected_roles(case: Case) -> list[tuple[str, str]]:
    """Role and letters, lines of one role together; numbers of questions and marks of mark-up do not count."""
    roles = []
    for role, text in case.lines:
        if not role.startswith("."):
            name = ROLES[role[0]]
            shown = (
                re.sub(r"^\W*(?:(?:Вопрос )?\d+[.) |]+|[а-в]\) |\w+ый вопрос: |\w+[ио]й вопрос: )", "", text)
                if name == "question"
                else text
            )
            roles.append((f"{name} {role[1:].strip()}".strip(), letters(shown)))
    return merged(roles)


def merged(roles: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(role, "".join(text for _, text in group)) for role, group in groupby(roles, key=lambda pair: pair[0])]


def text_of(case: Case) -> str:
    """The file; a table's answer goes back on the line of its question."""
    text = "\n".join(line for _, line in case.lines)
    return re.sub(r"(\|[^\n]*\?) \|\n([^|\n]+)", r"\1 | \2 |", text)


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
def test_every_line_gets_its_role(case: Case, parser: ReportParser) -> None:
    parsed = parser.parse(blocks_of(text_of(case)), case.path)
    told = [
        (report.city or UNKNOWN, str(report.year or UNKNOWN), report.section or UNKNOWN) for report in parsed.reports
    ]
    assert told == case.reports
    roles = []
    for fate in parsed.fates:
        first_of_answer = fate.role == "answer" and not (roles and roles[-1][0] != "title")
        named = fate.role == "question" or first_of_answer
        roles.append((f"{fate.role} {fate.kind}" if named else fate.role, letters(fate.text)))
    assert merged(roles) == expected_roles(case)


def test_the_inline_answer_is_parted_from_its_question(parser: ReportParser) -> None:
    text = "Томск\n1. Что наиболее значительное удалось сделать в 2018 году? Построена школа. Открыт парк."
    (report,) = parser.parse(blocks_of(text), "a.txt").reports
    (passage,) = report.passages
    assert passage.question == "Что наиболее значительное удалось сделать в 2018 году?"
    assert passage.text == "Построена школа. Открыт парк."


def test_answers_below_the_list_of_questions_are_told_by_their_numbers(parser: ReportParser) -> None:
    lines = [
        "Топки. Культура. 2016",
        "1. Что наиболее значительное удалось сделать в прошедшем году?",
        "2. Какие проблемы не удалось решить?",
        "3. Какие задачи стоят в следующем году?",
        "Ответы:",
        "1. Открыт музей.",
        "Проведены три фестиваля.",
        "2. Крыша клуба течёт.",
        "3. Починить крышу.",
    ]
    (report,) = parser.parse(blocks_of("\n\n".join(lines)), "a.txt").reports
    told = [(passage.kind, passage.text) for passage in report.passages]
    assert told == [
        ("achievements", "Открыт музей.\nПроведены три фестиваля."),
        ("problems", "Крыша клуба течёт."),
        ("tasks", "Починить крышу."),
    ]


def test_the_number_of_a_question_may_stand_above_it(parser: ReportParser) -> None:
    text = (
        "Зея\n**Вопрос 1**\nЧто существенного сделано в 2018 году?\nУбраны свалки.\nВопрос 2.\nКаковы планы?\nСажать."
    )
    (report,) = parser.parse(blocks_of(text), "a.txt").reports
    told = [(passage.kind, passage.question, passage.text) for passage in report.passages]
    assert told == [
        ("achievements", "Что существенного сделано в 2018 году?", "Убраны свалки."),
        ("tasks", "Каковы планы?", "Сажать."),
    ]


def test_the_words_that_decided_the_section_are_named(parser: ReportParser) -> None:
    text = (
        "г. Томск\nЧто удалось сделать в 2019 году?\n"
        "Аппаратные совещания, личный приём граждан, делопроизводство, номенклатура дел, план работы администрации."
    )
    (report,) = parser.parse(blocks_of(text), "a.txt").reports
    assert report.section == "Организационная работа"
    assert report.evidence.section is not None
    assert report.evidence.section.startswith("слова ответов: «аппаратные совещания», «делопроизводство», «")
    assert any("определён по словам ответов" in warning for warning in report.warnings)


def test_every_cell_of_the_column_of_questions_is_one(parser: ReportParser) -> None:
    rows = [
        "| № | Вопрос | Ответ |",
        "|---|---|---|",
        "| 1 | Что наиболее значительное удалось сделать в 2019 году? | Открыт рынок. |",
        "| 2 | Международные контакты | Подписано соглашение. |",
        "| 3 | Какие задачи стоят в 2020 году? | Открыть второй. |",
        "| 4 | Исполнитель | Ким А. П. |",
    ]
    (report,) = parser.parse(blocks_of("\n".join(["г. Томск", "", *rows])), "a.txt").reports
    assert [(passage.kind, passage.question, passage.text) for passage in report.passages] == [
        ("achievements", "Что наиболее значительное удалось сделать в 2019 году?", "Открыт рынок."),
        ("other", "Международные контакты", "Подписано соглашение."),
        ("tasks", "Какие задачи стоят в 2020 году?", "Открыть второй."),
        ("other", "Исполнитель", "Ким А. П."),
    ]


SEVERAL = (
    "1. Что удалось сделать в 2019 году? Построен мост. Зачем он? Без него объезд. 2. Какие проблемы не решены? "
    "Нет мест. 3. Планы на 2020 год: построить школу.",
    "Что удалось сделать в 2019 году? Построен мост. Зачем он? Без него объезд. Какие проблемы не удалось решить? "
    "Нет мест. Какие задачи стоят в 2020 году? Построить школу.",
    "1. Что удалось сделать в 2019 году? Построен мост. Зачем он? Без него объезд. 2. Какие проблемы не решены? "
    "Нет мест. 3.\n\nКакие задачи стоят в 2020 году? Построить школу.",
)


@pytest.mark.parametrize("text", SEVERAL)
def test_a_paragraph_of_several_questions_is_cut_apart(text: str, parser: ReportParser) -> None:
    (report,) = parser.parse(blocks_of(f"Отчёт города Томска за 2019 год\n\n{text}"), "a.txt").reports
    assert [(passage.kind, passage.text.lower()) for passage in report.passages] == [
        ("achievements", "построен мост. зачем он? без него объезд."),
        ("problems", "нет мест."),
        ("tasks", "построить школу."),
    ]


def test_a_question_asked_again_in_a_paragraph_cuts_nothing(parser: ReportParser) -> None:
    text = "Нас спросили, зачем это. Какие проблемы не решены? Мы ответили. 2. Какие задачи стоят? Построить школу."
    lines = ["Отчёт города Томска за 2019 год", "", "Что удалось сделать в 2019 году?", "", text]
    (report,) = parser.parse(blocks_of("\n".join(lines)), "a.txt").reports
    assert [passage.text for passage in report.passages] == [text]


@pytest.mark.parametrize("rule", ["_" * 30, "-" * 10, "– – – – –", "." * 40])
def test_a_drawn_rule_is_no_answer(rule: str, parser: ReportParser) -> None:
    blocks = [Block("Отчёт города Томска за 2019 год"), Block("Что удалось сделать в 2019 году?"), Block(rule)]
    (report,) = parser.parse([*blocks, Block("Построен мост."), Block(rule)], "a.docx").reports
    assert [passage.text for passage in report.passages] == ["Построен мост."]


ASKED_AGAIN = ("Ответ на вопрос № {} «{}»:", "По вопросу {}. {}", "Пункт {}. {}", "На вопрос {}: «{}»")


@pytest.mark.parametrize("asked", ASKED_AGAIN)
def test_what_is_answered_is_a_question(asked: str, parser: ReportParser) -> None:
    questions = ("Что удалось сделать в 2019 году?", "Какие задачи стоят в 2020 году?")
    lines = ["Отчёт города Томска за 2019 год", asked.format(1, questions[0]), "Построен мост."]
    lines += [asked.format(2, questions[1]), "Построить школу."]
    (report,) = parser.parse(blocks_of("\n\n".join(lines)), "a.txt").reports
    assert [(passage.kind, passage.text) for passage in report.passages] == [
        ("achievements", "Построен мост."),
        ("tasks", "Построить школу."),
    ]


def test_titles_that_name_two_cities_are_doubted(parser: ReportParser) -> None:
    lines = ["Администрация города Омска", "Отчёт администрации города Томска за 2019 год", *ASKED_PLAINLY]
    (report,) = parser.parse([Block(line) for line in lines], "a.pdf").reports
    assert any("разные города: «Омск» и «Томск»" in warning for warning in report.warnings)
    (report,) = parser.parse([Block(line) for line in lines[1:]], "a.pdf").reports
    assert not any("города" in warning for warning in report.warnings)


ASKED_PLAINLY = ("Что удалось сделать в 2019 году?", "Построен мост.", "Какие задачи стоят?", "Летом 2019-")


def test_a_drawn_rule_parts_paragraphs(parser: ReportParser) -> None:
    torn = ("В микрорайоне Северном открыта новая школа и", "_______", "примечание составителя")
    lines = [Block("Что удалось сделать?"), *(Block(line, wraps=number > 0) for number, line in enumerate(torn))]
    (report,) = parser.parse(lines, "2019/томск.txt").reports
    assert report.passages[0].text.split("\n") == [torn[0], torn[2]]


def test_a_span_of_years_torn_at_its_hyphen_is_joined(parser: ReportParser) -> None:
    lines = [Block("Отчёт города Томска за 2019 год"), *map(Block, ASKED_PLAINLY)]
    lines.append(Block("2021 годах построим школу и сад.", wraps=True))
    (report,) = parser.parse(lines, "a.pdf").reports
    assert report.passages[-1].text.endswith("2019-2021 годах построим школу и сад.")


@pytest.mark.parametrize(("end", "below"), [("5-", "и 6-процентный"), ("для тепло-", "и водоснабжения")])
def test_a_hyphen_before_the_other_of_two_words_stays(end: str, below: str, parser: ReportParser) -> None:
    lines = [
        Block("Отчёт города Томска за 2019 год"),
        Block("Что удалось сделать?"),
        Block(f"Введён новый порядок {end}"),
    ]
    lines.append(Block(f"{below} порядок в городе.", wraps=True))
    (report,) = parser.parse(lines, "a.pdf").reports
    assert report.passages[-1].text.endswith(f"{end} {below} порядок в городе.")


def test_rubrics_at_the_beginning_of_paragraphs(parser: ReportParser) -> None:
    title = "Отчёт города Томска за 2019 год"
    lines = ["Достижения. Построен мост. Открыт парк.", "Проблемы. Нет мест в школах."]
    lines.append("Планы на 2020 год. Построить школу.")
    (report,) = parser.parse(map(Block, [title, *lines]), "a.docx").reports
    assert [(passage.kind, passage.text) for passage in report.passages] == [
        ("achievements", "Построен мост. Открыт парк."),
        ("problems", "Нет мест в школах."),
        ("tasks", "Построить школу."),
    ]
    sentences = ["Проблем нет. Всё построено.", "План выполнен. Школа открыта в срок."]
    (report,) = parser.parse(map(Block, [title, *sentences]), "a.docx").reports
    assert [passage.kind for passage in report.passages] == ["overview"]
