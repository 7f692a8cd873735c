"""Whether builds are what was written: lengths, checksums, and where asked for, what their files say of each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from indexer.builds.build import Build, open_build
from indexer.builds.history import is_readable
from indexer.builds.manifest import check_versions, read_manifest
from indexer.builds.store import Store
from indexer.builds.sums import wrong_sums
from indexer.errors import DamagedError, VersionError, not_opened
from indexer.index.checks.columns import column_faults
from indexer.index.checks.lexical import lexical_faults
from indexer.index.checks.vectors import vector_faults
from indexer.index.columns import open_tables
from indexer.index.merging import Earlier


def index_faults(index_dir: Path, *, deep: bool = False, rules: Mapping[str, str] | None = None) -> Iterator[str]:
    """A sentence for each fault of an index folder: of what is served, of the build to return to, of the pointers.

    Raises NoBuildError where there is no index, VersionError for one of another version, ResourceError.
    """
    store = Store(index_dir)
    try:
        served = store.current_dir()
    except DamagedError as error:
        yield str(error)
        return
    yield from build_faults(served, deep=deep, rules=rules)
    yield from store.pointer_faults()
    previous = store.previous_dir()
    if previous is not None:
        try:
            faults = build_faults(previous, deep=deep, rules=rules)
            yield from (f"Предыдущий индекс {previous.name}: {fault}" for fault in faults)
        except VersionError:
            # It can neither be served nor returned to, and says so itself.
            return


def build_faults(folder: Path, *, deep: bool = False, rules: Mapping[str, str] | None = None) -> Iterator[str]:
    """A sentence for each fault of a build. Raises VersionError for that of another version, ResourceError.

    ``rules`` are those of this program where they are known: a build made by others cannot be derived anew, which says
    nothing against it.
    """
    try:
        manifest = read_manifest(folder, sources=False)
        check_versions(manifest)
        faults = list(wrong_sums(folder, manifest.files).values())
    except DamagedError as error:
        yield str(error)
        return
    except OSError as error:
        raise not_opened(folder, error) from error
    yield from faults
    if not faults:
        yield from _opened_faults(folder, deep, derives=rules is None or manifest.rules == rules)


def _opened_faults(folder: Path, deep: bool, *, derives: bool) -> Iterator[str]:
    try:
        build = open_build(folder)
    except DamagedError as error:
        yield str(error)
        return
    try:
        yield from _deep_faults(build, derives) if deep else ()
    except (OSError, MemoryError) as error:
        raise not_opened(folder, error) from error
    except Exception:  # Numpy, Whoosh, pickle and zlib have no error in common for what makes no sense.
        yield f"Файлы индекса {folder.name} не сходятся между собой: прочитать всё по ним нельзя."
    finally:
        build.close()


def _deep_faults(build: Build, derives: bool) -> Iterator[str]:
    if derives:
        tables = open_tables(build.folder)
        yield from column_faults(build.columns, build.meta, tables, build.texts, build.analyzer)
    ids = [build.texts.passage_id(number) for number in range(len(build.texts))]
    yield from _identity_faults(build, ids)
    index = build.whoosh()
    try:
        with index.reader() as reader:
            yield from lexical_faults(reader, build.columns, build.meta, build.lemmas, ids)
    finally:
        index.close()
    if build.vectors is not None:
        found = Earlier(build.folder).inversion
        yield from vector_faults(build.vectors, found.words, found.stream, found.zones)
    if not is_readable(build.folder):
        yield "Память архива (history.json) не читается."


def _identity_faults(build: Build, ids: list[str]) -> Iterator[str]:
    """Ids lead to passages and reports, and these have the ids."""
    astray = sum(build.number_of(name) != number for number, name in enumerate(ids))
    if astray:
        yield f"По своим адресам не находятся ответы: {astray}."
    reports = [build.texts.report(number).id for number in range(len(build.texts.reports))]
    astray = sum(build.report_number(name) != number for number, name in enumerate(reports))
    if astray:
        yield f"По своим адресам не находятся отчёты: {astray}."
    if build.manifest.reports != len(reports):
        yield f"Отчётов {len(reports)}, а в описании индекса {build.manifest.reports}."
