"""Facet counts → what the template prints."""

from __future__ import annotations

from urllib.parse import unquote_plus

from indexer.vocabulary import load
from search_app.facets import SHOWN_AT_ONCE, chips, facet_panels
from search_app.model import FacetValue, SearchPage, SearchRequest

REQUEST = SearchRequest(q="парк", city=("Омск", None), year_from=2019, page=4, fold=True)


def test_values_know_their_addresses_and_shares() -> None:
    values = (
        FacetValue("Омск", "Омск", 8, True),
        FacetValue("Томск", "Томск", 2, False),
        FacetValue(None, "", 0, True),
    )
    page = SearchPage(REQUEST, 10, 1, (), {"city": values})
    (panel,) = facet_panels(page, load())
    assert (panel.name, panel.title, panel.more) == ("city", "Город", ())
    assert [(link.value, link.label, link.count, link.share) for link in panel.links] == [
        ("Омск", "Омск", 8, 100),
        ("Томск", "Томск", 2, 25),
        ("none", "не определено", 0, 0),
    ]
    assert [unquote_plus(link.toggle_url) for link in panel.links] == [
        "/search?q=парк&city=none&year_from=2019",
        "/search?q=парк&city=Омск&city=Томск&city=none&year_from=2019",
        "/search?q=парк&city=Омск&year_from=2019",
    ]


def test_long_lists_are_folded_but_never_over_a_selection() -> None:
    def panel(selected: int) -> tuple[int, int, bool]:
        values = tuple(FacetValue(f"Раздел {n}", f"Раздел {n}", 1, n == selected) for n in range(20))
        (found,) = facet_panels(SearchPage(SearchRequest(), 20, 1, (), {"section": values}), load())
        return len(found.links), len(found.more), found.opened

    assert panel(selected=0) == (SHOWN_AT_ONCE, 20 - SHOWN_AT_ONCE, False)
    assert panel(selected=19) == (SHOWN_AT_ONCE, 20 - SHOWN_AT_ONCE, True)


def test_chips() -> None:
    found = [(chip.title, chip.label, unquote_plus(chip.remove_url)) for chip in chips(REQUEST, load())]
    assert found == [
        ("Город", "Омск", "/search?q=парк&city=none&year_from=2019"),
        ("Город", "не определено", "/search?q=парк&city=Омск&year_from=2019"),
        ("Годы", "с 2019 года", "/search?q=парк&city=Омск&city=none"),
    ]
