"""The state of an index folder: what is served, whether it fits and is fresh, what is missing in it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer import __version__
from indexer.builds.build import open_build
from indexer.builds.manifest import Manifest
from indexer.builds.store import Status, Store
from indexer.errors import IndexerError
from indexer.folders import is_sample
from indexer.intake.choice import Choice, choose
from indexer.intake.understanding import remarks_on
from indexer.meaning.model import PACKAGE, word_model
from indexer.presentation import printable
from indexer.readers.recognition import AUTO
from indexer.rebuild import Changes, changes, recognition_in
from indexer.russian import plural, russian_date
from indexer.vocabulary import load

_MOST_LISTED = 10
"""Skipped files named; ``--json`` names them all."""

_UNKNOWN = {"city": "города", "year": "года", "section": "раздела"}


@dataclass(frozen=True, slots=True)
class State:
    """Everything that ``status`` tells."""

    index_dir: Path
    status: Status | None
    """``None`` where the manifest of the served build is damaged."""
    fault: str | None
    """Why nothing can be served."""
    choice: Choice | None = None
    """The reports folder that the index is held against."""
    changes: Changes | None = None
    """``None`` where nobody could tell."""
    no_changes: str | None = None
    """Why nobody could."""
    remarks: tuple[str, ...] = ()
    meaning: str = "нет"
    """Whether the site finds by meaning too, and if not, why."""

    @property
    def served(self) -> Manifest | None:
        """What the served build says of itself."""
        return self.status.current if self.status else None


def gather(index_dir: Path, named: Path | None) -> State:
    """The state of an index folder beside the reports folder; creates and changes nothing."""
    try:
        status = Store(index_dir).status()
        served = status.current
    except IndexerError as error:
        return State(index_dir, None, str(error))
    if served is None:
        return State(index_dir, status, _misfit(index_dir))
    fault = _misfit(index_dir)
    try:
        choice = choose(named, own_served=not served.sample)
        remarks = tuple(remarks_on(choice.folder, load()))
        recognition = recognition_in(index_dir, os.environ.get("OCR") or AUTO)
        found = changes(choice.folder, served, recognition)
        return State(index_dir, status, fault, choice, found, None, remarks, _meaning(index_dir))
    except IndexerError as error:
        return State(index_dir, status, fault, no_changes=str(error), meaning=_meaning(index_dir))


def _meaning(index_dir: Path) -> str:
    """Whether the served build has vectors of the model that is installed."""
    model = word_model()
    if model is None:
        return f"нет; чтобы он был: pip install {PACKAGE}, затем python -m indexer update"
    try:
        vectors = open_build(Store(index_dir).current_dir()).vectors
    except IndexerError:
        return "нет"
    if vectors is None or vectors.model != model.name:
        return "нет: индекс построен без этой модели слов; постройте заново: python -m indexer update"
    return f"есть ({model.name})"


def _misfit(index_dir: Path) -> str | None:
    """Why the site has nothing to serve: there is no build, or another version's, or a damaged one."""
    try:
        open_build(Store(index_dir).current_dir())
    except IndexerError as error:
        return str(error)
    return None


def status_lines(state: State) -> Iterable[str]:
    """The state for people; the fault is told elsewhere."""
    yield f"Программа: {__version__}"
    status, served = state.status, state.served
    if status is None or served is None:
        yield from _pin_lines(status)
        return
    yield f"Индекс: {_described(served, status.size)}"
    yield f"Подходит этой версии программы и открывается: {'нет' if state.fault else 'да'}"
    yield f"Поиск по смыслу: {state.meaning}"
    yield from _pin_lines(status)
    yield from _fresh_lines(state)
    yield from _skipped_lines(served)
    yield from (f"Замечание: {printable(remark)}" for remark in state.remarks)
    if status.previous:
        yield f"Предыдущий: {_described(status.previous, status.previous_size)}"
        yield "Вернуться к нему: python -m indexer rollback"
    if status.unnamed:
        yield f"Лишнее, чего нет в описаниях индексов: {_size(status.unnamed)} (уберёт следующее построение)"
    if status.drafts:
        yield f"Незаконченных построений: {status.drafts} (одно, пока индекс строится; остальные уберёт следующее)"


