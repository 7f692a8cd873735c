"""What is told while files are read."""

from __future__ import annotations

import pytest

from indexer.cli.progress import Progress


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (1, "Прочитано: 1 файл из 18\u202f683, 1 в минуту"),
        (18631, "Прочитано: 18\u202f631 файл из 18\u202f683, 186 в секунду, ещё меньше минуты"),
        (1868, "Прочитано: 1\u202f868 файлов из 18\u202f683, 19 в секунду, ещё 15 минут"),
        (18683, "Прочитано: 18\u202f683 файла из 18\u202f683, 187 в секунду. Составляется индекс…"),
    ],
)
def test_the_rest_is_told_once_it_can_be(files: int, told: str) -> None:
    assert Progress()._line(files, 18683, 100.0) == told
