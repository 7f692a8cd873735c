"""Deletions that an OpenDocument text keeps in their places, as LibreOffice writes them into flat files: taken out."""

from __future__ import annotations

from lxml import etree

from indexer.readers.odt_styles import TEXT

_ID = f"{TEXT}id"
_NUMBER = f"{TEXT}change-id"


def take_out_deleted(root: etree._Element) -> None:
    """Take the text between the marks of a deletion out of the document, in place; other files keep it elsewhere."""
    regions = root.iter(f"{TEXT}changed-region")
    deletions = {region.get(_ID) for region in regions if region.find(f"{TEXT}deletion") is not None}
    # without its end a deletion would take all the rest of the text with it
    deletions &= {mark.get(_NUMBER) for mark in root.iter(f"{TEXT}change-end")} if deletions else set()
    open_: set[str | None] = set()
    for event, element in etree.iterwalk(root, events=("start", "end")) if deletions else ():
        is_start = event == "start"
        if is_start and element.tag == f"{TEXT}change-start" and element.get(_NUMBER) in deletions:
            open_.add(element.get(_NUMBER))
        elif is_start and element.tag == f"{TEXT}change-end":
            open_.discard(element.get(_NUMBER))
            deletions.discard(element.get(_NUMBER))
        elif open_ and is_start:
            element.text = None
        if open_ and not is_start:
            element.tail = None
