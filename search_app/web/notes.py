"""Notes for the boss as answers to the browser: the title that was asked for, what the note is, Word or Excel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Response, abort, request

from indexer.errors import MissingToolError
from indexer.russian import now
from search_app.engine.door import Engine
from search_app.takeaway.exports import note_docx, note_xlsx
from search_app.takeaway.exports.note import LONGEST_TITLE, Note
from search_app.web.downloads import named
from search_app.wording.numbers import russian_date

MIMETYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MAKERS = {"docx": note_docx.document, "xlsx": note_xlsx.document}


def asked_title(usual: str) -> str:
    """The title that the address asks for (``title=``), cut where it is too long; ``usual`` without one."""
    title = " ".join(request.args.get("title", "").split())
    return title[:LONGEST_TITLE] or usual


def site_root() -> str:
    """The address of the site as the reader reached it, without a slash at the end."""
    return request.url_root.rstrip("/")


def about_note(engine: Engine, address: str, asked: Sequence[tuple[str, str]] = ()) -> tuple[tuple[str, str], ...]:
    """What a note says of itself: ``asked`` first, then dates, the page's address and whether all is made up."""
    manifest = engine.manifest
    told = [*asked, ("Составлено", russian_date(now())), ("Архив обновлён", russian_date(manifest.created))]
    told.append(("Адрес", site_root() + address))
    if manifest.sample:
        told.append(("Внимание", "Архив демонстрационный: тексты составлены для примера и документами не являются."))
    return tuple(told)


def note_file(note: Note, ending: str) -> Response:
    """The note as a file to keep: ``docx`` or ``xlsx``. Ends with 501 where the optional package is missing."""
    try:
        content = _MAKERS[ending](note, site_root(), datetime.now().astimezone().date())
    except MissingToolError as error:
        abort(501, f"{error} Администратору: установите пакеты «export».")
    return named(Response(content.getvalue(), mimetype=MIMETYPES[ending]), note.title[:80], f"note.{ending}")
