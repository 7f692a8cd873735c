"""Files that systems and programs leave beside reports by themselves: never reports, passed over and counted."""

from __future__ import annotations

import re
from collections.abc import Container

_FILE = re.compile(
    r"desktop\.ini|autorun\.inf|(?:eh)?thumbs(?:_vista)?\.db(?::.*)?|iconcache\.db|folder\.htt|\.ds_store"
    r"|.+\.(?:url|lnk|webloc)"
    r"|~wr[a-z]\d{4}\.tmp|~\w+\.tmp|.+\.(?:crdownload|part|partial|opdownload|download|!ut)",
    re.IGNORECASE,
)
"""Settings, thumbnails and links of Windows, Word's temporary files, downloads that have not come to their end."""

_FOLDER = re.compile(r"\$recycle\.bin|system volume information|__macosx|@eadir", re.IGNORECASE)
_PICTURES = re.compile(r"(?P<page>.+)(?:[_.]files|[_ -]файлы)", re.IGNORECASE)
"""Where browsers and Word put pictures and scripts of a saved page."""
_PAGES = (".html", ".htm", ".xhtml", ".mht", ".mhtml", ".xml", ".doc")


def is_left_by_system(name: str) -> bool:
    """A file of this name (without folders) is left by a system or a program."""
    return bool(_FILE.fullmatch(name))


def is_service_folder(name: str, beside: Container[str]) -> bool:
    """A folder of this name holds no reports; ``beside`` are the lower-case names of the files next to it."""
    if _FOLDER.fullmatch(name):
        return True
    pictures = _PICTURES.fullmatch(name)
    return pictures is not None and any(f"{pictures['page'].lower()}{ending}" in beside for ending in _PAGES)
