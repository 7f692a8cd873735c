"""Numbers stay what they are: two are never one, and what is one is found however it is written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.language.analysis import Analyzer, shared_analyzer
from indexer.vocabulary import load

BLANKS = " \u00a0\u2007\u2009\u202f"

# text | the numbers in it that are one thing
APART = """
в 2019 500 детей                    | 2019 500
5. 100 деревьев                     | 5 100
№ 5 200 учеников                    | 5 200
школа N 5 200 мест                  | 5 200
8 800 555 35 35                     | 8 800 555 35 35
+7 913 555 100                      | 7 913 555 100
(3822) 526 600                      | 3822 526 600
10 20 30                            | 10 20 30
12 5000                             | 12 5000
0 500                               | 0 500
100 2000                            | 100 2000
5, 120                              | 5 120
5; 120                              | 5 120
1 200 000                           | 1200000
999 999 999 999                     | 999999999999
12 500,75                           | 12500,75
"""


@pytest.mark.parametrize("row", APART.strip().splitlines())
def test_numbers_side_by_side(row: str, analyzer: Analyzer) -> None:
    text, expected = (cell.strip() for cell in row.split("|"))
    assert [lemma for lemma in _first_lemmas(text, analyzer) if lemma[0].isdigit()] == expected.split()


def _first_lemmas(text: str, analyzer: Analyzer) -> list[str]:
    return [form.lemmas[0][0] for form, _, _ in analyzer.forms(text)]


@given(st.integers(0, 10**15), st.sampled_from([*BLANKS, ".", "'"]))
def test_groups_do_not_matter(number: int, sign: str) -> None:
    analyzer = shared_analyzer(load())
    grouped = f"{number:,}".replace(",", sign)
    found = [form.lemmas for form, _, _ in analyzer.forms(f"всего {grouped} рублей")]
    plain = analyzer.chunk(str(number))[0].lemmas[0]
    if 10**3 <= number < 10**12 or number < 10**3:
        assert plain in found[1]
        assert len(found) == 3


@given(
    st.lists(st.integers(0, 99_999), min_size=2, max_size=5),
    st.sampled_from([", ", "; ", ". ", " и ", "\n", "\t", "  ", ") "]),
)
def test_two_numbers_are_never_glued(numbers: list[int], between: str) -> None:
    analyzer = shared_analyzer(load())
    text = between.join(map(str, numbers))
    found = [lemma for lemma in _first_lemmas(text, analyzer) if lemma.isdigit()]
    assert found == [str(number) for number in numbers]


@given(st.integers(1900, 2099), st.integers(100, 999), st.sampled_from(BLANKS))
def test_a_year_is_no_group(year: int, number: int, blank: str) -> None:
    analyzer = shared_analyzer(load())
    assert _first_lemmas(f"в {year}{blank}{number} детей", analyzer)[1:3] == [str(year), str(number)]


TEXTS = st.text(alphabet="0123456789 \u00a0\u202f.,:/-–—№#N+()нФЗктвмио²\u00ad\n", max_size=60)


@given(TEXTS)
def test_offsets_lie_within_and_nothing_is_invented(text: str) -> None:
    analyzer = shared_analyzer(load())
    place = 0
    digits = 0
    for form, start, end in analyzer.forms(text):
        assert place <= start < end <= len(text)
        assert "\n" not in text[start:end]
        place = start
        digits += len(re.findall(r"\d", text[start:end]))
        assert form.exact and form.lemmas and form.sought
        assert all(lemma and not lemma.isspace() for lemma, _ in form.lemmas)
    assert digits == len(re.findall(r"\d", text))


@given(TEXTS)
def test_a_key_names_one_form(text: str) -> None:
    analyzer = shared_analyzer(load())
    known: dict[str, object] = {}
    for form, _, _ in analyzer.forms(text):
        content = (form.exact, form.lemmas, form.asked)
        assert known.setdefault(form.key, content) == content
