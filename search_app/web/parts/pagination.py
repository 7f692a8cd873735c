"""Which page links stand under the results, by the GOV.UK conventions: first, last, the current and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace

from search_app.request.addresses import Addresses, results_url, search_url
from search_app.request.model import SearchRequest


@dataclass(frozen=True, slots=True)
class PageLink:
    """A numbered link; ``number`` 0 is an ellipsis for the pages left out."""

    number: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Pagination:
    """The links of one page of results."""

    links: tuple[PageLink, ...]
    previous_url: str | None
    next_url: str | None


def pagination(current: int, last: int, addresses: Addresses) -> Pagination | None:
    """The links of the current one of ``last`` pages; ``None`` where everything fits one page."""
    if last <= 1:
        return None
    numbers = shown_numbers(current, last)
    urls = {number: results_url(addresses.of(page=number)) for number in (*numbers, current - 1, current + 1)}
    return Pagination(
        links=tuple(PageLink(number, urls[number], number == current) if number else PageLink(0) for number in numbers),
        previous_url=urls[current - 1] if current > 1 else None,
        next_url=urls[current + 1] if current < last else None,
    )


def page_url(request: SearchRequest, number: int) -> str:
    """The address of page ``number`` of the same results."""
    return search_url(replace(request, page=number))


def shown_numbers(current: int, last: int) -> list[int]:
    """The page numbers to print in order, 0 for an ellipsis, which never stands for one page alone."""
    kept = sorted({1, last, *range(max(1, current - 1), min(last, current + 1) + 1)})
    numbers: list[int] = []
    for before, number in zip([0, *kept], kept, strict=False):
        gap = number - before - 1
        numbers += [number - 1] if gap == 1 else [0] * (gap > 1)
        numbers.append(number)
    return numbers
