"""Equations and readings that Word keeps in the instruction of a field: what they print, never the instruction."""

import pytest

from indexer.readers.instructions import drawn_by
from indexer.readers.raised import settled
from tests.readers.making import converted, docx_of, lines

CASES = [
    (r"EQ \f(3;4)", "3/4"),
    (r"EQ \f(3,5;4)", "3,5/4"),  # a comma is a decimal point where semicolons part
    (r"EQ \f(1\,5,2)", "1,5/2"),
    (r"EQ \f(\f(1;2);3)", "(1/2)/3"),
    (r"EQ \r(3;x+1)", "(3)√(x+1)"),
    (r"EQ \r(2)", "√2"),
    (r"EQ 10\s\up8(6)", "10^6"),
    (r"EQ H\s\do8(2)O", "H2O"),
    (r"EQ \b\lc\[\rc\] (a+b)", "[a+b]"),
    (r"EQ \b \bc\{ (\f(1;2))", "{1/2}"),
    (r"EQ \i \su(1;n;x)", "∑(1..n) x"),
    (r"EQ \a \al \co2 (1;2;3;4)", "1 2 3 4"),
    (r"EQ \l(1;2), всего", "1, 2, всего"),
    (r"EQ \x \to \bo(5)", "5"),
    (r"EQ \o\ac(○,1)", "○ 1"),
    (r"EQ а\d\fo20()б", "а б"),
    (r"EQ \f(1;2", "1/2"),
    (r'EQ \* jc2 \* "Font:MS Mincho" \* hps10 \o\ad(\s\up 9(чтение),東京)', "東京"),
    (r'EQ \* jc2 \* hps10 \o(\s\up 9(1,2),"город")', '"город"'),
    (r"MERGEFIELD a", ""),
]


@pytest.mark.parametrize(("instruction", "printed"), CASES)
def test_what_an_equation_prints(instruction: str, printed: str) -> None:
    assert settled(drawn_by(instruction)) == printed


def test_brackets_without_end_are_no_hang() -> None:
    assert "\\" not in drawn_by("EQ " + r"\f(" * 20_000 + "1")


RUBY = (
    "<w:p %><w:r><w:t xml:space='preserve'>Построен </w:t></w:r><w:r><w:ruby><w:rubyPr/>"
    "<w:rt><w:r><w:t>звёздный дом</w:t></w:r></w:rt>"
    "<w:rubyBase><w:r><w:t>планетарий</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    "<w:r><w:t xml:space='preserve'> на двести мест.</w:t></w:r></w:p>"
)


def test_a_word_with_its_reading() -> None:
    assert lines(docx_of(RUBY)) == ["Построен планетарий на двести мест."]


@pytest.mark.parametrize("kind", ["doc", "rtf", "odt"])
def test_a_word_with_its_reading_saved_by_another_program(kind: str) -> None:
    assert lines(converted(docx_of(RUBY), "docx", kind)) == ["Построен планетарий на двести мест."]
