"""The words that a city uses more than others do, ready to print."""

from __future__ import annotations

from dataclasses import dataclass

from search_app.engine.door import Engine
from search_app.request.addresses import search_url
from search_app.request.model import SearchRequest
from search_app.wording.numbers import grouped, plural

SHOWN = 40


@dataclass(frozen=True, slots=True)
class CityWord:
    """One word in dictionary form."""

    word: str
    url: str
    count: int
    """Answers of the city that have it."""
    times: float
    """How many times more often than in the other cities' answers; 0 where they never use it."""

    @property
    def words(self) -> str:
        """«в 3,5 раза чаще», «в 21 раз чаще»."""
        if not self.times:
            return "только здесь"
        if self.times < 10:
            return f"в {self.times:.1f} раза чаще".replace(".", ",")
        whole = round(self.times)
        return f"в {grouped(whole)} {plural(whole, 'раз', 'раза', 'раз')} чаще"


def city_words(name: str, engine: Engine) -> tuple[CityWord, ...]:
    """The most telling words of the city's answers; none where the archive has no other city's."""
    found = (
        (use, SearchRequest(q=use.word, city=(name,), as_typed=True, synonyms=False))
        for use in engine.words_of_city(name, SHOWN)
    )
    counted = ((use, asked, engine.total(asked)) for use, asked in found)
    return tuple(CityWord(use.word, search_url(asked), total, use.times) for use, asked, total in counted if total)
