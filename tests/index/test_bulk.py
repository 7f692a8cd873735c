"""A segment written in bulk is the stock writer's segment: everything Whoosh can be asked of it is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.index import FileIndex, create_in, open_dir
from whoosh.query import And, Or, Phrase, Prefix, Term
from whoosh.reading import IndexReader
from whoosh.sorting import FieldFacet

from indexer.index.columns import open_columns
from indexer.index.extracts import heading_of
from indexer.index.lexical.schema import TEXT_FIELDS, make_schema, open_whoosh
from indexer.index.texts import Texts
from indexer.index.writer import write_build
from indexer.language.analysis import Analyzer
from indexer.model import Passage, Report
from indexer.vocabulary import Vocabulary, load
from tests.benchmarks.generate import Archive

WORDS = (
    "мэр мэра города онлайн-режим режиме 76-й 131-ФЗ дорог дорога стали мыла «Наш двор» 02.07.2020 COVID-19 ёлка в на"
).split()


@cache
def vocabulary() -> Vocabulary:
    return load()


@cache
def analyzer() -> Analyzer:
    return Analyzer(vocabulary())


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    """What the stock writer would be told of a build's passages, in order."""
    texts = Texts(folder)
    columns, _ = open_columns(folder)
    for number in range(len(texts)):
        passage, report = texts.passage(number), texts.report(int(columns.doc_report[number]))
        yield {
            "id": passage.id,
            "report": report.id,
            "city": report.city,
            "year": report.year,
            "kind": passage.kind,
            "section": report.section,
            "topic": list(passage.topics) or None,
            "text": passage.text,
            "question": passage.question,
            "heading": heading_of(report) or None,
        }


def add_by_stock(index: FileIndex, found: Iterator[dict[str, Any]], **commit: Any) -> None:
    """Adds documents with Whoosh's own writer."""
    known = set(index.schema.names())
    writer = index.writer(limitmb=128)
    for document in found:
        writer.add_document(**{name: value for name, value in document.items() if name in known})
    writer.commit(**commit)


def stock_index(folder: Path, build: Path) -> FileIndex:
    """The index that Whoosh's own writer makes of a build's passages."""
    index = create_in(str(folder), make_schema(analyzer()))
    add_by_stock(index, documents(build))
    return index


def both(folder: Path, reports: Sequence[Report]) -> tuple[Any, Any]:
    """The index of a build, and the stock writer's of the same passages."""
    build, stock = folder / "build", folder / "stock"
    build.mkdir()
    stock.mkdir()
    write_build(build, reports, analyzer())
    return open_whoosh(str(build), analyzer()), stock_index(stock, build)


# What is compared


def documents_of(reader: IndexReader) -> dict[str, Any]:
    numbers = range(reader.doc_count_all())
    names = sorted(reader.schema.names())
    return {
        "count": (reader.doc_count(), reader.doc_count_all()),
        "stored": [reader.stored_fields(number) for number in numbers],
        "lengths": {name: [reader.doc_field_length(number, name) for number in numbers] for name in TEXT_FIELDS},
        "totals": {name: reader.field_length(name) for name in names},
    }


def range_of_lengths(reader: IndexReader, name: str) -> tuple[int, int] | None:
    if not reader.field_length(name):
        # Whoosh itself fails on a field that no document has.
        return None
    return reader.min_field_length(name), reader.max_field_length(name)


def block_of(matcher: Any) -> tuple[float, ...]:
    """The figures that let a search skip a block; a matcher of several segments or of what is left has none."""
    if not isinstance(matcher, W3LeafMatcher):
        return ()
    return matcher.block_max_weight(), matcher.block_min_length(), matcher.block_max_length(), matcher.block_max_id()


def postings_of(reader: IndexReader, name: str, term: bytes) -> list[tuple[Any, ...]]:
    """Document, weight, frequency, positions and the figures of its block, of every posting of a term."""
    matcher = reader.postings(name, term)
    found = []
    while matcher.is_active():
        kinds = [kind for kind in ("frequency", "positions", "weight") if matcher.supports(kind)]
        decoded = [matcher.value_as(kind) for kind in kinds]
        found.append((matcher.id(), matcher.weight(), type(matcher.weight()), *decoded, *block_of(matcher)))
        matcher.next()
    return found


def terms_of(reader: IndexReader) -> dict[tuple[str, bytes], Any]:
    found = {}
    for name, term in reader.all_terms():
        info = reader.term_info(name, term)
        figures = (
            info.weight(),
            info.doc_frequency(),
            info.min_length(),
            info.max_length(),
            info.max_weight(),
            info.min_id(),
            info.max_id(),
        )
        found[name, term] = (figures, reader.doc_frequency(name, term), reader.frequency(name, term))
    return found


def contents(index: FileIndex) -> dict[str, Any]:
    """All that a reader gives."""
    with index.reader() as reader:
        terms = terms_of(reader)
        return {
            "documents": documents_of(reader),
            "ranges": {name: range_of_lengths(reader, name) for name in TEXT_FIELDS},
            "fields": sorted(reader.indexed_field_names()),
            "order": list(reader.all_terms()),
            "terms": terms,
            "postings": {key: postings_of(reader, *key) for key in terms},
            "lexicons": {name: list(reader.lexicon(name)) for name in sorted(reader.indexed_field_names())},
        }


