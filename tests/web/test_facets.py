"""Facet counts → what the template prints."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote_plus

from indexer.vocabulary import load
from search_app.request.addresses import Addresses
from search_app.request.model import FacetValue, SearchPage, SearchRequest
from search_app.web.parts.choices import choices
from search_app.web.parts.facets import SHOWN_AT_ONCE, chips, facet_panels, year_chart

REQUEST = SearchRequest(q="парк", city=("Омск", None), year_from=2019, page=4, fold=True)


def test_short_lists_are_shown_whole() -> None:
    values = (
        FacetValue("Омск", "Омск", 8, True),
        FacetValue("Томск", "Томск", 2, False),
        FacetValue(None, "не определено", 0, True),
    )
    (panel,) = facet_panels(SearchPage(REQUEST, 10, 1, (), {"city": values}), load())
    assert (panel.name, panel.title, panel.values, panel.more) == ("city", "Город", values, ())


def test_each_value_is_a_check_box_of_the_form() -> None:
    found = choices("city", (FacetValue("О<ск", "О<ск", 12_345, True), FacetValue(None, "не определено", 2, False)))
    assert str(found) == (
        '<li><label class="choice"><input type="checkbox" form="search" name="city" value="О&lt;ск" checked>'
        '<span class="choice-label">О&lt;ск</span>'
        '<span class="count"><span class="unseen">ответов: </span>12\u202f345</span></label></li>\n'
        '<li><label class="choice"><input type="checkbox" form="search" name="city" value="none">'
        '<span class="choice-label">не определено</span>'
        '<span class="count"><span class="unseen">ответов: </span>2</span></label></li>\n'
    )


def test_bars_lead_to_the_results_with_or_without_their_year() -> None:
    request = replace(REQUEST, year=(2020,), year_from=None)
    counts = (FacetValue(2020, "2020", 4, True), FacetValue(2022, "2022", 8, False))
    chart = year_chart(SearchPage(request, 12, 1, (), {"year": counts}), Addresses(request))
    assert chart is not None
    assert [(bar.year, bar.count, bar.inside, unquote_plus(bar.toggle_url)) for bar in chart.bars] == [
        (2020, 4, True, "/search?q=парк&city=Омск&city=none"),
        (2021, 0, False, "/search?q=парк&city=Омск&city=none&year=2021"),
        (2022, 8, False, "/search?q=парк&city=Омск&city=none&year=2022"),
    ]


def test_long_lists_are_folded_but_never_over_a_selection() -> None:
    def panel(selected: int) -> tuple[int, int, bool]:
        values = tuple(FacetValue(f"Раздел {n}", f"Раздел {n}", 1, n == selected) for n in range(20))
        (found,) = facet_panels(SearchPage(SearchRequest(), 20, 1, (), {"section": values}), load())
        return len(found.values), len(found.more), found.opened

    assert panel(selected=0) == (SHOWN_AT_ONCE, 20 - SHOWN_AT_ONCE, False)
    assert panel(selected=19) == (SHOWN_AT_ONCE, 20 - SHOWN_AT_ONCE, True)


def test_chips() -> None:
    found = [(chip.title, chip.label, unquote_plus(chip.remove_url)) for chip in chips(REQUEST, load())]
    assert found == [
        ("Город", "Омск", "/search?q=парк&city=none&year_from=2019"),
        ("Город", "не определено", "/search?q=парк&city=Омск&year_from=2019"),
        ("Годы", "с 2019 года", "/search?q=парк&city=Омск&city=none"),
    ]


def test_bands_of_population_rise_on_the_page() -> None:
    values = tuple(
        FacetValue(one, str(one), count, False) for one, count in (("over-500", 9), ("under-50", 5), (None, 3))
    )
    (panel,) = facet_panels(SearchPage(SearchRequest(), 17, 1, (), {"size": values}), load())
    assert [value.value for value in panel.values] == ["under-50", "over-500", None]
