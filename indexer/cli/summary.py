"""What a rebuild, an update or a check met, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.builds.pin import Pin
from indexer.intake.choice import Choice
from indexer.intake.folder import passed_over
from indexer.presentation import printable
from indexer.russian import grouped, plural
from indexer.summary import Summary

_MOST_LISTED = 30
"""Skipped files named in a summary; ``check`` names them all."""


def summary_lines(summary: Summary, choice: Choice | None, remarks: Sequence[str]) -> Iterable[str]:
    """All of it, with the folder that was read, if it was read here, and the remarks on its reports.toml files."""
    if choice:
        yield choice.sentence
    if summary.damage:
        yield f"Прежний индекс повреждён, поэтому все файлы прочитаны заново. {summary.damage}"
    if summary.other_rules:
        yield (
            "Прежний индекс построен по другим правилам, поэтому все файлы прочитаны заново. "
            f"Изменилось: {', '.join(summary.other_rules)}."
        )
    if summary.replaces_sample:
        yield "Образец больше не отдаётся: в индексе теперь ваши отчёты."
    read = summary.statuses["read"]
    yield (
        f"Прочитано: {plural(read, 'файл', 'файла', 'файлов')} из {grouped(summary.files)}, "
        f"{plural(summary.reports, 'отчёт', 'отчёта', 'отчётов')}, "
        f"{plural(summary.passages, 'ответ', 'ответа', 'ответов')}."
    )
    for told, sources in (("Пропущено", summary.skipped), ("Прочитано не полностью", summary.flawed)):
        if sources:
            yield f"{told}: {plural(len(sources), 'файл', 'файла', 'файлов')}."
            yield from _listed([(source.file, source.reason or "") for source in sources])
    left = passed_over(choice.folder) if choice else ()
    if left:
        files = plural(len(left), "служебный файл", "служебных файла", "служебных файлов")
        names = ", ".join((*map(printable, left[:3]), *(["…"] if len(left) > 3 else [])))
        yield f"Не отчёты, поэтому не читаются: {files} Windows и других программ ({names})."
    for name, words in (("city", "города"), ("year", "года"), ("section", "раздела")):
        if summary.unknown[name]:
            yield f"Без {words}: {plural(summary.unknown[name], 'отчёт', 'отчёта', 'отчётов')}."
    yield from _listed(summary.doubtful)
    yield from remark_lines(remarks)
    if summary.lost_reports and summary.lost_reports.count:
        yield f"В прежнем индексе были, в новом нет: {summary.lost_reports.told}."
    if summary.stamp:
        yield f"Индекс построен и отдаётся: {summary.stamp}."
    yield f"Время: {summary.seconds:.1f} с.".replace(".", ",", 1)


def fresh_lines(choice: Choice, remarks: Sequence[str], pin: Pin | None) -> Iterable[str]:
    """What an update says that had nothing to do."""
    yield choice.sentence
    yield from remark_lines(remarks)
    yield "Индекс свежий: с прошлого раза в отчётах ничего не изменилось."
    if pin:
        yield f"{pin.sentence} {pin.way_out}"


def remark_lines(remarks: Sequence[str]) -> Iterable[str]:
    """The remarks on reports.toml files, not more than fit on a screen."""
    if remarks:
        yield f"Замечания к reports.toml: {len(remarks)}."
    yield from (f"  {printable(remark)}" for remark in remarks[:_MOST_LISTED])
    if len(remarks) > _MOST_LISTED:
        yield f"  … и ещё {len(remarks) - _MOST_LISTED}; все — в python -m indexer check --json"


def _listed(told: Sequence[tuple[str, str]]) -> Iterable[str]:
    """A line for each file and what is to be said of it, not more than fit on a screen."""
    for file, sentence in told[:_MOST_LISTED]:
        yield f"  {printable(file)}: {sentence}"
    if len(told) > _MOST_LISTED:
        yield f"  … и ещё {len(told) - _MOST_LISTED}; все — в python -m indexer check"


def next_steps(summary: Summary) -> Iterable[str]:
    """What an operator does about what was found."""
    if summary.statuses["failed"]:
        yield "Непрочитанные файлы откройте в их программе и сохраните заново в .docx."
    if summary.flawed:
        yield "В файлах, прочитанных не полностью, исправьте то, о чём возле них сказано."
    if any(summary.unknown.values()):
        yield "Город, год и раздел, которых не видно из текста, впишите в reports.toml рядом с файлами (см. README)."
    if summary.warned:
        warned = plural(summary.warned, "отчёта", "отчётов", "отчётов")
        yield f"Предупреждения есть у {warned}; почему так решено: python -m indexer passages ФАЙЛ"
    yield "Построить индекс: python -m indexer rebuild"
