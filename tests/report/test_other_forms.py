"""Questionnaires in other styles than those of the association: what each question is, and that its answer is whole."""

import time

import pytest

from indexer.readers import read_blocks
from indexer.report import ReportParser

CALLED = """АНКЕТА
Город: Абакан
Раздел: Физическая культура и спорт

Вопрос № 1. Назовите наиболее значимые результаты работы в 2014 году.
Ответ: Построен ледовый дворец.
Вопрос № 2. Какие достижения коллег из других городов Вы отметили бы?
Ответ: Кемерово — ГТО.
Вопрос № 3. Приоритетные задачи на 2015 год.
Ответ: Провести спартакиаду.
Вопрос № 4. Численность занимающихся. Двенадцать тысяч человек.
Вопрос № 5. Ваши пожелания АСДГ.
Ответ: Больше встреч.
"""
SHORT = """1) Основные достижения
Благоустроено 40 дворов.
2) Основные проблемы
Нет денег на ремонт кровель.
3) Основные задачи на следующий год
Построить полигон.
4) Какая помощь нужна от АСДГ
Методическая.
"""
BULLETS = """г. Бийск, 2016 год. Информатизация

• Что, по Вашему мнению, было самым важным из сделанного в минувшем году?
Внедрена система электронного документооборота.
• С чем справиться не получилось?
Не хватает программистов.
• Чему хотели бы обучить сотрудников?
Защите персональных данных.
"""
NESTED = """Администрация города Усть-Илимска
2020 год
Раздел: Финансы и бюджет
1.1. Что удалось сделать за отчётный период?
Бюджет исполнен.
1.2. Что не удалось сделать за отчётный период?
Сократить долг.
2.1. Что планируется сделать в следующем году?
Внедрить инициативное бюджетирование.
2.2. Какие вопросы вынести на обсуждение?
Межбюджетные отношения.
3. Дополнительная информация
Контактное лицо: Иванова А. А.
"""
ROMAN = """Муниципальное образование город Барнаул
Сведения о работе в сфере жилищно-коммунального хозяйства по итогам 2017 года

I. Достижения отрасли за отчётный год
Заменено 12 км теплосетей.
II. Опыт других муниципалитетов, который показался Вам полезным
Кемерово: капремонт лифтов.
III. Нерешённые проблемы
Износ водопровода.
IV. Планы на 2018 год
Построить станцию.
V. Чем может помочь Ассоциация
Провести семинар.
VI. Предложения по темам обсуждения
Тарифы: кто заплатит за износ?
"""


@pytest.mark.parametrize(
    ("text", "kinds", "last"),
    [
        (CALLED, "achievements colleagues tasks other help", "Больше встреч."),
        (SHORT, "achievements problems tasks help", "Методическая."),
        (BULLETS, "achievements problems training", "Защите персональных данных."),
        (NESTED, "achievements problems tasks discussion other", "Контактное лицо: Иванова А. А."),
        (ROMAN, "achievements colleagues problems tasks help discussion", "Тарифы: кто заплатит за износ?"),
    ],
)
def test_every_question_is_one(text: str, kinds: str, last: str, parser: ReportParser) -> None:
    (report,) = parser.parse(read_blocks(text.encode(), "a.txt"), "a.txt").reports
    assert [passage.kind for passage in report.passages] == kinds.split()
    assert report.passages[-1].text == last
    assert all(passage.question for passage in report.passages)


ASKED = "Что наиболее значительное удалось сделать в 2019 году?"
PLANNED = "Какие задачи планируется решить в 2020 году?"
BUILT = "Построен планетарий на двести мест, в нём занимаются восемьсот школьников."
TO_BUILD = "Открыть оранжерею на набережной."


@pytest.mark.parametrize(
    "lines",
    [
        ("1.", ASKED, BUILT, "2.", PLANNED, TO_BUILD),
        (f"1. {ASKED}", f"Ответ. {BUILT}", f"2. {PLANNED}", f"Ответ. {TO_BUILD}"),
        (f"1. {ASKED}", f"Ответ – {BUILT}", f"2. {PLANNED}", f"Ответ – {TO_BUILD}"),
        (f"Вопрос 1: {ASKED}", f"Ответ 1: {BUILT}", f"Вопрос 2: {PLANNED}", f"Ответ 2: {TO_BUILD}"),
        (f"В: {ASKED}", f"О: {BUILT}", f"В: {PLANNED}", f"О: {TO_BUILD}"),
        (f"В. {ASKED}", f"О. {BUILT}", f"В. {PLANNED}", f"О. {TO_BUILD}"),
        (f"В1. {ASKED}", f"О1. {BUILT}", f"В2. {PLANNED}", f"О2. {TO_BUILD}"),
        (f"В. {ASKED} О. {BUILT} В. {PLANNED} О. {TO_BUILD}",),
        ("В.", ASKED, "О.", BUILT, "В.", PLANNED, "О.", TO_BUILD),
        ("Вопрос:", ASKED, "Ответ:", BUILT, "Вопрос:", PLANNED, "Ответ:", TO_BUILD),
        (f"1.1 {ASKED}", BUILT, f"1.2 {PLANNED}", TO_BUILD),
        (f"| 1. {ASKED} |", "|---|", f"| {BUILT} |", f"| 2. {PLANNED} |", f"| {TO_BUILD} |"),
        (f"Что удалось: {BUILT}", f"Планы на 2020 год: {TO_BUILD}"),
        ("ДОСТИЖЕНИЯ", BUILT, "ЗАДАЧИ НА 2020 ГОД", TO_BUILD),
    ],
)
def test_labels_and_numbers_are_no_part_of_answers(lines: tuple[str, ...], parser: ReportParser) -> None:
    text = "\n".join(("Отчёт администрации города Томска за 2019 год", "Организационная работа", "", *lines))
    (report,) = parser.parse(read_blocks(text.encode(), "a.txt"), "a.txt").reports
    assert [(passage.kind, passage.text) for passage in report.passages] == [
        ("achievements", BUILT),
        ("tasks", TO_BUILD),
    ]


