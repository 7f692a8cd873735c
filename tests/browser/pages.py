"""The pages that are looked at."""

from __future__ import annotations

from flask import Flask

REPORT = "omsk-2021-organizacionnaya-rabota"

PAGES = {
    "first": "/",
    "browsing": "/search",
    "results": "/search?q=онлайн режим",
    "narrowed": "/search?q=совещание&city=Омск&year_from=2016&year_to=2021",
    "by-city": "/search?q=совещание&view=cities",
    "matrix": "/search?q=совещание&view=matrix",
    "nothing": "/search?q=ничегошеньки&as_typed=1&city=Омск",
    "report": f"/reports/{REPORT}?q=онлайн режим",
    "city": "/cities/omsk",
    "vision": "/vision",
    "not-found": "/reports/no-such",
    "not-understood": "/search?city=Атлантида&year=x",
    "map": "/search?q=совещание&view=map",
    "second": "/search?q=работа&page=2",
    "by-meaning": "/search?q=сотрудники разбегаются",
    "corrected": "/search?q=савещание",
    "compare": f"/compare?a={REPORT.replace('2021', '2020')}&b={REPORT}",
    "trends": "/trends?q=онлайн",
    "trends-three": "/trends?q=онлайн&q=совещание&q=кадры",
    "movers": "/trends",
    "basket": "/basket",
    "filled-basket": f"/basket?id={REPORT}-1&id={REPORT}-2&title=Справка&note-{REPORT}-1=Позвонить",
    "cities": "/cities",
    "topics": "/topics",
    "problems": "/problems",
    "problem": "/problems?q=не хватает кадров",
    "problem-topic": "/problems?topic=kadry-i-obuchenie",
    "similar": f"/passages/{REPORT}-2/similar",
    "city-answers": "/cities/omsk?kind=achievements",
    "plans-of-all": "/plans",
    "solutions": f"/passages/{REPORT}-2/solutions",
    "plans": "/cities/omsk/plans",
    "requests": "/requests",
    "question": "/questions/achievements",
    "help": "/help",
    "about": "/about",
    "new": "/new",
    "dump": "/dump/",
    "praised": "/praised",
    "praised-city": "/praised?mentioned=Барнаул",
    "unchanged": "/unchanged",
    "first-said": "/unchanged?show=new",
    "like": "/search?like=biysk",
    "requests-all": "/requests?year_from=2014&year_to=2022",
    "plans-table": "/plans",
    "comparison-of-tasks": "/cities/novosibirsk?kind=tasks",
}
"""Name → address."""


def existing(app: Flask) -> dict[str, str]:
    """Those of `PAGES` that the application serves."""
    rules = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    return {name: address for name, address in PAGES.items() if address.split("?")[0].split("/")[1] in rules}
