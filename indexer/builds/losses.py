"""What a new build would lack of the served one: a drive that is not mounted looks like a folder somebody emptied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer.builds.manifest import SourceEntry
from indexer.russian import plural

_FEW = 3
"""Fewer reports than so many are taken away by hand, one by one."""
_MANY = 5
_SHARE = 10
"""One of so many."""
_NAMED = 5
"""Folders named in a sentence."""


@dataclass(frozen=True, slots=True)
class Losses:
    """Reports of the served build that a new one has neither under their ids nor with their text."""

    totals: Mapping[str, int]
    """First folder of the path («» for the reports folder itself) → reports of the served build."""
    gone: Mapping[str, int]
    """The same for reports gone; only folders that lost some."""

    @property
    def count(self) -> int:
        """Reports gone."""
        return sum(self.gone.values())

    @property
    def are_many(self) -> bool:
        """Whether somebody should look before it is published.

        More than 5 reports that are more than a tenth; three or more that are over half, or a whole folder.
        """
        total = sum(self.totals.values())
        return (
            (self.count > _MANY and self.count * _SHARE > total)
            or (self.count >= _FEW and self.count * 2 > total)
            or any(gone >= _FEW and folder and gone == self.totals[folder] for folder, gone in self.gone.items())
        )

    @property
    def told(self) -> str:
        """«12 отчётов из 40: папка «2019» — все 12»: how many are gone and from where, what lost most first."""
        total = sum(self.totals.values())
        folders = sorted(self.gone, key=lambda folder: (-self.gone[folder], folder))
        listed = "; ".join(map(self._folder_sentence, folders[:_NAMED]))
        more = plural(len(folders) - _NAMED, "папка", "папки", "папок")
        others = f"; ещё {more}" if len(folders) > _NAMED else ""
        gone = plural(self.count, "отчёт", "отчёта", "отчётов")
        return f"{gone} из {total}: {listed}{others}"

    def _folder_sentence(self, folder: str) -> str:
        gone, total = self.gone[folder], self.totals[folder]
        name = f"папка «{folder}»" if folder else "в самой папке отчётов"
        return f"{name} — {f'все {total}' if gone == total > 1 else f'{gone} из {total}'}"


def losses(before: Sequence[SourceEntry], now: Sequence[SourceEntry]) -> Losses:
    """What ``now`` lacks of ``before``. Files that moved or were saved in another format are not gone."""
    ids = {identity for entry in now if entry.reports for identity in entry.given_ids}
    contents = {entry.content for entry in now if entry.reports}
    totals: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for entry in before:
        folder, slash, _ = entry.file.partition("/")
        totals[folder if slash else ""] += entry.reports
        # A copy has its original's ids and no reports.
        if entry.reports and entry.content not in contents:
            gone[folder if slash else ""] += sum(identity not in ids for identity in entry.given_ids)
    return Losses(totals, +gone)
