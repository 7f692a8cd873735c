"""Which folder is read: the one that was named, else the operator's own, and while that is empty the sample."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indexer.errors import ReportsFolderError
from indexer.folders import DEFAULT_REPORTS, is_sample, sample_folder
from indexer.intake.folder import holds_files


@dataclass(frozen=True, slots=True)
class Choice:
    """A reports folder and why it is read."""

    folder: Path
    stands_in: bool = False
    """It is the sample, read only because the operator's own folder is empty."""

    @property
    def sentence(self) -> str:
        """What is read, for the operator."""
        if self.stands_in:
            what_to_do = (
                f"в папке «{DEFAULT_REPORTS}» ещё нет отчётов. Положите"
                if DEFAULT_REPORTS.is_dir()
                else f"папки «{DEFAULT_REPORTS}» ещё нет. Создайте её, положите"
            )
            return f"Читается образец «{self.folder}»: {what_to_do} в неё свои отчёты и повторите команду."
        return f"Читается {'образец' if is_sample(self.folder) else 'папка'} «{self.folder}»."


def choose(named: Path | None, *, own_served: bool = False) -> Choice:
    """The folder to read. ``named`` is what the operator said; nothing ever stands in for that.

    Raises ReportsFolderError when the operator's own folder cannot be read, for whether it is empty is then unknown,
    and when it is empty while an index of his own reports is served: the sample must not take its place.
    """
    if named is not None:
        return Choice(named)
    if holds_files(DEFAULT_REPORTS) or not sample_folder().is_dir():
        return Choice(DEFAULT_REPORTS)
    if own_served:
        raise ReportsFolderError(
            f"В папке «{DEFAULT_REPORTS}» нет ни одного отчёта, а отдаётся индекс ваших отчётов: он оставлен, образец "
            "его не заменит. Проверьте, на месте ли файлы (не отключён ли диск); если нужен образец: "
            f"python -m indexer rebuild --reports {sample_folder()}"
        )
    return Choice(sample_folder(), stands_in=True)