def answers(index: FileIndex, lemmas: Sequence[str]) -> list[Any]:
    """Top 10 with scores, and the sizes of groups, of queries made of the lemmas."""
    queries: list[Any] = []
    for first, second in zip(lemmas, lemmas[1:], strict=False):
        pair = [Term("text", first), Term("text", second)]
        queries += [*pair[:1], Or(pair), And(pair), Phrase("text", [first, second]), Prefix("text", first[:3])]
        queries += [Or([Term("question", first), Term("heading", second), pair[0]])]
        queries += [Phrase("question", [first, second], slop=3)]
    found = []
    with index.searcher() as searcher:
        for query in queries:
            facets = {name: FieldFacet(name, allow_overlap=name == "topic") for name in ("city", "kind", "topic")}
            results = searcher.search(query, limit=10, groupedby=facets)
            groups = {name: results.groups(name) for name in facets}
            found.append(([(hit.docnum, hit.score, hit.fields()) for hit in results], len(results), groups))
    return found


# Cases


@st.composite
def archives(draw: st.DrawFn) -> list[Report]:
    """A few small reports: repeated, empty and missing everything."""
    text = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
    topics = st.lists(st.sampled_from(["дороги", "ТБО, ТКО", "связь"]), unique=True, max_size=3).map(tuple)
    reports = []
    for number in range(draw(st.integers(0, 4))):
        passages = tuple(
            Passage(
                id=f"r{number}-{position}",
                position=position,
                kind=draw(st.sampled_from(["achievements", "tasks", "overview"])),
                question=draw(st.none() | text),
                text=draw(text),
                topics=draw(topics),
            )
            for position in range(1, 1 + draw(st.integers(0, 5)))
        )
        city = draw(st.none() | st.sampled_from(["Омск", "Улан-Удэ"]))
        section = draw(st.none() | st.sampled_from(["ЖКХ", "Связь и информатизация"]))
        year = draw(st.none() | st.sampled_from([2020, 2021]))
        reports.append(Report(f"r{number}", f"{number}.txt", city, year, section, passages))
    return reports


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports=archives())
def test_small_archives_are_alike(reports: list[Report]) -> None:
    with TemporaryDirectory() as folder:
        bulk, stock = both(Path(folder), reports)
        assert contents(bulk) == contents(stock)


def long_report() -> Report:
    """Words that stand very often, far apart, and in very many passages."""
    texts = [
        "мэр " * 300 + "города",
        "режим " * 1_500,
        "мэр " + "в " * 700 + "мэр",
        "дорога " * 70_000 + "мост",
        "в " * 110_000,
        *["мост и дорога"] * 300,
        *["дорога " * 2] * 140,
    ]
    passages = tuple(
        Passage(id=f"long-{number}", position=number, kind="tasks", question="Какой мост?", text=text)
        for number, text in enumerate(texts, 1)
    )
    return Report("long", "long.txt", "Омск", 2021, None, passages)


def test_long_texts_and_many_blocks_are_alike(tmp_path: Path) -> None:
    bulk, stock = both(tmp_path, [long_report()])
    assert contents(bulk) == contents(stock)
    lemmas = ["мост", "и", "дорога", "мэр", "в"]
    assert answers(bulk, lemmas) == answers(stock, lemmas)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A made-up archive; its word list is made once."""
    return Archive(vocabulary(), tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def medium(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> tuple[FileIndex, FileIndex]:
    """The index of 600 passages and the stock writer's."""
    return both(tmp_path_factory.mktemp("medium"), list(archive.reports(600)))


def test_a_made_up_archive_is_alike(medium: tuple[FileIndex, FileIndex]) -> None:
    bulk, stock = medium
    assert contents(bulk) == contents(stock)


def test_answers_are_alike(medium: tuple[FileIndex, FileIndex]) -> None:
    bulk, stock = medium
    with stock.reader() as reader:
        common = [term.decode() for _, term in reader.most_frequent_terms("text", 40)]
        rare = [term for term in reader.lexicon("text") if term.isalpha()][::400]
    lemmas = [word for pair in zip(common, rare, strict=False) for word in pair] + common
    assert answers(bulk, lemmas) == answers(stock, lemmas)


@pytest.mark.parametrize("commit", [{"merge": False}, {"merge": True}, {"optimize": True}])
def test_the_stock_writer_goes_on_from_a_bulk_segment(
    tmp_path: Path, archive: Archive, commit: dict[str, bool]
) -> None:
    bulk, stock = both(tmp_path, list(archive.reports(60)))
    told = list(documents(tmp_path / "build"))
    found = []
    for index in (open_dir(bulk.storage.folder, schema=make_schema(analyzer())), stock):
        add_by_stock(index, ({**document, "id": f"new-{document['id']}"} for document in told[:20]), **commit)
        writer = index.writer()
        writer.delete_by_term("kind", told[0]["kind"])
        writer.commit(**commit)
        assert 0 < index.doc_count() < len(told) + 20
        found.append((contents(index), answers(index, ["в", "на", "и", "город"])))
    assert found[0] == found[1]
