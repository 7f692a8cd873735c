"""Loops give the same whether they are machine code or run as they are written, and nobody waits for a few passages."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.builds.build import Build
from search_app.engine import search as searching
from search_app.engine.matching import compiled
from search_app.engine.search import search, warm
from search_app.request.model import SearchRequest
from tests.waiting import until

WORDS = "онлайн режим мероприятие дорога опыт инструкция делопроизводство парад хоров проблемы Омска 2020".split()
QUERIES = (
    *WORDS,
    *(f"{one} {other}" for one in WORDS for other in WORDS),
    *(f'"{one} {other}"' for one, other in zip(WORDS, WORDS[1:], strict=False)),
    *(f"+{one} -{other}" for one, other in zip(WORDS, WORDS[1:], strict=False)),
    *(f"{word[:3]}*" for word in WORDS),
    "jykfqy htdbv", "делопроизвоцтво", "«парад ~3 хоров»",
)  # fmt: skip


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a process that has no machine code yet and does not wait for it."""
    for loop in compiled._loops:
        monkeypatch.setattr(loop, "_made", None)
    asked = threading.Event()
    asked.set()
    monkeypatch.setattr(compiled, "_postponed", asked)
    monkeypatch.setattr(compiled, "_compiling_in", {os.getpid()})
    yield


def found(build: Build) -> list[Any]:
    return [
        [(hit.id, hit.score) for hit in page.hits] + [page.total, page.facets]
        for page in (search(SearchRequest(q=query, fold=True), build, meaning=True) for query in QUERIES)
    ]


@pytest.mark.filterwarnings("error")
def test_what_is_found_does_not_depend_on_machine_code(build: Build, request: pytest.FixtureRequest) -> None:
    by_machine_code = found(build)
    assert all(loop._made for loop in compiled._loops)
    request.getfixturevalue("written")
    assert found(build) == by_machine_code
    assert not any(loop._made for loop in compiled._loops)


@pytest.mark.usefixtures("written")
def test_a_small_archive_is_searched_before_its_loops_are_compiled(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiling waits until something has been found; then it is done beside, and what is found stays the same."""
    may_compile, made = threading.Event(), compiled._made

    def late(loop: Callable[..., Any], arguments: tuple[str, ...]) -> Callable[..., Any]:
        assert may_compile.wait(60)
        return made(loop, arguments)

    monkeypatch.setattr(compiled, "_made", late)
    monkeypatch.setattr(compiled, "_compiling_in", set())
    warm(build)
    assert not compiled._compiling_in, "a process that is about to split must have no other thread"
    first = search(SearchRequest(q="онлайн режим"), build)
    assert first.total and not any(loop._made for loop in compiled._loops)
    may_compile.set()
    until(lambda: all(loop._made for loop in compiled._loops))
    assert [hit.score for hit in search(SearchRequest(q="онлайн режим"), build).hits] == [
        hit.score for hit in first.hits
    ]


ALL = len(compiled._loops)


@pytest.mark.parametrize(
    ("few", "kept", "waits"), [(10, 0, True), (10_000, ALL, True), (10_000, ALL - 1, False), (10_000, 0, False)]
)
def test_who_waits_for_machine_code(
    build: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, few: int, kept: int, waits: bool
) -> None:
    """A large archive does, and any where all loops are kept already: they take next to no time."""
    calls: list[str] = []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(compiled, "_postponed", threading.Event())
    monkeypatch.setattr(searching, "compile_all", lambda: calls.append("compiled"))
    monkeypatch.setattr(searching, "FEW", few)
    (tmp_path / "of a folder").mkdir()
    for number in range(kept):
        (tmp_path / "of a folder" / f"looking.look_{number}-31.py311.nbi").touch()
    warm(build)
    assert calls == (["compiled"] if waits else [])
    assert compiled._postponed.is_set() is not waits
