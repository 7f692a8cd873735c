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
    "trends": "/trends?q=онлайн",
    "basket": "/basket",
    "help": "/help",
    "about": "/about",
    "new": "/new",
    "praised": "/praised",
    "praised-city": "/praised?mentioned=Барнаул",
    "unchanged": "/unchanged",
    "first-said": "/unchanged?show=new",
    "like": "/search?like=biysk",
    "cities": "/cities",
    "topics": "/topics",
    "requests": "/requests?year=2021",
    "requests-all": "/requests?year_from=2014&year_to=2022",
    "question": "/questions/help?year=2019",
    "plans": "/cities/novosibirsk/plans?year=2017",
    "plans-table": "/plans",
    "solutions": "/passages/kemerovo-2018-obrazovanie-3/solutions",
    "problems": "/problems",
    "problem": "/problems?q=нехватка кадров",
    "comparison-of-tasks": "/cities/novosibirsk?kind=tasks",
}
"""Name → address."""


def existing(app: Flask) -> dict[str, str]:
    """Those of `PAGES` that the application serves."""
    rules = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    return {name: address for name, address in PAGES.items() if address.split("?")[0].split("/")[1] in rules}