def _described(manifest: Manifest, size: int) -> str:
    reports = plural(manifest.reports, "отчёт", "отчёта", "отчётов")
    passages = plural(manifest.passages, "ответ", "ответа", "ответов")
    sample = ", образец" if manifest.sample else ""
    return f"{manifest.stamp}{sample}, построен {russian_date(manifest.created)}, {reports}, {passages}, {_size(size)}"


def _size(size: int) -> str:
    amount, unit = (size / 2**20, "МБ") if size >= 2**20 else (size / 2**10, "КБ")
    return f"{amount:.1f} {unit}".replace(".", ",")


def _pin_lines(status: Status | None) -> Iterable[str]:
    if status and status.pin:
        yield f"{status.pin.sentence} {status.pin.way_out}"


def _fresh_lines(state: State) -> Iterable[str]:
    if state.no_changes:
        yield f"Сравнить с отчётами нельзя. {state.no_changes}"
    if state.choice is None or state.changes is None:
        return
    if state.served and state.served.sample and not is_sample(state.choice.folder):
        yield f"Устарел: отдаётся образец, а читать пора папку «{state.choice.folder}»: python -m indexer update"
        return
    folder = f"{'образцом ' if state.choice.stands_in else 'папкой '}«{state.choice.folder}»"
    if not state.changes:
        yield f"Свежий: совпадает с {folder}."
        return
    yield f"Устарел, сравнение с {folder}: {', '.join(_differences(state.changes))}. Обновить: python -m indexer update"


def _differences(found: Changes) -> Iterable[str]:
    for number, word in ((found.new, "новых"), (found.changed, "изменённых"), (found.gone, "исчезнувших")):
        if number:
            yield f"{word} файлов — {number}"
    if found.otherwise:
        yield "изменились программа, её словарь или reports.toml"


def _skipped_lines(served: Manifest) -> Iterable[str]:
    skipped = [entry for entry in served.sources if entry.reason]
    yield f"Файлов: {len(served.sources)}, из них пропущено или прочитано не целиком: {len(skipped)}"
    for entry in skipped[:_MOST_LISTED]:
        yield f"  {printable(entry.file)}: {entry.reason}"
    if len(skipped) > _MOST_LISTED:
        yield f"  … и ещё {len(skipped) - _MOST_LISTED}; все — в python -m indexer status --json"
    for name, words in _UNKNOWN.items():
        if served.unknown.get(name):
            yield f"Без {words}: {plural(served.unknown[name], 'отчёт', 'отчёта', 'отчётов')}"


def status_json(state: State) -> dict[str, Any]:
    """The state for programs."""
    status = state.status
    pin = status.pin if status else None
    found = state.changes
    return {
        "version": __version__,
        "index": str(state.index_dir),
        "ok": state.fault is None,
        "fault": state.fault,
        "fits": state.fault is None if state.served else None,
        "build": _build_json(state.served, status.size) if status and state.served else None,
        "previous": _build_json(status.previous, status.previous_size) if status and status.previous else None,
        "pinned": {"build": pin.stamp, "since": pin.since} if pin else None,
        "reports_folder": str(state.choice.folder) if state.choice else None,
        "fresh": not found if found is not None else None,
        "changes": {"new": found.new, "changed": found.changed, "gone": found.gone, "otherwise": found.otherwise}
        if found is not None
        else None,
        "not_compared": state.no_changes,
        "skipped": [
            {"file": entry.file, "status": entry.status, "reason": entry.reason}
            for entry in (state.served.sources if state.served else ())
            if entry.reason
        ],
        "remarks": list(state.remarks),
        "meaning": state.meaning,
        "unnamed_bytes": status.unnamed if status else None,
        "drafts": status.drafts if status else None,
    }


def _build_json(manifest: Manifest, size: int) -> dict[str, Any]:
    return {
        "stamp": manifest.stamp,
        "created": manifest.created,
        "sample": manifest.sample,
        "bytes": size,
        "reports": manifest.reports,
        "passages": manifest.passages,
        "files": dict(Counter(entry.status for entry in manifest.sources)),
        "unknown": dict(manifest.unknown),
        "format_version": manifest.format_version,
        "analysis_version": manifest.analysis_version,
        "dictionary_version": manifest.dictionary_version,
        "vocabulary_version": manifest.vocabulary_version,
    }
