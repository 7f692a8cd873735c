"""A small real archive of report files for the site, and a client that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

REPORTS = {
    "reports.toml": """\
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


class WholeClient(FlaskClient):
    """Reads every answer to its end, so that files sent are closed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **({"buffered": True} | kwargs))
