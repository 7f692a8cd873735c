"""The addresses where the archive is opened by what it has: its cities, its topics."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Flask, render_template

from indexer.vocabulary import Vocabulary
from search_app.engine.door import Engine
from search_app.request.addresses import city_url, short_url
from search_app.web.serving import served_engine
from search_app.wording.labels import value_label

blueprint = Blueprint("catalogue", __name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A city or a topic of the archive."""

    name: str
    url: str
    answers: int
    answers_url: str
    more_url: str = ""
    """Cities like it, or its trend."""
    region: str = ""
    population: int = 0
    reports: int = 0


def register(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/cities")
def cities() -> str:
    """Every city that has reports, with region and population."""
    engine = served_engine()
    return render_template("cities.html", engine=engine, entries=_cities(engine))


@blueprint.get("/topics")
def topics() -> str:
    """Every topic with its answers."""
    engine = served_engine()
    return render_template("topics.html", engine=engine, entries=_topics(engine))


def _cities(engine: Engine) -> list[_Entry]:
    reports: dict[str, int] = {}
    for card in engine.cards():
        if card.city:
            reports[card.city] = reports.get(card.city, 0) + 1
    counts = engine.facet_counts().get("city", {})
    named = sorted((str(name) for name in counts if name is not None), key=lambda name: name.lower().replace("ё", "е"))
    return [_city(name, counts[name], reports.get(name, 0), engine.vocabulary) for name in named]


def _city(name: str, answers: int, reports: int, vocabulary: Vocabulary) -> _Entry:
    city = vocabulary.city(name)
    return _Entry(
        name=name,
        url=city_url(name, vocabulary),
        answers=answers,
        answers_url=f"{short_url('city', name, vocabulary)}&repeats=show",
        more_url=f"/search?{urlencode({'like': city.slug})}" if city else "",
        region=city.region if city else "",
        population=city.population if city else 0,
        reports=reports,
    )


def _topics(engine: Engine) -> list[_Entry]:
    counts = engine.facet_counts().get("topic", {})
    named = sorted((topic for topic in counts if topic is not None), key=lambda topic: (-counts[topic], str(topic)))
    return [
        _Entry(
            name=value_label("topic", topic, engine.vocabulary),
            url=f"{short_url('topic', str(topic), engine.vocabulary)}&repeats=show",
            answers=counts[topic],
            answers_url="",
        )
        for topic in named
    ]
