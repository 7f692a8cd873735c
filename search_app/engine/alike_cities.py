"""The cities of the archive most like a city: near in population, of the same region first; told why."""

from __future__ import annotations

import math

from indexer.builds.build import Build
from indexer.vocabulary import City
from search_app.request.model import AlikeCity

MOST = 10
"""Cities that count as like another one."""
NEAR = 2.0
"""Times that populations may differ…"""
NEAR_IN_REGION = 3.0
"""…and within a region, whose towns share laws, climate and neighbours."""

_ELSEWHERE = math.log(1.5)
"""Another region weighs as much as half of the population more."""
_CLOSE = 1.25
"""Times that populations differ and are called «почти такое же»."""


def alike_cities(name: str, build: Build) -> tuple[AlikeCity, ...]:
    """The cities most like the one of this name, the most alike first; none where it is not listed."""
    return build.remember(("alike", name), lambda: _alike_cities(name, build))


def _alike_cities(name: str, build: Build) -> tuple[AlikeCity, ...]:
    own = build.vocabulary.city(name)
    if own is None:
        return ()
    others = [build.vocabulary.city(str(value)) for value in build.values["city"] if value not in (None, name)]
    near = [city for city in others if city is not None and _is_like(city, own)]
    ordered = sorted(near, key=lambda city: (_distance(city, own), city.name))
    return tuple(AlikeCity(city.name, city.region, city.population, _why(city, own)) for city in ordered[:MOST])


def _is_like(city: City, own: City) -> bool:
    return _times(city, own) <= (NEAR_IN_REGION if city.region == own.region else NEAR)


def _distance(city: City, own: City) -> float:
    return math.log(_times(city, own)) + (0.0 if city.region == own.region else _ELSEWHERE)


def _times(city: City, own: City) -> float:
    """How many times the greater of the two is as great as the smaller."""
    return max(city.population, own.population) / min(city.population, own.population)


def _why(city: City, own: City) -> tuple[str, ...]:
    times = _times(city, own)
    greater = "больше" if city.population > own.population else "меньше"
    size = (
        "население почти такое же" if times <= _CLOSE else f"население {greater} в {times:.1f} раза".replace(".", ",")
    )
    return (("тот же регион",) if city.region == own.region else ()) + (size,)
