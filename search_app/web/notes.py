"""Notes as answers to the browser: the title that was asked for, what the note is; for the boss and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from flask import Response, abort, jsonify, request

from indexer.errors import MissingToolError
from indexer.russian import now
from search_app.engine.door import Engine
from search_app.study.tables import Table
from search_app.takeaway.exports import note_docx, note_xlsx
from search_app.takeaway.exports.csv_file import lines
from search_app.takeaway.exports.note import ITEM_COLUMNS, LONGEST_TITLE, Note, item_rows
from search_app.web.downloads import named, text_file
from search_app.web.standing import site_root
from search_app.wording.numbers import russian_date

MIMETYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MAKERS = {"docx": note_docx.document, "xlsx": note_xlsx.document}
ENDINGS = (*_MAKERS, "csv", "json")
"""What every note can be had as."""
_ITEM_NAMES = ("group", "city", "year", "section", "kind", "text", "remark", "told", "source", "url")
"""The columns of a note's items for programs."""


def asked_title(usual: str) -> str:
    """The title that the address asks for (``title=``), cut where it is too long; ``usual`` without one."""
    title = " ".join(request.args.get("title", "").split())
    return title[:LONGEST_TITLE] or usual


def about_note(engine: Engine, address: str, asked: Sequence[tuple[str, str]] = ()) -> tuple[tuple[str, str], ...]:
    """What a note says of itself: ``asked`` first, then dates, the page's address and whether all is made up."""
    manifest = engine.manifest
    told = [*asked, ("Составлено", russian_date(now())), ("Архив обновлён", russian_date(manifest.created))]
    told.append(("Адрес", site_root() + address))
    if manifest.sample:
        told.append(("Внимание", "Архив демонстрационный: тексты составлены для примера и документами не являются."))
    return tuple(told)


def known_ending(ending: str) -> None:
    """Ends with 404 for a kind of file that no note can be had as."""
    if ending not in ENDINGS:
        abort(404, "Выгрузка бывает в виде .docx, .xlsx, .csv и .json.")


def note_file(note: Note, ending: str, engine: Engine) -> Response:
    """The note as a file to keep, one of `ENDINGS`. Ends with 501 where the optional package is missing."""
    today = datetime.now().astimezone().date()
    if ending == "csv":
        rows = [ITEM_COLUMNS, *item_rows(note, site_root(), today)]
        return text_file(lines(rows), "text/csv", note.title[:80], "note.csv")
    if ending == "json":
        return jsonify(build=engine.stamp, tables=[table.as_json() for table in _tables(note, today)])
    try:
        content = _MAKERS[ending](note, site_root(), today)
    except MissingToolError as error:
        abort(501, f"{error} Администратору: установите пакеты «export».")
    return named(Response(content.getvalue(), mimetype=MIMETYPES[ending]), note.title[:80], f"note.{ending}")


def _tables(note: Note, day: date) -> Iterator[Table]:
    """The items of a note, what it says beside them, and the tables that it ends with."""
    items = (tuple(None if cell == "" else cell for cell in row) for row in item_rows(note, site_root(), day))
    yield Table("items", note.title, tuple(zip(_ITEM_NAMES, ITEM_COLUMNS, strict=True)), tuple(items))
    told = [
        *(("", text) for text in note.summary),
        *((group.title, text) for group in note.groups for text in group.text),
    ]
    yield Table("told", "О выгрузке", (("group", "Группа"), ("text", "Сказано")), tuple(told))
    for number, table in enumerate(note.tables, 1):
        head = tuple((f"column{place}", title) for place, title in enumerate(table.rows[0], 1))
        yield Table(f"table{number}", table.title, head, table.rows[1:])
