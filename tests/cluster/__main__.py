"""Three nodes on this machine, the sample published to them, the site in front of them; Ctrl+C ends all.

    python -m tests.cluster [--reports FOLDER] [--port 8000]

For developers: the nodes keep nothing. Wants Java and Maven (``python -m tests.cluster.jars``).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.cluster.jars import NoClusterError, install
from tests.cluster.nodes import Cluster

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Serves until interrupted; the exit status of what went wrong."""
    options = argparse.ArgumentParser(prog="python -m tests.cluster", description=(__doc__ or "").splitlines()[0])
    options.add_argument("--reports", default="index_data/sample")
    options.add_argument("--port", default="8000")
    options.add_argument("--nodes", type=int, default=3)
    told = options.parse_args()
    try:
        install()
    except NoClusterError as error:
        print(error, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as place, Cluster(Path(place), told.nodes) as cluster:
        index = str(Path(place) / "index")
        replicas = str(min(1, told.nodes - 1))
        for words in (
            ["indexer", "rebuild", "--reports", told.reports, "--index", index],
            ["indexer", "publish", "--to", cluster.url, "--index", index, "--replicas", replicas],
        ):
            if status := _run(words):
                return status
        for node in cluster.nodes:
            print(f"{node.name}: {node.url}, process {node.pid}", flush=True)
        return _run(["search_app", "--reports", told.reports, "--engine", cluster.url, "--port", told.port])


def _run(words: list[str]) -> int:
    try:
        return subprocess.run([sys.executable, "-m", *words], cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
