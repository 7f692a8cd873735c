"""A rollback stays until it is released, and everybody says so."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from indexer.builds.pin import read_pin
from indexer.builds.pointers import Pointers
from indexer.builds.store import Store
from indexer.errors import NoBuildError, PinnedError
from search_app import create_app
from search_app.server.served import ServedIndex
from tests.small_archive import REPORTS, make_reports, publish
from tests.work_place import answered, run, state, write

SENTENCE = "закреплён: к нему вернулись командой rollback"
RELEASE = "python -m indexer rollback --release"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two builds, gone back to the first."""
    reports, index = tmp_path / "reports", tmp_path / "index"
    write(reports / "омск.txt", answered())
    run("rebuild", "--reports", reports, "--index", index)
    write(reports / "томск.txt", answered("ТОМСК"))
    run("update", "--reports", reports, "--index", index)
    told = run("rollback", "--index", index)
    assert told.exit_code == 0 and "закреплён" in told.stdout and RELEASE in told.stdout
    return reports, index


@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_nothing_is_built_until_it_is_released(folders: tuple[Path, Path], command: str) -> None:
    reports, index = folders
    stamp = Store(index).current_dir().name
    told = run(command, "--reports", reports, "--index", index)
    assert (told.exit_code, told.stdout) == (1, "")
    assert SENTENCE in told.stderr and RELEASE in told.stderr and stamp in told.stderr
    assert Store(index).current_dir().name == stamp
    released = run("rollback", "--release", "--index", index)
    assert released.exit_code == 0 and "снято" in released.stdout
    assert Store(index).current_dir().name == stamp
    assert run(command, "--reports", reports, "--index", index).exit_code == 0
    assert Store(index).current_dir().name != stamp
    again = run("rollback", "--release", "--index", index)
    assert again.exit_code == 0 and "не закреплён" in again.stdout


def test_status_and_a_fresh_update_say_so(folders: tuple[Path, Path]) -> None:
    reports, index = folders
    (reports / "томск.txt").unlink()
    for command in ("status", "update"):
        told = run(command, "--reports", reports, "--index", index)
        assert told.exit_code == 0 and SENTENCE in told.stdout and RELEASE in told.stdout
    pinned = state("--reports", reports, "--index", index)["pinned"]
    assert pinned["build"] == Store(index).current_dir().name and pinned["since"].endswith("+00:00")


def test_going_back_twice_pins_the_other_one(folders: tuple[Path, Path]) -> None:
    _, index = folders
    first = Store(index).current_dir().name
    assert run("rollback", "--index", index).exit_code == 0
    pin = Store(index).pin()
    assert pin is not None and pin.stamp == Store(index).current_dir().name != first


def test_the_site_says_so(folders: tuple[Path, Path]) -> None:
    reports, index = folders
    client = create_app({"INDEX_DIR": str(index), "REPORTS_DIR": str(reports)}).test_client()
    assert "администратор вернулся к этой сборке" in client.get("/about").text
    assert client.get("/health").get_json()["pinned"] is True
    run("rollback", "--release", "--index", index)
    assert "администратор вернулся" not in client.get("/about").text
    assert client.get("/health").get_json()["pinned"] is False


def test_the_log_of_a_running_server_tells_of_the_change(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    publish(tmp_path, make_reports(REPORTS[:1]))
    store = publish(tmp_path, make_reports(REPORTS[:2]))
    served = ServedIndex(tmp_path)
    with served.lease():
        assert caplog.messages == []
    stamp = store.rollback()
    with served.lease() as engine:
        assert engine.manifest.stamp == stamp
    (message,) = caplog.messages
    assert message.startswith(f"Отдаётся другой индекс: {stamp}.") and SENTENCE in message


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"stamp": 1}', b"\xff\xfe", b"null"])
def test_a_damaged_pin_pins_too(tmp_path: Path, content: bytes) -> None:
    store = publish(tmp_path, make_reports(REPORTS))
    (tmp_path / "PIN").write_bytes(content)
    with pytest.raises(PinnedError, match=RELEASE), store.writing():
        pass
    assert run("status", "--index", tmp_path, "--reports", tmp_path).exit_code == 0
    assert store.release() is not None
    assert read_pin(tmp_path / "PIN") is None


def test_a_crash_before_the_switch_leaves_the_pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, make_reports(REPORTS[:1]))
    store = publish(tmp_path, make_reports(REPORTS[:2]))
    monkeypatch.setattr(Pointers, "switch", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        store.rollback()
    with pytest.raises(PinnedError), store.writing():
        pass


def test_a_rollback_from_rubbish_blames_the_rubbish(folders: tuple[Path, Path]) -> None:
    _, index = folders
    (index / "CURRENT").write_bytes(b"\0" * 64)
    told = run("rollback", "--index", index)
    assert told.exit_code == 1 and told.stderr.startswith(f"Файл CURRENT в папке «{index}» не называет")


def test_nothing_to_release_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(NoBuildError):
        Store(tmp_path / "none").release()
    assert not (tmp_path / "none").exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(folders: tuple[Path, Path]) -> None:
    _, index = folders
    index.chmod(0o500)
    told = run("rollback", "--release", "--index", index)
    index.chmod(0o700)
    assert told.exit_code == 1 and "нет прав" in told.stderr


@pytest.mark.parametrize(
    ("asked", "task"), [((), "Вернуться к предыдущему индексу"), (("--release",), "Снять закрепление индекса")]
)
def test_a_disk_that_is_only_read_is_told_with_what_was_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], task: str
) -> None:
    publish(tmp_path, make_reports(REPORTS))
    monkeypatch.setattr("indexer.builds.store.Lock", _refused)
    told = run("rollback", *asked, "--index", tmp_path)
    assert told.exit_code == 1 and told.stderr.startswith(f"{task} в папке «{tmp_path}» не удалось: диск доступен")


def _refused(path: Path) -> None:
    raise OSError(errno.EROFS, "read-only", str(path))