def test_initials_are_no_letters_of_questions_and_answers(parser: ReportParser) -> None:
    names = ("В. Петров возглавил штаб.", "О. Сидорова открыла школу.", "В. И. Ким сдал мост.", "О. П. Ли пела.")
    lines = ("Отчёт администрации города Томска за 2019 год", f"1. {ASKED}", *names, f"2. {PLANNED}", TO_BUILD)
    (report,) = parser.parse(read_blocks("\n".join(lines).encode(), "a.txt"), "a.txt").reports
    assert [passage.text for passage in report.passages] == ["\n".join(names), TO_BUILD]


def test_answers_below_the_list_of_all_questions(parser: ReportParser) -> None:
    questions = [ASKED, "Какие проблемы не удалось решить?", "Какую помощь могла бы оказать Ассоциация?", PLANNED]
    answers = [BUILT, "Не хватило средств.", "Провести семинар.", TO_BUILD]
    lists = [[f"{number}. {line}" for number, line in enumerate(lines, 1)] for lines in (questions, answers)]
    text = "\n".join(("Отчёт города Томска за 2019 год", "Вопросы:", *lists[0], "", "Ответы:", *lists[1]))
    (report,) = parser.parse(read_blocks(text.encode(), "a.txt"), "a.txt").reports
    assert [passage.text for passage in report.passages] == answers


def test_three_questions_above_their_answers(parser: ReportParser) -> None:
    rows = [
        (ASKED, "Какие проблемы не удалось решить?", "Какие успехи коллег Вы бы отметили?"),
        (BUILT, "Не удалось отремонтировать мост.", "Опыт Барнаула по работе с гражданами."),
    ]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    page = f"<html><meta charset=utf-8><h1>Отчёт города Томска за 2019 год</h1><table>{table}</table></html>"
    (report,) = parser.parse(read_blocks(page.encode(), "a.html"), "a.html").reports
    assert [(passage.question, passage.text) for passage in report.passages] == list(zip(*rows, strict=True))


@pytest.mark.parametrize(
    "text", ["Место для ввода текста.", "Щёлкните здесь, чтобы ввести текст.", "Выберите элемент."]
)
def test_a_field_that_nobody_has_filled_in_is_no_answer(text: str, parser: ReportParser) -> None:
    lines = ("Отчёт администрации города Томска за 2019 год", f"1. {ASKED}", text, f"2. {PLANNED}", TO_BUILD)
    (report,) = parser.parse(read_blocks("\n".join(lines).encode(), "a.txt"), "a.txt").reports
    assert [passage.blank for passage in report.passages] == [True, False]


@pytest.mark.parametrize("line", ["_" * 1_000 + " (подпись)", "раздел «" * 9_000])
def test_a_long_line_of_blanks_to_fill_in_takes_no_time(line: str, parser: ReportParser) -> None:
    lines = ("Отчёт администрации города Томска за 2019 год", line, f"1. {ASKED}", BUILT)
    start = time.process_time()
    (report,) = parser.parse(read_blocks("\n".join(lines).encode(), "a.txt"), "a.txt").reports
    assert report.passages[-1].text == BUILT
    assert time.process_time() - start < 5


FIRST_ASKED = "Город Бердск, отчёт за 2019 год|1. Что наиболее значительное удалось сделать в 2019 году?"


@pytest.mark.parametrize(
    ("bold", "first"),
    [
        ("Опыт|Проблемы|2. Какие проблемы не удалось решить?|3. Какие задачи планируется решить в 2020 году?", "дом 3"),
        ("Нерешённые проблемы|2. Какие задачи планируется решить в 2020 году?", "дом 1"),
    ],
    ids=["heads within an answer", "a known question that has lost its number"],
)
def test_bold_lines_without_a_number_among_numbered_questions(bold: str, first: str, parser: ReportParser) -> None:
    lines = f"{FIRST_ASKED}|{bold}".split("|")
    page = "".join(f"<p><b>{line}</b></p><p>Отремонтирован дом {n}.</p>" for n, line in enumerate(lines))
    (report,) = parser.parse(read_blocks(page.encode(), "a.html"), "a.html").reports
    passages = report.passages[-3:]
    assert [passage.kind for passage in passages] == ["achievements", "problems", "tasks"]
    assert first in passages[0].text and ("Опыт" in passages[0].text) == ("Опыт" in bold)
