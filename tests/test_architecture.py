"""The arrows of the house: what each room may import stands in the READMEs' tables, and the code keeps to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("indexer", "search_app")
ROW = re.compile(r"^\| `(?P<rooms>[^|]+)` \|[^|]+\|(?P<imports>[^|]*)\|$", re.MULTILINE)


def allowed(package: str) -> dict[str, set[str]]:
    """Room → rooms it may import, as the package's README says; a room of the other package by its full name."""
    text = (ROOT / package / "README.md").read_text(encoding="utf-8")
    arrows: dict[str, set[str]] = {}
    for row in ROW.finditer(text):
        imports = set(re.findall(r"[\w.*]+", row["imports"])) - {"–"}
        for room in re.findall(r"\w+", row["rooms"]):
            arrows[room] = imports
    return arrows


def rooms(package: str) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        relative = path.relative_to(ROOT / package)
        room = relative.parts[0] if len(relative.parts) > 1 else relative.stem
        found.setdefault(room, []).append(path)
    return found


def imports_of(path: Path) -> Iterator[str]:
    """Full dotted names of the project's modules that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in PACKAGES)


def arrows_of(package: str) -> dict[str, set[str]]:
    """Room → rooms it imports; its own package's by room, the other's as ``package.room``."""
    found: dict[str, set[str]] = {}
    known = {name: set(rooms(name)) for name in PACKAGES}
    for room, paths in rooms(package).items():
        found[room] = set()
        for path in paths:
            for name in imports_of(path):
                owner, *rest = name.split(".")
                target = rest[0] if rest and rest[0] in known[owner] else "__init__"
                found[room].add(target if owner == package else f"{owner}.{target}")
        found[room].discard(room)
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_stands_in_the_map_and_imports_what_it_may(package: str) -> None:
    permitted = allowed(package)
    faults = []
    for room, imports in arrows_of(package).items():
        if room in ("__init__", "__main__"):
            continue
        if room not in permitted:
            faults.append(f"{package}/{room} is not in the map")
            continue
        for name in sorted(imports - permitted[room]):
            other = name.split(".")[0] + ".*"
            if other not in permitted[room] and name != "__init__":
                faults.append(f"{package}/{room} imports {name}")
    assert not faults


@pytest.mark.parametrize("package", PACKAGES)
def test_the_map_names_no_room_that_is_gone(package: str) -> None:
    assert set(allowed(package)) <= set(rooms(package))


def test_no_circle() -> None:
    for package in PACKAGES:
        graph = {room: {name for name in names if "." not in name} for room, names in arrows_of(package).items()}
        for room in ("__init__", "__main__"):
            graph.pop(room, None)
        TopologicalSorter(graph).prepare()


def test_the_write_side_knows_nothing_of_the_web() -> None:
    assert not [name for names in arrows_of("indexer").values() for name in names if name.startswith("search_app")]


def test_one_room_knows_the_morphology() -> None:
    knowing = [path for path in (ROOT / "indexer").rglob("*.py") if "import pymorphy3" in path.read_text("utf-8")]
    knowing += [path for path in (ROOT / "search_app").rglob("*.py") if "import pymorphy3" in path.read_text("utf-8")]
    assert [path.name for path in knowing] == ["analysis.py"]
