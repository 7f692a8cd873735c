"""What is kept about a build, and for how long."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from search_app.study.kept import Kept


def test_the_least_used_go_first_and_weight_is_what_counts() -> None:
    kept, made = Kept(5, len), list[str]()
    engine = cast(Any, SimpleNamespace(stamp="a"))

    def get(text: str) -> None:
        kept.get(engine, text[0], lambda: made.append(text) or text)

    for text in ("aa", "bb", "aa", "cc"):
        get(text)
    assert made == ["aa", "bb", "cc"]
    get("aa")
    get("bb")
    assert made == ["aa", "bb", "cc", "bb"], "six letters were one too many: what was used last is kept"
    get("dddddddd")
    get("dddddddd")
    assert made[4:] == ["dddddddd"], "one alone stays, whatever it weighs"
    engine.stamp = "b"
    for text in ("aa", "bb", "aa", "bb"):
        get(text)
    assert made[5:] == ["aa", "bb"], "another build begins anew"
