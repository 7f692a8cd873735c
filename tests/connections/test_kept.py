"""Repeats and remarks of an updated index are those of one that is built anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from indexer.builds.store import Store
from indexer.index.columns import Columns, open_columns
from indexer.rebuild import rebuild, update
from tests.connections.test_echoes import REPORT, REPORTS

NAMES = ("doc_group", "doc_bucket", "doc_remarks", "remarks_start", "remarks_city", "remarks_tone")


def write(folder: Path, name: str) -> None:
    city, year, deeds, others, troubles = REPORTS[name]
    text = REPORT.format(city=city, year=year, deeds=deeds, others=others, troubles=troubles)
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def columns(index: Path) -> tuple[Columns, list[str]]:
    found, meta = open_columns(Store(index).current_dir())
    return found, meta.values["mentioned"]


def test_an_update_gives_the_groups_and_remarks_of_a_rebuild(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    for name in ("omsk-2018", "omsk-2021", "tomsk-2019"):
        write(reports, name)
    rebuild(reports, tmp_path / "index", jobs=1)
    for step in ("omsk-2019", "tomsk-2019"):
        if step in [path.stem for path in reports.iterdir()]:
            (reports / f"{step}.txt").unlink()
        else:
            write(reports, step)
        update(reports, tmp_path / "index")
        rebuild(reports, tmp_path / "anew", jobs=1)
        updated, mentioned = columns(tmp_path / "index")
        anew, mentioned_anew = columns(tmp_path / "anew")
        assert mentioned == mentioned_anew
        assert all(np.array_equal(getattr(updated, name), getattr(anew, name)) for name in NAMES)
        assert int((anew.doc_group != np.arange(anew.passages)).sum()) == 2
