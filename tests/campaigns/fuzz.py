"""Whatever is thrown at readers, parser, reports.toml, queries, parameters, builds: an answer or one sentence, soon.

    python -m tests.campaigns.fuzz [--minutes 60] [--only readers,toml]

What raises or takes too long is made small by hypothesis and kept in ``tests/data/crashers``, which the tests run.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from indexer.errors import IndexerError
from indexer.intake.overrides import load_overrides
from indexer.intake.soundness import sound
from indexer.language.analysis import shared_analyzer
from indexer.model import Block
from indexer.readers import format_of, read_document
from indexer.report import ReportParser
from indexer.vocabulary import load
from search_app.engine.door import Engine, open_engine
from search_app.request.params import ParameterErrors, parse
from tests.small_archive import REPORTS, make_reports, publish

from .damage import EDITS, damaged_files, edited
from .growth import TOKENS, at_most
from .saved import damaged_builds, prepared, serve

CRASHERS = Path(__file__).parent.parent / "data" / "crashers"
SECONDS = 10.0
"""Computing that one small case may take."""

TOML = """note = "Заметка"
[[file]]
match = "2021/*.docx"
city = "Омск"
year = 2021
section = "ЖКХ"
[[file]]
match = "старое/**"
skip = true
"""


@cache
def _parser() -> ReportParser:
    vocabulary = load()
    return ReportParser(vocabulary, shared_analyzer(vocabulary))


@cache
def _engine() -> Engine:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    return open_engine(publish(folder, make_reports(REPORTS)).current_dir())


def read(data: bytes) -> None:
    """A file: blocks, or one sentence."""
    format_of(data, "отчёт")
    try:
        content, _ = sound(read_document(data, "отчёт"))
    except IndexerError as fault:
        assert str(fault)
        return
    _parser().parse(content.blocks, "отчёт", letterhead=content.letterhead)


def understand(data: bytes) -> None:
    """Blocks as a reader might bring them, one a line; marks and styles by its first letters."""
    blocks = [_block(line) for line in data.decode("utf-8", "replace").split("\n") if line[3:].strip()]
    _parser().parse(blocks, "2021/отчёт.txt")


def _block(line: str) -> Block:
    kind, text = line[:3], line[3:]
    cells = tuple(text.split("|")) if "t" in kind else ()
    marker = text.split(" ", 1)[0] if "m" in kind and " " in text.strip() else ""
    return Block(
        text.removeprefix(marker).strip() or "а", marker, int("h" in kind), "b" in kind, cells=cells, wraps="w" in kind
    )


def override(data: bytes) -> None:
    """reports.toml: rules, or one sentence with file and line."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        (Path(folder) / "reports.toml").write_bytes(data)
        try:
            load_overrides(Path(folder), load()).said("2021/отчёт.docx")
        except IndexerError as fault:
            assert str(fault)


def search(data: bytes) -> None:
    """A query: a page of results."""
    ask(b"q=" + b"".join(b"%%%02x" % byte for byte in data))


def ask(data: bytes) -> None:
    """A query string: a page of results, or all faults."""
    engine = _engine()
    try:
        wanted = parse(parse_qs(data.decode("utf-8", "replace")), engine.vocabulary, engine.facet_counts(), folds=True)
    except ParameterErrors as error:
        assert error.faults
        return
    engine.search(wanted)


_OPERATORS = (
    '"', "«", "»", "-", "OR", "ИЛИ", "|", "(", ")", "*", "~", ":", "мост", "дороги", "в", "2021", "не", "?", "^", "\\",
    "<b>", "город:Омск", "NOT", "AND", "И", "!", "+", "\u0301", "\ufeff", "ghbdtn", "lfhjub", "ё", " ",
)  # fmt: skip
_NAMES = (
    "q", "city", "year", "topic", "kind", "section", "year_from", "year_to", "sort", "page", "per_page", "as_typed",
    "meaning", "synonyms", "repeats", "view",
)  # fmt: skip
_VALUES = (
    "Омск", "2021", "none", "0", "-1", "1e9", "９", "newest", "1", "100", "101", "fold", "matrix", "cities", "жкх",
    "мост OR", "%00",
)  # fmt: skip

_texts = st.lists(st.sampled_from(_OPERATORS) | st.sampled_from(TOKENS) | st.text(max_size=5), max_size=20)
_lines = st.lists(
    st.tuples(
        st.text("hbwmt ", min_size=3, max_size=3), st.lists(st.sampled_from(TOKENS) | st.text(max_size=8), max_size=6)
    ),
    max_size=30,
)
_pairs = st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(_VALUES) | st.text(max_size=9)), max_size=8)

TARGETS: dict[str, tuple[st.SearchStrategy[bytes], Callable[[bytes], None]]] = {
    "readers": (damaged_files(), read),
    "parser": (
        _lines.map(lambda lines: "\n".join(kind + " ".join(texts) for kind, texts in lines).encode("utf-8", "replace")),
        understand,
    ),
    "toml": (st.lists(EDITS, max_size=4).map(lambda edits: edited(TOML.encode(), edits)), override),
    "query": (_texts.map(lambda texts: " ".join(texts).encode("utf-8", "replace")), search),
    "builds": (damaged_builds(), serve),
    "parameters": (_pairs.map(lambda pairs: "&".join(f"{a}={b}" for a, b in pairs).encode("utf-8", "replace")), ask),
}
"""Name → the cases, and what must do with each."""


def held(check: Callable[[bytes], None], case: bytes) -> None:
    """The check, within its time."""
    with at_most(SECONDS):
        check(case)


def attempt(name: str, examples: int, number: int) -> bytes | None:
    """So many cases of a target; the smallest that fails, ``None`` for none."""
    cases, check = TARGETS[name]
    if name == "builds":
        prepared()  # Names are drawn by lot, which a strategy must not do.
    failed: list[bytes] = []

    @seed(number)
    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink), report_multiple_bugs=False,
    )  # fmt: skip
    @given(cases)
    def run(case: bytes) -> None:
        try:
            held(check, case)
        except BaseException:
            failed.append(case)
            raise

    try:
        run()
    except Exception as fault:
        print(f"{name}: {type(fault).__name__}: {str(fault)[:200]}", flush=True)
    # Hypothesis ends with the smallest one.
    return failed[-1] if failed else None


def main() -> None:
    """Runs until the time is over; exits 1 if anything failed."""
    arguments: Any = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--only", default=",".join(TARGETS))
    options = arguments.parse_args()
    until = time.monotonic() + 60 * options.minutes
    chance, found, rounds = random.Random(), 0, 0
    while time.monotonic() < until:
        for name in options.only.split(","):
            rounds += 1
            crasher = attempt(name, 100, chance.randrange(1 << 30))
            if crasher is not None:
                found += 1
                CRASHERS.mkdir(exist_ok=True)
                (CRASHERS / f"{name}-{hashlib.sha256(crasher).hexdigest()[:8]}").write_bytes(crasher)
    print(f"{rounds * 100} cases, {found} failed")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
