"""sizes.toml: bands of cities by population."""

from __future__ import annotations

import re

from indexer.vocabulary._entries import Size
from indexer.vocabulary._parse import Claims
from indexer.vocabulary._toml import TomlFile

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def parse_sizes(file: TomlFile) -> tuple[Size, ...]:
    """The bands of ``[[size]]`` tables, from the smallest.

    Raises VocabularyError where they do not rise from one, or two have one name.
    """
    file.only("size")
    names = Claims("название")
    sizes: list[Size] = []
    for table in file.tables("size"):
        table.check_keys(required=("id", "label", "least"), optional=("aliases",))
        size = Size(table.text("id"), table.text("label"), table.whole("least"), table.texts("aliases"))
        if not _ID.fullmatch(size.id):
            table.fail(f"обозначение «{size.id}»: нужны латинские буквы, цифры и дефисы.", key="id", value=size.id)
        if (size.least > sizes[-1].least) if sizes else (size.least == 1):
            for key, written in (("id", (size.id,)), ("label", (size.label,)), ("aliases", size.aliases)):
                for name in written:
                    names.claim(name, size.id, table, key)
            sizes.append(size)
        else:
            table.fail("границы должны расти от единицы.", key="least")
    return tuple(sizes)
