"""A small real archive, read and indexed once, behind a real application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer.rebuild import rebuild
from search_app import create_app

REPORTS = {
    "reports.toml": """\
sample = true
note = "Архив для тестов."

[[file]]
path = "2021/Томск отчёт.txt"
city = "Томск"
""",
    "2020/omsk.txt": """\
ОМСК
Организационная работа

1. Что наиболее значительное удалось сделать в 2020 году?
Заседания штаба перенесены в онлайн режим. Проведено 14 мероприятий:
- шесть встреч с жителями;
- восемь совещаний по видеосвязи.
2. Какие задачи стоят в 2021 году?
Провести перепись зелёных насаждений и открыть общественную приёмную.
""",
    "2021/omsk.txt": """\
ОМСК
Организационная работа

1. Что наиболее значительное удалось сделать в 2021 году?
Онлайн режим сохранён для совещаний. Сравните сами: <script>alert("5 > 3")</script> & «кавычки».
2. Какие задачи стоят в 2022 году?
Провести перепись зелёных насаждений и открыть общественную приёмную.
""",
    "2021/Томск отчёт.txt": """\
Администрация города Томска
Организационная работа

1. Что наиболее значительное удалось сделать в 2021 году?
Открыт парк у реки, мероприятия шли в онлайн режиме.
2. Чем может помочь АСДГ?
Обменом регламентами.
""",
    "без примет.txt": """\
Что наиболее значительное удалось сделать?
Собран урожай огурцов в теплице у здания.
""",
}


def write_reports(folder: Path) -> Path:
    """Writes the archive into ``folder``."""
    for name, text in REPORTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Reports folder and index folder."""
    root = tmp_path_factory.mktemp("web")
    reports, index = write_reports(root / "reports"), root / "index"
    rebuild(reports, index, jobs=1)
    return reports, index


class WholeClient(FlaskClient):
    """Reads every answer to its end, so that files sent are closed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **({"buffered": True} | kwargs))


@pytest.fixture(scope="session")
def app(folders: tuple[Path, Path]) -> Flask:
    reports, index = folders
    app = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index), "TESTING": True})
    app.test_client_class = WholeClient
    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.fixture
def bare_client(tmp_path: Path) -> FlaskClient:
    """A site whose index was never built."""
    return create_app({"REPORTS_DIR": str(tmp_path), "INDEX_DIR": str(tmp_path / "index")}).test_client()
