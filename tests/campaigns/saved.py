"""Saved builds with damaged files: told by `verify`, and no reader of the site sees more than a page that says so."""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from indexer.builds.store import Store
from indexer.builds.verification import index_faults
from indexer.errors import IndexerError
from search_app import create_app
from search_app.web.serving import WATCHFUL
from tests.small_archive import REPORTS, make_reports, publish

from .damage import EDITS, edited

ADDRESSES = (
    "/", "/search?q=%D0%BE%D0%BD%D0%BB%D0%B0%D0%B9%D0%BD", "/reports/r1", "/passages/r2-1", "/cities/omsk",
    "/api/search?q=%D0%B4%D0%BE%D1%80%D0%BE%D0%B3%D0%B8&per_page=100", "/api/suggest?q=%D0%B4%D0%BE",
    "/export.csv?q=%D1%80%D0%B5%D0%B6%D0%B8%D0%BC", "/trends?q=%D0%BE%D0%BD%D0%BB%D0%B0%D0%B9%D0%BD", "/about",
    "/search?q=%D0%BE%D0%BD%D0%BB%D0%B0%D0%B9%D0%BD&view=matrix", "/requests", "/health",
)  # fmt: skip
EXPECTED = {200, 301, 302, 308, 404, 503}
"""503: nothing that is whole is left to be served."""
_CHANCE = re.compile(r"[a-z0-9]{16}")
"""Whoosh draws the names of its files by lot."""


@cache
def prepared() -> Path:
    """Two builds, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    publish(folder, make_reports(REPORTS[:-1]))
    publish(folder, make_reports(REPORTS), meaning=True)
    return folder


def _files(index: Path) -> dict[str, Path]:
    """The files of the served build by names that are the same in every run, and the pointers."""
    found = [*Store(index).current_dir().iterdir(), index / "CURRENT", index / "PREVIOUS"]
    return {_CHANCE.sub("*", path.name): path for path in sorted(found) if path.stat().st_size}


@st.composite
def damaged_builds(draw: st.DrawFn) -> bytes:
    """Name of a file, a zero, and what stands in it now."""
    name, path = draw(st.sampled_from(sorted(_files(prepared()).items())))
    edits = draw(st.lists(EDITS, min_size=1, max_size=3))
    return name.encode() + b"\0" + edited(path.read_bytes(), edits)


def serve(case: bytes) -> None:
    """A damaged build: `verify` tells, requests are answered from what is whole, or by a page that says so."""
    name, _, content = case.partition(b"\0")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        index = Path(folder) / "index"
        shutil.copytree(prepared(), index)
        victim = _files(index).get(name.decode("utf-8", "replace"))
        if victim is None or victim.read_bytes() == content:
            return
        means_the_same = victim.name in ("CURRENT", "PREVIOUS") and victim.read_bytes().split() == content.split()
        victim.write_bytes(content)
        assert _is_told(index) or means_the_same, f"{victim.name} passes"
        _answered(index)


def _is_told(index: Path) -> bool:
    try:
        return any(True for _ in index_faults(index, deep=True))
    except IndexerError as fault:
        return bool(str(fault))


def _answered(index: Path) -> None:
    # Not looked at beforehand: the requests themselves stumble over what is wrong.
    client = create_app({"INDEX_DIR": str(index), "REPORTS_DIR": str(index), WATCHFUL: False}).test_client()
    with _quiet():
        for address in ADDRESSES:
            with client.get(address) as answer:
                assert answer.status_code in EXPECTED, f"{address}: {answer.status_code}"
                assert b"Traceback" not in answer.data, address


@contextmanager
def _quiet() -> Iterator[None]:
    """What the site says of damage is not printed meanwhile."""
    log = logging.getLogger("search_app")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
