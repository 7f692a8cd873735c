"""Damaged files: bytes flipped, cut out, doubled or strange; in packages also whole members and what is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

REPORTS = Path(__file__).parent.parent / "data" / "reports"
_LARGEST = 40_000
_STRANGE = (
    b"", b"\x00", b"\xff\xff\xff\xff", b"-1", b"99999999999", b"NaN", b"<", b"</", b"]]>", b"&#0;", b"%s", b"{", b"}",
    b"\\bin99999 ", b"endstream", b"obj", b"<w:p>", b"</w:tbl>", b"PK\x05\x06", b"PK\x01\x02", b"\xd0\xcf\x11\xe0",
)  # fmt: skip

Edit = tuple[str, float, float, bytes]
"""What is done, where (a share of the length), to how much of it, and with which bytes."""

EDITS: st.SearchStrategy[Edit] = st.tuples(
    st.sampled_from(("flip", "cut", "double", "insert", "overwrite", "end")),
    st.floats(0, 1),
    st.floats(0, 0.2) | st.floats(0, 0.002),
    st.sampled_from(_STRANGE) | st.binary(min_size=1, max_size=8),
)


def files() -> list[Path]:
    """The small files of the tests, in every format."""
    return sorted(path for path in REPORTS.rglob("*") if path.is_file() and path.stat().st_size <= _LARGEST)


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """A file of the tests with some edits; its kind may have become another."""
    data = draw(st.sampled_from(files())).read_bytes()
    edits = draw(st.lists(EDITS, min_size=1, max_size=4))
    if zipfile.is_zipfile(io.BytesIO(data)) and draw(st.booleans()):
        return _edited_package(data, edits, draw(st.floats(0, 1)), draw(st.sampled_from(("edit", "drop", "swap"))))
    return edited(data, edits)


def edited(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The data after all edits, one after the other."""
    for edit in edits:
        data = _once(data, *edit)
    return data


def _once(data: bytes, what: str, where: float, share: float, strange: bytes) -> bytes:
    start = int(where * len(data))
    end = start + max(int(share * len(data)), 1)
    match what:
        case "flip":
            return (
                data[:start]
                + bytes(byte ^ (strange or b"\x01")[0] for byte in data[start : start + 1])
                + data[start + 1 :]
            )
        case "cut":
            return data[:start] + data[end:]
        case "double":
            return data[:end] + data[start:]
        case "insert":
            return data[:start] + strange + data[start:]
        case "overwrite":
            return data[:start] + strange + data[start + len(strange) :]
        case _:
            return data[:start]


def _edited_package(data: bytes, edits: Sequence[Edit], place: float, what: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = [(entry.filename, package.read(entry)) for entry in package.infolist()]
    number = min(int(place * len(members)), len(members) - 1)
    name, content = members[number]
    if what == "edit":
        members[number] = (name, edited(content, edits))
    elif what == "drop":
        del members[number]
    else:
        other = members[number - 1]
        members[number - 1], members[number] = (other[0], content), (name, other[1])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members:
            package.writestr(name, content)
    return buffer.getvalue()
