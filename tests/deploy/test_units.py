"""Units of systemd, the steps of the container and the tasks of Windows: what they run exists and works."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.cli import main as indexer
from search_app.cli import main as search_app
from tests.deploy.places import DEPLOY, ROOT, free_port, program, replaced
from tests.site_archive import write_reports
from tests.waiting import until

UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir() if path.suffix in (".service", ".timer", ".path"))
SERVICES = [name for name in UNITS if name.endswith(".service")]
MOST_EXPOSED = "20"
"""Of 100, by `systemd-analyze security`: what it calls OK begins at 40."""


def test_units_are_as_systemd_wants_them(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text(encoding="utf-8")
        text = text.replace("/opt/opyt/.venv/bin/python", sys.executable).replace(
            "WorkingDirectory=/opt/opyt", "WorkingDirectory=/"
        )
        (tmp_path / name).write_text(text.replace("EnvironmentFile=/etc/opyt/opyt.env", ""), encoding="utf-8")
    told = subprocess.run(
        [analyze, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    ours = [line for line in told.stderr.decode().splitlines() if "opyt" in line]
    assert told.returncode == 0 and not ours, told.stderr.decode()


@pytest.mark.parametrize("name", SERVICES)
def test_services_may_do_little(name: str) -> None:
    told = subprocess.run(
        [
            program("systemd-analyze"),
            "security",
            "--offline=true",
            f"--threshold={MOST_EXPOSED}",
            DEPLOY / "systemd" / name,
        ],
        capture_output=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout.decode()[-300:]
    text = (DEPLOY / "systemd" / name).read_text(encoding="utf-8")
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "User=opyt", "CapabilityBoundingSet="):
        assert f"\n{line}\n" in text


@pytest.mark.skipif(os.name != "posix", reason="a script of the shell")
def test_commands_of_the_operator_have_the_folders_of_the_service(tmp_path: Path) -> None:
    write_reports(tmp_path / "отчёты мэрии")
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    for wing in ("indexer", "search_app"):
        (tmp_path / wing).symlink_to(ROOT / wing)
    settings = f'REPORTS_DIR="{tmp_path}/отчёты мэрии"\nINDEX_DIR={tmp_path}/index\n#METRICS=1\n'
    (tmp_path / "opyt.env").write_text(settings, encoding="utf-8")
    # Root becomes the user of the service, who is not on every machine: here nobody is root.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/id").write_text("#!/bin/sh\necho 1000\n", encoding="utf-8")
    (tmp_path / "bin/id").chmod(0o755)
    environment = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "PYTHONUTF8": "1"}
    environment |= {"OPYT_ENV": f"{tmp_path}/opyt.env", "OPYT_HOME": str(tmp_path)}
    for words in (["indexer", "update", "--jobs", "1"], ["indexer", "export", f"{tmp_path}/a b.zip"]):
        done = subprocess.run(
            ["sh", DEPLOY / "opyt", *words], env=environment, cwd="/", capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "a b.zip").is_file() and (tmp_path / "index/CURRENT").is_file()


def test_folders_and_variables_of_the_units_agree() -> None:
    lines = (DEPLOY / "systemd" / "opyt.env").read_text(encoding="utf-8").splitlines()
    given = dict(line.lstrip("#").split("=", 1) for line in lines if re.match(r"#?[A-Z_]+=", line))
    known = {
        name
        for group in (search_app, indexer)
        for command in (group, *group.commands.values())
        for option in command.params
        for name in ([option.envvar] if isinstance(option.envvar, str) else option.envvar or ())
    }
    assert set(given) - known == {"TZ"}
    made = (DEPLOY / "systemd" / "opyt.tmpfiles").read_text(encoding="utf-8")
    for folder in (given["REPORTS_DIR"], given["INDEX_DIR"]):
        assert f"d {folder} " in made
    for name in SERVICES:
        for written in re.findall(
            r"^ReadWritePaths=(.+)$", (DEPLOY / "systemd" / name).read_text(encoding="utf-8"), re.M
        ):
            assert f"d {written} " in made and written.startswith(given["INDEX_DIR"])


def steps() -> list[tuple[str, str]]:
    """The instructions of the Containerfile after its last FROM and those of the stage before, without comments."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def test_the_containers_steps_run_in_a_clean_folder(tmp_path: Path) -> None:
    """What it copies is all it needs: an index is built and served, and its health is asked as it asks itself."""
    home, data = tmp_path / "opyt", tmp_path / "data"
    shown = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for kind, rest in steps():
        if kind == "COPY" and not rest.startswith("--from"):
            source, target = rest.split()
            assert f"!{source}" in shown
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, home / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                home.mkdir(exist_ok=True)
                shutil.copy(ROOT / source, home / target)
    write_reports(data / "reports")
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    environment |= {"REPORTS_DIR": str(data / "reports"), "INDEX_DIR": str(data / "index")}
    built = subprocess.run(
        [sys.executable, "-m", "indexer", "update"], cwd=home, env=environment, capture_output=True, check=False
    )
    assert built.returncode == 0, built.stderr.decode()
    port = str(free_port())
    serve = json.loads(next(rest for kind, rest in reversed(steps()) if kind == "CMD"))
    health = json.loads(next(rest for kind, rest in steps() if kind == "HEALTHCHECK").partition("CMD ")[2])
    command = [sys.executable, *(port if word == "8000" else word for word in serve[1:])]
    with subprocess.Popen(
        command, cwd=home, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as site:
        try:
            asks = [sys.executable, "-c", health[2].replace(":8000/", f":{port}/")]
            # In a clean folder the loops of a search are compiled first.
            until(lambda: site.poll() is not None or _says_well(asks, environment))
            assert site.poll() is None
        finally:
            site.terminate()
    assert sorted(path.name for path in home.rglob("*.pyc")) == []


def _says_well(asks: list[str], environment: dict[str, str]) -> bool:
    return not subprocess.run(asks, capture_output=True, check=False, env=environment).returncode


def test_the_container_runs_without_rights() -> None:
    kinds = [kind for kind, _ in steps()]
    assert kinds.index("USER") < kinds.index("CMD") and ("USER", "10001") in steps()
    assert {"VOLUME", "HEALTHCHECK", "EXPOSE"} <= set(kinds)
    assert not any("curl" in rest and "|" in rest for kind, rest in steps() if kind == "RUN")


@pytest.mark.skipif(not os.environ.get("CI"), reason="installs all packages anew: only where everything is tested")
def test_the_containers_packages_install_from_the_locked_list(tmp_path: Path) -> None:
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    (made, installed) = (
        rest for kind, rest in steps() if kind == "RUN" and (".venv" in rest and "useradd" not in rest)
    )
    for line in (made.replace("python -m venv", f"{sys.executable} -m venv"), installed):
        done = subprocess.run(shlex.split(line), cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
    done = subprocess.run([tmp_path / ".venv/bin/python", "-m", "search_app", "--version"], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_the_container_builds_where_there_is_a_builder() -> None:
    builder = shutil.which("podman") or shutil.which("buildah")
    if builder is None or subprocess.run([builder, "info"], capture_output=True, check=False).returncode:
        pytest.skip("needs podman or buildah that works here")
    base = next(rest.partition("=")[2] for kind, rest in steps() if kind == "ARG")
    if subprocess.run([builder, "pull", "--quiet", base], capture_output=True, check=False).returncode:
        pytest.skip(f"{base} cannot be had from here")
    file = str(DEPLOY / "Containerfile")
    command = [builder, "build", "--format", "docker", "-f", file, "-t", "opyt-test", str(ROOT)]
    assert subprocess.run(command, check=False).returncode == 0


def test_the_tasks_of_windows_call_what_there_is() -> None:
    text = (DEPLOY / "windows" / "install.ps1").read_text(encoding="ascii")
    for package, command in re.findall(r"-m (indexer|search_app) (\w*)", text):
        group = {"indexer": indexer, "search_app": search_app}[package]
        assert not command or command in group.commands
    assert text.count("Register-ScheduledTask -Force") == 2 and replaced(DEPLOY / "windows" / "install.ps1", {})
