"""The values of the facets with their counts and labels, in the order they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from indexer.builds.build import Build
from indexer.language.spelling import normal_form
from search_app.request.model import FACETS, FacetValue, SearchRequest, Value


def facet_values(
    request: SearchRequest, counts: Mapping[str, Mapping[Value, int]], build: Build
) -> dict[str, tuple[FacetValue, ...]]:
    """The values of every facet from their counts."""
    return {facet: _facet(facet, request.selected(facet), counts[facet], build) for facet in FACETS}


def _facet(facet: str, selected: Sequence[Value], counts: Mapping[Value, int], build: Build) -> tuple[FacetValue, ...]:
    """Values with passages and the selected ones; by count, then label (years: newest first)."""
    shown = {**dict.fromkeys(selected, 0), **counts}
    if facet == "year":
        years = sorted(shown, key=lambda value: -value if isinstance(value, int) else 0)
        return tuple(
            [FacetValue(year, _facet_label(facet, year, build), shown[year], year in selected) for year in years]
        )
    labels: dict[Value, str] = build.remember(("labels", facet), lambda: _labels(facet, build.values[facet], build))
    if not labels.keys() >= shown.keys():
        labels = _labels(facet, shown, build)
    # Equal counts stay in the order of the labels.
    rows = sorted([(shown[value], value) for value in labels if value in shown], key=itemgetter(0), reverse=True)
    return tuple([FacetValue(value, labels[value], count, value in selected) for count, value in rows])


def _labels(facet: str, values: Iterable[Value], build: Build) -> dict[Value, str]:
    """What a reader sees for values, in the order of that."""
    found = {value: _facet_label(facet, value, build) for value in values}
    return dict(sorted(found.items(), key=lambda item: normal_form(item[1])))


def _facet_label(facet: str, value: Value, build: Build) -> str:
    """What a reader sees for a facet's value."""
    if value is None:
        return "не определено"
    if facet == "kind":
        kind = build.vocabulary.kind(str(value))
        return kind.label if kind else str(value)
    if facet == "size":
        size = build.vocabulary.size(str(value))
        return size.label if size else str(value)
    return str(value)
