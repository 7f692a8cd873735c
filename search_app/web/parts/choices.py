"""The choices of facets as HTML, check boxes and years: joined from kept pieces, for hundreds stand on a page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from markupsafe import Markup

from search_app.request.addresses import to_text
from search_app.request.model import FacetValue
from search_app.web.parts.facets import YearChart
from search_app.wording.numbers import grouped


def choices(facet: str, values: Iterable[FacetValue]) -> Markup:
    """A list item with a check box for each value of a facet, belonging to the form ``search``."""
    items: list[str] = []
    for one in values:
        box, label = _pieces(facet, to_text(one.value), one.label)
        items += (box, " checked" if one.selected else "", label, grouped(one.count), _END)
    return Markup("".join(items))  # Every piece is markup of our own or escaped.


_END = "</span></label></li>\n"


def year_bars(chart: YearChart) -> Markup:
    """The bars of the years, each a link."""
    return Markup(
        "".join(
            f'<a href="{escape(bar.toggle_url)}" tabindex="-1"><title>{bar.year}: {grouped(bar.count)}</title>'
            f'<rect class="ground" x="{bar.x}" width="{bar.width}" height="{chart.height}"/>'
            f"<rect{_INSIDE[bar.inside]} "
            f'x="{bar.x}" y="{chart.height - bar.height}" width="{bar.width}" height="{bar.height}"/></a>\n'
            for bar in chart.bars
        )
    )


_INSIDE = {True: "", False: ' class="outside"'}


@lru_cache(maxsize=1000)
def year_options(years: tuple[int, ...], chosen: int | None) -> Markup:
    """The options of a list of years."""
    marked = {chosen: " selected"}
    return Markup("".join(f"<option{marked.get(year, '')}>{year}</option>" for year in years))


@lru_cache(maxsize=20_000)
def _pieces(facet: str, value: str, label: str) -> tuple[str, str]:
    """What stands before the mark of a chosen value, and between it and the count."""
    box = f'<li><label class="choice"><input type="checkbox" form="search" name="{facet}" value="{escape(value)}"'
    shown = f'><span class="choice-label">{escape(label)}</span>'
    return box, f'{shown}<span class="count"><span class="unseen">ответов: </span>'
