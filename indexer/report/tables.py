"""Question | answer tables taken apart into questions and answers; other rows stay whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from indexer.model import Block
from indexer.report.wording import words
from indexer.vocabulary import ReportWords

IsQuestion = Callable[[Block], bool]

_NUMBER = re.compile(r"(?:№\s*)?\d{1,2}(?:\.\d{1,2})?[.)]?")
_HEADER_LEVEL = 6
"""A table's header is a title, the least of all."""
_QUESTION_LEVEL = 7
"""Below all headings: what stands in the column of questions is set apart in one way, whatever its words."""


def expand_tables(blocks: Iterable[Block], is_question: IsQuestion, vocabulary: ReportWords) -> Iterator[Block]:
    """The same blocks with the rows of question | answer tables as question and answer blocks."""
    for is_table, group in groupby(blocks, key=lambda block: bool(block.cells)):
        if is_table:
            rows = list(group)
            above = _fields_above(rows, vocabulary)
            yield from map(_one_line, rows[:above])
            yield from _tables(rows[above:], is_question, vocabulary) if rows[above:] else ()
        else:
            yield from group


def _fields_above(rows: list[Block], vocabulary: ReportWords) -> int:
    """How many rows above a table say whose it is: «Город | Томск», «Год | 2019»."""
    fields = _labels(vocabulary, "city", "year", "section")
    names = fields | _labels(vocabulary, "question", "answer", "number")
    for count, row in enumerate(rows):
        printed = _printed(row)
        if len(printed) != 2 or _label(printed[0]) not in fields or _label(printed[1]) in names:
            return count
    return 0


def _tables(rows: list[Block], is_question: IsQuestion, vocabulary: ReportWords) -> Iterator[Block]:
    """A table whose columns name city, year or section, as databases write them: a table for each, the names above."""
    asked = _asked_above(rows, is_question, vocabulary)
    titles = _title_columns(rows, vocabulary) if asked or _has_questions(rows, vocabulary) else []
    if not titles and not asked:
        yield from _table(rows, is_question, vocabulary)
        return
    head, *rest = rows
    for values, group in groupby(rest, key=lambda row: tuple(_at(row, column) for column in titles)):
        for column, value in zip(titles, values, strict=True):
            if value:
                yield Block(f"{head.cells[column].strip()}: {value}", heading=1)
        if asked:
            yield from _asked_of(head, list(group), asked, titles, vocabulary)
        else:
            yield from _table([_without(row, titles) for row in (head, *group)], is_question, vocabulary)


def _has_questions(rows: list[Block], vocabulary: ReportWords) -> bool:
    """Whether a table says that one of its columns holds questions."""
    return len(rows) > 1 and any(_label(cell) in _labels(vocabulary, "question") for cell in rows[0].cells)


def _title_columns(rows: list[Block], vocabulary: ReportWords) -> list[int]:
    """The columns of city, year and section."""
    names = _labels(vocabulary, "city", "year", "section")
    return [column for column, cell in enumerate(rows[0].cells) if _label(cell) in names]


def _asked_above(rows: list[Block], is_question: IsQuestion, vocabulary: ReportWords) -> list[int]:
    """The columns under a question, where questions are a table's head: so forms on the web give what was answered."""

    def asks(cell: str) -> bool:
        return is_question(Block(cell.strip().replace("\n", " "), emphasis=True))

    head, *rest = rows
    asked = [column for column, cell in enumerate(head.cells) if cell.strip() and asks(cell)]
    if len(asked) < 2 or not rest or _has_questions(rows, vocabulary):
        return []
    if _title_columns(rows, vocabulary):
        return asked
    # Without names there must be nothing else, and no questions below: of two columns the second may seem to ask too.
    others = [cell for column, cell in enumerate(head.cells) if column not in asked]
    alone = all(not cell.strip() or _label(cell) in _labels(vocabulary, "number") for cell in others)
    # Questions down the rows stand in the first of the columns.
    again = [
        row for row in rest if asked[0] < len(row.cells) and row.cells[asked[0]].strip() and asks(row.cells[asked[0]])
    ]
    return asked if alone and not again else []


def _asked_of(
    head: Block, rows: list[Block], asked: list[int], titles: list[int], vocabulary: ReportWords
) -> Iterator[Block]:
    """What else the rows tell, then each question with what stands below it."""
    passed_over = _labels(vocabulary, "number")
    for column, cell in enumerate(head.cells):
        if column not in asked and column not in titles and _label(cell) not in passed_over:
            for value in filter(None, (_at(row, column) for row in rows)):
                yield Block(f"{cell.strip()}: {value}" if cell.strip() else value)
    for column in asked:
        yield Block(head.cells[column].strip().replace("\n", " "), emphasis=True, heading=_QUESTION_LEVEL)
        for row in rows:
            yield from _cell(row.cells[column] if column < len(row.cells) else "")


def _at(row: Block, column: int) -> str:
    return " ".join(row.cells[column].split()) if column < len(row.cells) else ""


def _without(row: Block, columns: list[int]) -> Block:
    return row.with_cells(cell for column, cell in enumerate(row.cells) if column not in columns)


def _table(rows: list[Block], is_question: IsQuestion, vocabulary: ReportWords) -> Iterator[Block]:
    rows = _questions_first([row for row in rows if any(cell.strip() for cell in row.cells)], is_question, vocabulary)
    column = _question_column(rows, is_question, vocabulary)
    below = False
    for row in rows:
        if column is None:
            question = _lone_question(row, is_question)
            if question:
                yield question
            elif below and len(_printed(row)) == 1:
                yield from _cell(_printed(row)[0])
            else:
                yield _one_line(row)
            below = question is not None or (below and len(_printed(row)) == 1)
        elif _is_header(row, vocabulary):
            yield replace(_one_line(row), cells=(), heading=_HEADER_LEVEL)
        else:
            yield from _row(row, column, _labels(vocabulary, "answer"))


