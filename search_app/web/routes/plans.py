"""The addresses of plans and what became of them: of one city, of all cities, for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, jsonify, render_template, request
from markupsafe import Markup, escape

from search_app.connections.outcomes.plans import YEARS_ON, Plans, plan_years, plans
from search_app.engine.door import Engine
from search_app.request.addresses import Link, city_url
from search_app.request.params import Fault, ParameterErrors, parse
from search_app.study.city.page import CityPage, city_page
from search_app.study.city.plan_table import PlanCounting, PlanTable
from search_app.study.kept import Kept
from search_app.takeaway.outcomes import plans_note
from search_app.web.notes import about_note, asked_title, known_ending, note_file
from search_app.web.problems import StillCountingError
from search_app.web.serving import served_engine, served_index
from search_app.wording.numbers import counted as told_number
from search_app.wording.outcomes import plans_json, plans_summary, status_words

blueprint = Blueprint("plans", __name__)

ALL_SECTIONS = "all"
MOST_SECTIONS = 4
"""Sections shown together where none is asked for."""

_kept = Kept(256)
_counting = PlanCounting()


def register(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/api/plans")
def plans_api() -> Response:
    """The tasks of a city's reports for one year beside what the following reports tell."""
    engine = served_engine()
    city, year, section = _asked(engine)
    if city is None:
        raise ParameterErrors([Fault("city", "", "Назовите город: city=Омск.")])
    return jsonify(plans_json(plans_of(city, year if year is not None else _newest(city, engine), section, engine)))


@blueprint.get("/plans")
def table() -> str:
    """All cities and pairs of years with the share of tasks that are told as done."""
    engine = served_engine()
    return render_template("plans_table.html", engine=engine, table=_table(engine), url=lambda city: _url(city, engine))


@blueprint.get("/cities/<slug>/plans")
def city_plans(slug: str) -> str:
    """A city's tasks, the newest pair of years first, each beside its results."""
    engine = served_engine()
    page = _page(slug, engine)
    found = _shown(page, engine)
    years = plan_years(page.name, engine)
    return render_template(
        "plans.html",
        engine=engine,
        page=page,
        found=found,
        summary=plans_summary(found),
        groups=[(section, list(items)) for section, items in groupby(found.items, lambda item: item.section)],
        years=[Link(f"на {year + 1} год", _url(page.name, engine, year), year == found.year) for year in years],
        sections=_sections(page, found, engine),
        marked=marked,
        status=status_words,
        path=request.path,
        carried=_carried(found),
        title=_title(found),
    )


@blueprint.get("/cities/<slug>/plans.<ending>")
def city_plans_file(slug: str, ending: str) -> Response:
    """The same to take along: a note for the boss, or its items."""
    known_ending(ending)
    engine = served_engine()
    page = _page(slug, engine)
    found = _shown(page, engine)
    address = _url(page.name, engine, found.year, found.section)
    note = plans_note(found, asked_title(_title(found)), about_note(engine, address), engine)
    return note_file(note, ending, engine)


def counted(engine: Engine) -> PlanTable:
    """The table of all cities. Raises StillCountingError while cities are missing."""
    found = _table(engine)
    if found.waiting:
        left = told_number(found.waiting, "город", "города", "городов")
        raise StillCountingError(f"Таблица ещё не готова, осталось посчитать {left}. Повторите запрос через полминуты.")
    return found


def _table(engine: Engine) -> PlanTable:
    return _counting.table(engine, served_index().lease)


def plans_of(city: str, year: int, section: str | None, engine: Engine) -> Plans:
    """What became of a city's tasks of one year; kept."""
    return _kept.get(engine, (city, year, section), lambda: plans(city, year, section, engine))


def marked(text: str, marks: Sequence[tuple[int, int]]) -> Markup:
    """A text with stretches marked; all else escaped."""
    pieces, place = [], 0
    for start, end in marks:
        if start >= place:
            pieces += [escape(text[place:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
            place = end
    return Markup("").join([*pieces, escape(text[place:])])


def _asked(engine: Engine) -> tuple[str | None, int | None, str | None]:
    """City, year and section of the address. Raises ParameterErrors."""
    args = {name: request.args.getlist(name)[-1:] for name in ("city", "year", "section") if name in request.args}
    if args.get("section") == [ALL_SECTIONS]:
        del args["section"]
    wanted = parse(args, engine.vocabulary, engine.facet_counts())
    return next(iter(wanted.city), None), next(iter(wanted.year), None), next(iter(wanted.section), None)


def _newest(city: str, engine: Engine) -> int:
    """The newest year of tasks that a following report can tell of; the newest at all where there is none."""
    years = plan_years(city, engine)
    told = {(card.section, card.year) for card in engine.cards() if card.city == city}
    tasks = {(a.section, a.year) for a in engine.answers_of_city(city) if a.kind == "tasks"}
    paired = {
        year
        for section, year in tasks
        if isinstance(year, int) and any((section, year + on) in told for on in YEARS_ON)
    }
    return max(paired, default=years[0] if years else max((year for _, year in told if year), default=0))


def _page(slug: str, engine: Engine) -> CityPage:
    page = city_page(slug, engine)
    if page is None:
        abort(404, f"Отчётов города «{slug[:100]}» в архиве нет.")
    return page


def _shown(page: CityPage, engine: Engine) -> Plans:
    """One section at a time where a city has many: all of them together take a reader's patience and a second."""
    _, year, section = _asked(engine)
    year = year if year is not None else _newest(page.name, engine)
    if section is None and request.args.get("section") != ALL_SECTIONS:
        told = [answer for answer in engine.answers_of_city(page.name) if answer.kind == "tasks"]
        known = Counter(answer.section for answer in told if answer.year == year and isinstance(answer.section, str))
        if len(known) > MOST_SECTIONS:
            section = min(known, key=lambda name: (-known[name], name))
    return plans_of(page.name, year, section, engine)


def _sections(page: CityPage, found: Plans, engine: Engine) -> list[Link]:
    names = [row.section for row in page.sections if row.section]
    if len(names) < 2:
        return []
    every = Link("Все разделы", _url(page.name, engine, found.year, ALL_SECTIONS), found.section is None)
    return [every, *(Link(name, _url(page.name, engine, found.year, name), name == found.section) for name in names)]


def _url(city: str, engine: Engine, year: int | None = None, section: str | None = None) -> str:
    asked = {name: value for name, value in (("year", year), ("section", section)) if value}
    return f"{city_url(city, engine.vocabulary)}/plans" + (f"?{urlencode(asked)}" if asked else "")


def _carried(found: Plans) -> tuple[tuple[str, str], ...]:
    return ("year", str(found.year)), ("section", found.section or ALL_SECTIONS)


def _title(found: Plans) -> str:
    return f"{found.city}: что стало с задачами на {found.year + 1} год"
