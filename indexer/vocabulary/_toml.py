"""A TOML file that remembers its lines: every fault is told as «file, строка n: what and what to do»."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from indexer.errors import VocabularyError

_SYNTAX_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_HEADER = re.compile(r"^\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_NEXT_KEY = re.compile(r"""^\s*(?:["']?[\w. -]+["']?\s*=|\[)""")
_LETTERS = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
_LATIN = re.compile(r"[A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u00ad\u200b-\u200f\ufeff]")

_CAUSES = (
    ("Unescaped", "обратная косая черта в кавычках: в путях пишите «/»"),
    ("Invalid hex", "обратная косая черта в кавычках: в путях пишите «/»"),
    ("not a Unicode", "обратная косая черта в кавычках: в путях пишите «/»"),
    ("Expected '='", "после имени нет знака «=»"),
    ("Expected ']", "не закрыта квадратная скобка"),
    ("Unclosed", "не закрыта скобка"),
    ("Expected newline", "за значением стоит лишнее: проверьте кавычки"),
    ("Unterminated", "не закрыты кавычки"),
    ("Illegal character", "не закрыты кавычки или недопустимый знак"),
    ("Invalid value", "значение не понято: текст пишут в кавычках"),
    ("Invalid date", "такой даты не бывает"),
    ("Invalid initial", "имя ключа не понято: ключи пишут латиницей или в кавычках"),
    ("Invalid statement", "строка не понята: ключи пишут латиницей или в кавычках"),
    ("overwrite", "ключ повторён"),
    ("Duplicate", "ключ повторён"),
    ("twice", "таблица повторена"),
    ("mutate", "таблица повторена"),
    ("redefine", "таблица повторена"),
)
"""Signs of tomllib's complaints and what they mean."""

_TYPE_NAMES = {str: "строка в кавычках", bool: "true или false", int: "целое число", float: "число"}


@dataclass(frozen=True, slots=True)
class TomlFile:
    """One parsed file with its text, to find lines in."""

    path: Path
    content: bytes
    data: Mapping[str, Any]
    lines: tuple[str, ...] = field(repr=False)

    def fail(self, line: int, message: str) -> NoReturn:
        """Raise VocabularyError that names the file and the line (from 1)."""
        raise VocabularyError(f"{self.path}, строка {line}: {message}")

    def only(self, *names: str) -> None:
        """Raise VocabularyError if the top level holds anything but ``names``, or lacks one of them."""
        root = Table(self, self.data, 0, len(self.lines))
        root.check_keys(required=names)

    def tables(self, name: str) -> Iterator[Table]:
        """Yield the tables of ``[[name]]`` in order, each with its stretch of lines."""
        entries = self.data.get(name, [])
        headers = self._headers(name)
        start = headers[0] if headers else 0
        if not isinstance(entries, list) or not entries:
            self.fail(start + 1, f"нужны записи «[[{name}]]».")
        # Behind the last one other tables may stand.
        others = (index for index in self._headers() if headers and index > headers[-1])
        behind = (index for index in others if not self.lines[index].lstrip(" [").startswith(f"{name}."))
        stretches = [*headers, next(behind, len(self.lines))]
        for number, entry in enumerate(entries):
            # An inline array of tables has no headers: the whole file is then the stretch.
            exact = len(headers) == len(entries)
            first, last = (stretches[number], stretches[number + 1]) if exact else (0, len(self.lines))
            if not isinstance(entry, dict):
                self.fail(first + 1, f"запись «{name}» должна быть таблицей.")
            yield Table(self, entry, first, last)

    def table(self, name: str) -> Table:
        """The table ``[name]``."""
        headers = self._headers(name)
        first = headers[0] if headers else 0
        entry = self.data.get(name)
        if not isinstance(entry, dict):
            self.fail(first + 1, f"нужна таблица «[{name}]».")
        following = [number for number in self._headers() if number > first]
        return Table(self, entry, first, following[0] if following else len(self.lines))

    def _headers(self, name: str | None = None) -> list[int]:
        """Indexes of the lines that open a table (called ``name``)."""
        found = ((index, _HEADER.match(line)) for index, line in enumerate(self.lines))
        return [index for index, match in found if match and name in (None, match.group(1))]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file with the stretch of lines it stands on; its getters check types."""

    file: TomlFile
    data: Mapping[str, Any]
    first: int
    """Index of its header line, from 0."""
    last: int
    """Index behind its last line."""

    def fail(self, message: str, *, key: str | None = None, value: str | None = None) -> NoReturn:
        """Raise VocabularyError at the line of ``value`` or ``key`` in this table, else at its header."""
        self.file.fail(self.line_of(key=key, value=value), message)

    def line_of(self, *, key: str | None = None, value: str | None = None) -> int:
        """Line number (from 1) where ``value`` stands, else ``key``, else the header."""
        start, end = self._stretch_of(key) if key is not None else (self.first, self.last)
        if value is None:
            return start + 1
        stretch = range(start, end)
        whole = [index for index in stretch if f'"{value}"' in self.file.lines[index]]
        part = [index for index in stretch if value in self.file.lines[index]]
        # Of a value given twice it is the last that is too many; a part of a longer string is met first.
        return (whole[-1] if whole else part[0] if part else start) + 1

    def _stretch_of(self, key: str) -> tuple[int, int]:
        """Indexes of the line where ``key`` is set and of the line behind its value."""
        setting = re.compile(rf"""(?:^|[{{,.])\s*["']?{re.escape(key)}["']?\s*=""")
        lines = self.file.lines
        found = [index for index in range(self.first, self.last) if setting.search(lines[index])]
        if not found:
            return self.first, self.last
        start = found[-1]
        following = (index for index in range(start + 1, self.last) if _NEXT_KEY.match(lines[index]))
        return start, next(following, self.last)

    def check_keys(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
        """Raise VocabularyError on an unknown or a missing key."""
        known = (*required, *optional)
        for key in self.data:
            if key not in known:
                self.fail(f"ключ «{key}» неизвестен; допустимы: {', '.join(known)}.", key=key)
        for key in required:
            if key not in self.data:
                self.fail(f"нет обязательного ключа «{key}».")

    def text(self, key: str, default: str | None = None) -> str:
        """A clean, non-empty string."""
        if default is not None and key not in self.data:
            return default
        value = self._typed(key, str)
        self.check_text(value, key)
        return str(value)

    def flag(self, key: str) -> bool:
        """A boolean; false where absent."""
        return bool(self._typed(key, bool)) if key in self.data else False

    def whole(self, key: str) -> int:
        """An integer above zero."""
        value = int(self._typed(key, int))
        if value <= 0:
            self.fail(f"«{key}» должно быть больше нуля.", key=key)
        return value

    def number(self, key: str, low: float, high: float) -> float:
        """A number from ``low`` to ``high``, both included."""
        value = float(self._typed(key, float))
        if not low <= value <= high:
            self.fail(f"«{key}» должно лежать от {low:g} до {high:g}, а не {value:g}.", key=key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of clean strings without repeats; empty where absent."""
        values = self.data.get(key, [])
        if not isinstance(values, list):
            self.fail(f"«{key}» должно быть списком строк в квадратных скобках.", key=key)
        seen: set[str] = set()
        for value in values:
            if not isinstance(value, str):
                self.fail(f"в списке «{key}» допустимы только строки, а не {value!r}.", key=key, value=str(value))
            self.check_text(value, key)
            if value in seen:
                self.fail(f"в списке «{key}» дважды стоит «{value}».", key=key, value=value)
            seen.add(value)
        return tuple(values)

    def sub(self, key: str) -> Table:
        """The table under ``key`` (``[name.key]`` or inline), on this table's lines."""
        entry = self.data.get(key)
        if not isinstance(entry, dict):
            self.fail(f"«{key}» должно быть таблицей.", key=key)
        start = self.line_of(key=key) - 1
        for index in range(self.first, self.last):
            header = _HEADER.match(self.file.lines[index])
            if header and header.group(1).endswith(f".{key}"):
                start = index
        return Table(self.file, entry, start, self.last)

    def check_text(self, value: str, key: str) -> None:
        """Raise VocabularyError if ``value`` is blank, padded, or holds invisible signs or words of two alphabets."""
        if not value.strip():
            self.fail(f"пустая строка в «{key}».", key=key)
        if value != value.strip() or "  " in value:
            self.fail(f"лишние пробелы в «{value}».", key=key, value=value)
        if _CONTROL.search(value):
            self.fail(f"невидимые знаки в «{_CONTROL.sub('�', value)}».", key=key)
        for word in _LETTERS.findall(value):
            # «Oмск» with a Latin O looks right and never matches.
            if _CYRILLIC.search(word) and _LATIN.search(word):
                self.fail(f"в слове «{word}» смешаны русские и латинские буквы.", key=key, value=value)

    def _typed(self, key: str, kind: type) -> Any:
        """The value under ``key`` if it is of ``kind`` (an integer passes for a float, a boolean for nothing else)."""
        if key not in self.data:
            self.fail(f"нет обязательного ключа «{key}».")
        value = self.data[key]
        wanted = (int, float) if kind is float else (kind,)
        if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
            self.fail(f"«{key}» должно быть: {_TYPE_NAMES[kind]}, а не {value!r}.", key=key)
        return value


def read_toml(path: Path) -> TomlFile:
    """Read and parse ``path``.

    Raises VocabularyError if the file is missing, not UTF-8 or not TOML; the sentence names file and line.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise VocabularyError(
            f"{path}, строка 1: файл не читается: проверьте, на месте ли он и есть ли на него права."
        ) from error
    try:
        # Word processors put a byte order mark before; tomllib does not know it.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise VocabularyError(f"{path}, строка {line}: файл не в кодировке UTF-8, сохраните его в UTF-8.") from error
    text = text.replace("\r\n", "\n")
    lines = tuple(text.split("\n"))
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise VocabularyError(
            f"{path}, строка {_syntax_line(error, lines)}: ошибка записи TOML ({_cause(error)})."
        ) from error
    return TomlFile(path, content, data, lines)


def _syntax_line(error: tomllib.TOMLDecodeError, lines: tuple[str, ...]) -> int:
    """The line tomllib complains of; the last one where it ran out of text."""
    match = _SYNTAX_LINE.search(str(error))
    return int(match.group(1)) if match and match.group(1) else len(lines)


def _cause(error: tomllib.TOMLDecodeError) -> str:
    """What tomllib complains of, in Russian."""
    told = str(error)
    return next((cause for sign, cause in _CAUSES if sign in told), "запись не по правилам")