def _questions_first(rows: list[Block], is_question: IsQuestion, vocabulary: ReportWords) -> list[Block]:
    """The rows with the column of questions before that of answers: «Ответ | Вопрос» is read as «Вопрос | Ответ»."""
    moved = _named_in_turn(rows, vocabulary) or _asked_behind(rows, is_question, vocabulary)
    if moved is None:
        return rows
    answers, asking = moved
    return [row.with_cells(_moved(row.cells, asking, answers)) for row in rows]


def _moved(cells: tuple[str, ...], source: int, target: int) -> tuple[str, ...]:
    if len(cells) <= source:
        return cells
    return (*cells[:target], cells[source], *cells[target:source], *cells[source + 1 :])


def _named_in_turn(rows: list[Block], vocabulary: ReportWords) -> tuple[int, int] | None:
    """The columns of answers and questions of a head that names them in this order."""
    for row in rows[:2]:
        labels = [_label(cell) for cell in row.cells]
        asking = [column for column, label in enumerate(labels) if label in _labels(vocabulary, "question")]
        answers = [column for column, label in enumerate(labels) if label in _labels(vocabulary, "answer")]
        if len(asking) == 1 and len(answers) == 1:
            return (answers[0], asking[0]) if answers < asking else None
    return None


def _asked_behind(rows: list[Block], is_question: IsQuestion, vocabulary: ReportWords) -> tuple[int, int] | None:
    """The columns of a table without a head whose last cells are questions, and only they, with one cell before."""

    def asks(cell: str) -> bool:
        return is_question(Block(cell.strip().replace("\n", " "), emphasis=True))

    width = len(rows[0].cells) if rows else 0
    if len(rows) < 2 or width < 2 or any(len(row.cells) != width for row in rows):
        return None
    numbers = _labels(vocabulary, "number")
    if not all(_NUMBER.fullmatch(cell.strip()) or _label(cell) in numbers for row in rows for cell in row.cells[:-2]):
        return None
    behind = all(asks(row.cells[-1]) and not asks(row.cells[-2]) for row in rows)
    return (width - 2, width - 1) if behind else None


def _lone_question(row: Block, is_question: IsQuestion) -> Block | None:
    """The question of a row that holds nothing else but its number: the answer stands below, over all columns."""
    *number, text = _printed(row) or [""]
    if len(number) > 1 or not all(_NUMBER.fullmatch(cell) for cell in number):
        return None
    question = Block(text.replace("\n", " "), marker=number[0] if number else "", emphasis=True)
    return question if text and is_question(Block(question.text, emphasis=True)) else None


def _printed(row: Block) -> list[str]:
    return [cell.strip() for cell in row.cells if cell.strip()]


def _question_column(rows: list[Block], is_question: IsQuestion, vocabulary: ReportWords) -> int | None:
    """The column that holds questions, if an answer column follows; the header tells, or the cells themselves."""
    for row in rows[:2]:
        for column, cell in enumerate(row.cells[:-1]):
            if _label(cell) in _labels(vocabulary, "question"):
                return column
    votes: dict[int, int] = {}
    for row in rows:
        for column, cell in enumerate(row.cells[:-1]):
            if is_question(Block(cell.strip().replace("\n", " "), emphasis=True)):
                votes[column] = votes.get(column, 0) + 1
    best = max(votes, key=lambda column: votes[column], default=None)
    # A table with a stray question in one of many rows is data; a row or two may be reworded beyond recognition.
    return best if best is not None and votes[best] * 2 >= len([row for row in rows if len(row.cells) > best]) else None


def _is_header(row: Block, vocabulary: ReportWords) -> bool:
    """«№ | Вопрос | Ответ», «Вопрос | Ответ | Примечание»"""
    names = _labels(vocabulary, "question", "answer", "number")
    known = [_label(cell) in names for cell in row.cells if cell.strip()]
    return all(known) or (any(_label(cell) in _labels(vocabulary, "question") for cell in row.cells) and sum(known) > 1)


def _row(row: Block, column: int, answers: frozenset[str]) -> Iterator[Block]:
    """The question of a row and its answer; «| Ответ | Построена школа |» below a question has but the answer."""
    question = row.cells[column].strip().replace("\n", " ") if column < len(row.cells) else ""
    if _label(question) in answers and any(cell.strip() for cell in row.cells[column + 1 :]):
        question = ""
    number = " ".join(cell.strip() for cell in row.cells[:column] if cell.strip())
    if question:
        yield Block(question, marker=number, emphasis=True, heading=_QUESTION_LEVEL)
    elif number:
        yield Block(number)
    for cell in row.cells[column + 1 :]:
        yield from _cell(cell)


def _cell(cell: str) -> Iterator[Block]:
    for line in cell.split("\n"):
        if line.strip():
            yield Block(line.strip())


def _one_line(row: Block) -> Block:
    return row.with_cells(" ".join(cell.split()) for cell in row.cells)


def _labels(vocabulary: ReportWords, *which: str) -> frozenset[str]:
    return frozenset(_label(label) for name in which for label in vocabulary.labels[name])


def _label(cell: str) -> str:
    return " ".join(words(cell)) or cell.strip()
