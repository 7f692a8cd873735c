"""Every page of study as numbers: ``.json`` for programs, ``.csv`` for Excel, with the parameters of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Flask, Response, abort, jsonify, request

from search_app.request.params import Fault, ParameterErrors
from search_app.study import tables
from search_app.study.tables import Table
from search_app.takeaway.exports.csv_file import lines
from search_app.web.downloads import text_file
from search_app.web.routes.echoes import praised_asked
from search_app.web.routes.plans import counted
from search_app.web.routes.study import SIMILAR, city_study, reports_asked, trends_asked
from search_app.web.serving import asked, served_engine

blueprint = Blueprint("tables", __name__)

Maker = Callable[..., Sequence[Table]]


def register(app: Flask) -> None:
    """Adds the addresses."""
    for address, maker in MAKERS.items():
        name = maker.__name__.strip("_")
        blueprint_rules = ((f"{address}.json", "json", _as_json), (f"{address}.csv", "csv", _as_csv))
        for rule, ending, answer in blueprint_rules:
            if rule not in _HERE_ALREADY:
                app.add_url_rule(rule, f"tables.{name}_{ending}", _view(maker, answer))


def _view(maker: Maker, answer: Callable[[Sequence[Table]], Response]) -> Callable[..., Response]:
    return lambda **parts: answer(maker(**parts))


def _as_json(made: Sequence[Table]) -> Response:
    return jsonify(build=served_engine().stamp, tables=[table.as_json() for table in made])


def _as_csv(made: Sequence[Table]) -> Response:
    """One table is a file: the first, or the one that the parameter ``table`` names."""
    wanted = request.args.get("table", made[0].name)
    table = next((table for table in made if table.name == wanted), None)
    if table is None:
        known = ", ".join(table.name for table in made)
        raise ParameterErrors([Fault("table", wanted[:100], f"Таблицы «{wanted[:100]}» здесь нет. Есть: {known}.")])
    return text_file(lines(table.as_rows()), "text/csv", table.title.replace(":", ""), f"{table.name}.csv")


def _trends() -> Sequence[Table]:
    return tables.trends_tables(trends_asked())


def _matrix() -> Sequence[Table]:
    return tables.matrix_tables(asked(folds=True), served_engine())


def _ties() -> Sequence[Table]:
    engine = served_engine()
    return tables.ties_tables(praised_asked(engine), engine)


def _cities() -> Sequence[Table]:
    return tables.cities_tables(served_engine())


def _topics() -> Sequence[Table]:
    return tables.topics_tables(served_engine())


def _plans() -> Sequence[Table]:
    return tables.plans_tables(counted(served_engine()))


def _compare() -> Sequence[Table]:
    return tables.compared_tables(reports_asked())


def _city(slug: str) -> Sequence[Table]:
    found = city_study(slug)
    if found is None:
        abort(404, f"Отчётов города «{slug[:100]}» в архиве нет.")
    page, study = found
    return tables.city_tables(page, study.topics, study.words, study.mentioned_by, study.mentions)


def _new() -> Sequence[Table]:
    return tables.new_tables(served_engine())


def _about() -> Sequence[Table]:
    return tables.files_tables(served_engine())


def _similar(passage_id: str) -> Sequence[Table]:
    engine = served_engine()
    if engine.answer(passage_id) is None:
        abort(404, f"Ответа «{passage_id[:100]}» в архиве нет: возможно, его отчёт переименован или удалён.")
    others = request.args.get("other_cities") == "1"
    return tables.similar_tables(passage_id, engine, limit=SIMILAR, other_cities=others)


MAKERS: dict[str, Maker] = {
    "/trends": _trends,
    "/matrix": _matrix,
    "/praised/ties": _ties,
    "/cities": _cities,
    "/cities/<slug>": _city,
    "/topics": _topics,
    "/plans": _plans,
    "/compare": _compare,
    "/new": _new,
    "/about": _about,
    "/passages/<passage_id>/similar": _similar,
}
"""The address of a page without its ending → its tables."""

_HERE_ALREADY = ("/trends.csv", "/about.csv")
"""Files that pages linked to before there were others: they stay as they are."""
