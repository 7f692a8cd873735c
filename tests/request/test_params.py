"""URL ⇄ SearchRequest."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.vocabulary import load
from search_app.request.addresses import Addresses, pairs, readable, to_query, toggle, without
from search_app.request.model import SearchRequest
from search_app.request.params import MAX_QUERY_LENGTH, ParameterErrors, parse

VOCABULARY = load()
KNOWN = {"city": ["Омск", "Новый Посёлок", None], "year": [2020, 2021]}

READ = [
    # address, what is asked
    ("", SearchRequest()),
    ("q=онлайн+режим", SearchRequest(q="онлайн режим")),
    ("q=%20%09онлайн%0A%00режим%20", SearchRequest(q="онлайн режим")),
    ("city=Омск&city=Томск", SearchRequest(city=("Омск", "Томск"))),
    ("city=г.+омск&city=ОМСК&city=omsk", SearchRequest(city=("Омск",))),
    ("city=новый+поселок", SearchRequest(city=("Новый Посёлок",))),
    ("city=none&year=none", SearchRequest(city=(None,), year=(None,))),
    ("city=&year=&q=&kind=", SearchRequest()),
    ("section=жкх", SearchRequest(section=("Жилищно-коммунальное хозяйство",))),
    ("kind=achievements&kind=Что+удалось", SearchRequest(kind=("achievements",))),
    ("region=кузбасс&region=none", SearchRequest(region=("Кемеровская область", None))),
    ("size=over-500&size=50–100+тыс.", SearchRequest(size=("over-500", "50-100"))),
    ("size=крупные", SearchRequest(size=("250-500",))),
    ("like=г.+бийск", SearchRequest(like="Бийск")),
    ("year=2021&year=2019", SearchRequest(year=(2021, 2019))),
    ("year_from=2019&year_to=2022", SearchRequest(year_from=2019, year_to=2022)),
    ("sort=newest&page=3&per_page=100", SearchRequest(sort="newest", page=3, per_page=100)),
    ("page=2&page=5", SearchRequest(page=5)),
    ("as_typed=1&synonyms=0&repeats=fold", SearchRequest(as_typed=True, synonyms=False, fold=True)),
    ("meaning=0", SearchRequest(meaning=False)),
    ("utm_source=letter&_=1", SearchRequest()),
]

REFUSED = [
    # address, faulty parameters
    ("city=Атлантида", ["city"]),
    ("year=позапрошлый", ["year"]),
    ("year=20211&year=-5&year=２０２１", ["year", "year", "year"]),
    ("year_from=abc&year_to=1e3", ["year_from", "year_to"]),
    ("year_from=2022&year_to=2019", ["year_from"]),
    ("per_page=101", ["per_page"]),
    ("per_page=0&page=0&sort=best", ["sort", "page", "per_page"]),
    ("page=99999999", ["page"]),
    ("page=1_0", ["page"]),
    ("topic=ы&kind=ы&section=ы", ["topic", "kind", "section"]),
    ("as_typed=maybe&synonyms=2&repeats=hide", ["as_typed", "synonyms", "repeats"]),
    ("region=Атлантида&size=огромные&like=none", ["region", "size", "like"]),
    ("city=Атлантида&city=Омск&year=x&per_page=500", ["city", "year", "per_page"]),
    ("q=" + "я" * (MAX_QUERY_LENGTH + 1), ["q"]),
]


def read(address: str, *, folds: bool = False) -> SearchRequest:
    return parse(parse_qs(address, keep_blank_values=True), VOCABULARY, KNOWN, folds=folds)


@pytest.mark.parametrize(("address", "request_"), READ)
def test_read(address: str, request_: SearchRequest) -> None:
    assert read(address) == request_


@pytest.mark.parametrize(("address", "names"), REFUSED)
def test_all_faults_are_told_at_once(address: str, names: list[str]) -> None:
    with pytest.raises(ParameterErrors) as caught:
        read(address)
    assert [fault.name for fault in caught.value.faults] == names
    assert all(fault.message.endswith(".") and len(fault.value) <= 100 for fault in caught.value.faults)


def test_pages_fold_unless_told_otherwise() -> None:
    assert read("", folds=True).fold
    assert not read("repeats=show", folds=True).fold
    assert to_query(SearchRequest(fold=True)) == ""
    assert to_query(SearchRequest(fold=False)) == "repeats=show"
    assert to_query(SearchRequest(fold=False), folds=False) == ""


def test_one_address_for_one_search() -> None:
    first = read("year=2021&city=Томск&q=парк&city=Омск&year=2020&city=none")
    second = read("city=none&city=Омск&q=парк&city=Томск&year=2020&year=2021")
    assert to_query(first, folds=False) == to_query(second, folds=False)


def test_a_change_leads_to_the_first_page() -> None:
    request = SearchRequest(q="парк", page=7, fold=True)
    assert "page" not in to_query(request, sort="newest")
    assert to_query(request, page=8).endswith("page=8")
    assert to_query(request).endswith("page=7")


def test_toggle_adds_and_takes_away() -> None:
    request = SearchRequest(q="парк", city=("Омск",), page=3)
    both = toggle(request, "city", "Томск")
    assert both == SearchRequest(q="парк", city=("Омск", "Томск"))
    assert toggle(both, "city", "Томск") == replace(request, page=1)
    assert toggle(request, "year", None).year == (None,)


def test_a_name_of_several_regions_means_all_of_them() -> None:
    regions = read("region=Дальний+Восток").region
    assert {"Приморский край", "Хабаровский край"} <= set(regions)
    assert "Омская область" not in regions


def test_without_filters_keeps_the_words() -> None:
    request = SearchRequest(q="парк", city=("Омск",), year=(2020,), year_from=2019, sort="newest", page=2)
    assert without(request) == SearchRequest(q="парк", sort="newest")
    assert without(request, "q", "year") == SearchRequest(city=("Омск",), year_from=2019, sort="newest")


requests = st.builds(
    SearchRequest,
    q=st.text(max_size=80).map(lambda text: parse({"q": [text]}, VOCABULARY).q),
    city=st.lists(st.sampled_from(["Омск", "Томск", "Новый Посёлок", None]), unique=True).map(tuple),
    year=st.lists(st.sampled_from([2014, 2021, None]), unique=True).map(tuple),
    kind=st.lists(st.sampled_from(["achievements", "tasks", None]), unique=True).map(tuple),
    year_from=st.none() | st.integers(1900, 2000),
    year_to=st.none() | st.integers(2000, 2100),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    page=st.integers(1, 10_000),
    per_page=st.integers(1, 100),
    as_typed=st.booleans(),
    synonyms=st.booleans(),
    meaning=st.booleans(),
    fold=st.booleans(),
)


@given(requests, st.booleans())
def test_an_address_means_the_request_it_was_made_of(request_: SearchRequest, folds: bool) -> None:
    again = read(to_query(request_, folds=folds), folds=folds)
    as_sets = {name: set(request_.selected(name)) for name in ("city", "year", "kind")}
    assert {name: set(again.selected(name)) for name in as_sets} == as_sets
    rest = {"city": (), "year": (), "kind": ()}
    assert replace(again, **rest) == replace(request_, **rest)


@given(
    st.dictionaries(st.sampled_from(["q", "city", "year", "page", "sort", "topic"]), st.lists(st.text(), max_size=3))
)
def test_nothing_but_parameter_errors_is_raised(args: dict[str, list[str]]) -> None:
    try:
        parse(args, VOCABULARY, KNOWN)
    except ParameterErrors as errors:
        assert errors.faults


@given(st.text(max_size=50))
def test_readable_addresses_mean_the_same(text: str) -> None:
    query = urlencode({"q": text}, errors="replace")
    assert parse_qs(readable([("q", text)])) == parse_qs(query)


def test_readable_addresses_keep_what_has_a_meaning() -> None:
    assert readable([("q", "парк & №1 «сад»#ё")]) == "q=парк+%26+%E2%84%961+%C2%ABсад%C2%BB%23ё"


@given(requests, st.data())
def test_a_changed_address_is_that_of_the_changed_request(request_: SearchRequest, data: st.DataObject) -> None:
    names = ["city", "year", "sort", "page", "per_page", "as_typed", "synonyms", "fold", "year_from", "view"]
    other = data.draw(requests)
    changes = {name: getattr(other, name) for name in data.draw(st.lists(st.sampled_from(names), unique=True))}
    changed = replace(request_, **{"page": 1, **changes})
    assert Addresses(request_).of(**changes) == readable(pairs(changed))
