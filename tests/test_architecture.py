"""The arrows of the house: what wings and rooms may import stands in the READMEs' tables, and the code keeps to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("indexer", "search_app")
ROW = re.compile(r"^\| \[?`(?P<name>[\w.]+)`[^|]*\|[^|]+\|(?P<imports>[^|]*)\|$", re.MULTILINE)
DOOR = re.compile(r"^Door: (?P<rooms>.+)\.$", re.MULTILINE | re.DOTALL)
ITSELF = "what stands here"
MOST_ON_A_FLOOR = 8
MOST_WITHOUT_A_TABLE = 6
MOST_IN_A_WING = 13
FREELY_MANY = {"indexer/readers", "indexer/report"}


def modules() -> dict[str, Path]:
    """Dotted name → file; a package by its own name."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


MODULES = modules()
WINGS = sorted({path.parent for path in MODULES.values() if path.name == "__init__.py" and len(path.parts) > 1})


def imports_of(path: Path) -> Iterator[str]:
    """Full dotted names of the project's modules that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] in PACKAGES:
                yield name if name in MODULES else name.rpartition(".")[0]


IMPORTS = {name: set(imports_of(path)) for name, path in MODULES.items()}


def wing_of(module: str) -> str:
    """«indexer.index.words» → «indexer.index»; a package's own entry is a wing of no name."""
    return ".".join(module.split(".")[:2])


def allowed(folder: Path) -> dict[str, set[str]]:
    """Name of a wing or room → what it may import, as the folder's README says."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    return {row["name"]: set(re.findall(r"[\w.*]+", row["imports"])) - {"–"} for row in ROW.finditer(text)}


def wing_arrows(package: str) -> dict[str, set[str]]:
    """Wing → wings it imports: of its own package by name, of the other one in full."""
    arrows: dict[str, set[str]] = {}
    for module, imports in IMPORTS.items():
        wing = wing_of(module)
        if wing == package or not wing.startswith(f"{package}.") or wing.endswith("__main__"):
            continue
        others = {wing_of(name) for name in imports} - {wing, package}
        arrows.setdefault(wing.removeprefix(f"{package}."), set()).update(
            name.removeprefix(f"{package}.") for name in others
        )
    return arrows


def room_arrows(wing: str) -> dict[str, set[str]]:
    """Room of a wing → rooms of the same wing that it imports, by their names within it."""
    rooms = {name for name, path in MODULES.items() if name.startswith(f"{wing}.") and path.name != "__init__.py"}
    return {
        room.removeprefix(f"{wing}."): {name.removeprefix(f"{wing}.") for name in IMPORTS[room] & rooms}
        for room in rooms
    }


def faults(arrows: Mapping[str, Iterable[str]], permitted: Mapping[str, set[str]], where: str) -> list[str]:
    found = [f"{where}: `{name}` is not in the map" for name in arrows if name not in permitted]
    found += [f"{where}: the map names `{name}`, which is gone" for name in permitted if name not in arrows]
    for name, imports in arrows.items():
        may = permitted.get(name, set())
        found += [
            f"{where}: `{name}` imports `{other}`"
            for other in sorted(imports)
            if other not in may and f"{other.split('.')[0]}.*" not in may
        ]
    return found


WINGS_OF = {package: sorted({wing_of(name) for name in MODULES} - set(PACKAGES)) for package in PACKAGES}
FOLDERS = sorted({wing for wings in WINGS_OF.values() for wing in wings if (ROOT / wing.replace(".", "/")).is_dir()})


@pytest.mark.parametrize("package", PACKAGES)
def test_wings_import_what_the_map_says(package: str) -> None:
    assert faults(wing_arrows(package), allowed(ROOT / package), package) == []


@pytest.mark.parametrize("wing", FOLDERS)
def test_rooms_of_a_wing_import_what_its_map_says(wing: str) -> None:
    folder, arrows = ROOT / wing.replace(".", "/"), room_arrows(wing)
    mapped = allowed(folder) if (folder / "README.md").exists() else {}
    if mapped or len([name for name in arrows if not name.startswith("_")]) > MOST_WITHOUT_A_TABLE:
        assert faults(arrows, mapped, wing) == []


@pytest.mark.parametrize("wing", FOLDERS)
def test_a_wing_is_entered_by_its_door(wing: str) -> None:
    text = ast.get_docstring(ast.parse(MODULES[wing].read_text(encoding="utf-8"))) or ""
    door = DOOR.search(text)
    assert door, f"{wing}/__init__.py does not tell its door"
    named = set(re.split(r",\s+| and ", door["rooms"]))
    entered = {name for module, imports in IMPORTS.items() if wing_of(module) != wing for name in imports}
    used = {name.removeprefix(f"{wing}.") for name in entered if f"{name}.".startswith(f"{wing}.")}
    assert {ITSELF if name == wing else name for name in used} == named


@pytest.mark.parametrize("package", PACKAGES)
def test_no_circle(package: str) -> None:
    TopologicalSorter(
        {wing: {name for name in others if "." not in name} for wing, others in wing_arrows(package).items()}
    ).prepare()
    for wing in FOLDERS:
        TopologicalSorter(room_arrows(wing)).prepare()


def test_no_floor_is_crowded() -> None:
    rooms: dict[str, int] = {}
    for path in MODULES.values():
        if not path.name.startswith("__"):
            folder = path.parent.relative_to(ROOT).as_posix()
            rooms[folder] = rooms.get(folder, 0) + 1
    crowded = {
        folder: count
        for folder, count in rooms.items()
        if folder not in FREELY_MANY and count > (MOST_ON_A_FLOOR if folder in PACKAGES else MOST_IN_A_WING)
    }
    assert crowded == {}


def test_the_write_side_knows_nothing_of_the_web() -> None:
    assert not [
        (module, name)
        for module, imports in IMPORTS.items()
        if module.startswith("indexer")
        for name in imports
        if name.startswith("search_app")
    ]


def test_the_engine_alone_knows_the_columns() -> None:
    knowing = {module for module, imports in IMPORTS.items() if "indexer.index.columns" in imports}
    wings = {wing_of(module) for module in knowing}
    assert wings == {"indexer.index", "indexer.builds", "indexer.cluster", "search_app.engine"}


def test_one_room_knows_the_morphology() -> None:
    knowing = [name for name, path in MODULES.items() if "import pymorphy3" in path.read_text(encoding="utf-8")]
    assert knowing == ["indexer.language.dictionary"]
