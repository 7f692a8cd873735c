"""Word documents of before 2007 (.doc): converted to .docx by the first converter that takes them.

In this order: msdoc2docx, which is a library and needs nothing installed; LibreOffice, which also knows Word 6 and 95
and mends damaged files; antiword, which knows text alone. Which one it was is told as a note.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.errors import EmptyFileError, MissingToolError, ReadError
from indexer.model import ROLE_LETTERHEAD, ROLE_LOSS, ROLE_NOTE, Block, Enclosure
from indexer.readers import doc_art, doc_boxes, docx, limits, office, ole, prepared, text
from indexer.readers.docx_package import Parts
from indexer.readers.docx_styles import W
from indexer.readers.encodings import russianness
from indexer.readers.normalize import clean
from indexer.readers.office import FAILED, find_office
from indexer.readers.package import open_package
from indexer.readers.scratch import scratch

_NOT_INSTALLED = (
    "{what}: установите программу LibreOffice (или antiword) или откройте файл в Word и сохраните как .docx."
)
_OLD = "Документ сохранён в формате Word 6/95, для которого нужна программа, а её нет"
_DAMAGED = "Файл .doc повреждён и без дополнительной программы не читается"
PROTECTED = "Файл защищён паролем: снимите защиту и сохраните его заново."
_REFUSAL = re.compile(
    rb"\s*(?:I'm afraid|I can't|Sorry, |(?:\S*/)?report\.doc (?:is|does|seems|was)\b|Your \S+ document is)"
)
"""What antiword prints in place of a text that it cannot read."""
_NOTE = "прочитан через {by}{why}; порядок выбора: msdoc2docx, LibreOffice, antiword"
_REFUSED = ", так как msdoc2docx его не принял"
_IS_FORM = ", так как в нём есть поля формы"
_LOST_FORM = (
    "В документе есть поля формы (флажки, списки), их значения не прочитаны: "
    "установите программу LibreOffice или сохраните файл как .docx."
)
_HAS_BOXES = ", так как msdoc2docx прочитал в нём не все надписи в рамках"
_LOST_BOXES = "Не прочитаны надписи в рамках ({shown}): установите программу LibreOffice или сохраните файл как .docx."
_FORM = re.compile(
    b"|".join(name for word in ("FORMCHECKBOX", "FORMDROPDOWN") for name in (word.encode(), word.encode("utf-16-le")))
)
_EQUATION_STREAM = "/Equation Native"
_ENCLOSED_STREAMS = ("/WordDocument", "/Workbook", "/Book", "/PowerPoint Document", "/Package", "/CONTENTS")
_LOST_EQUATIONS = "В документе есть формулы старого редактора, они не прочитаны: напишите их обычным текстом."
_LOST_ENCLOSURES = "В документ вложены файлы, они не прочитаны: сохраните их рядом отдельными файлами."
_LOST_ART = (
    "Надписи WordArt не вошли в ответы ({shown}), по ним определяются только город и год: "
    "если это часть ответа, впишите её в текст."
)
_SHOWN_LETTERS, _MOST_SHOWN = 80, 3
_IS_OLD = ", так как это формат Word 6/95"

_IDENTITY = b"\xec\xa5"
"""The first bytes of the Word stream of Word 97 to 2003."""
_OLD_IDENTITIES = (b"\xdc\xa5", b"\x99\xa6", b"\x98\xa6", b"\x97\xa6")
"""The first bytes of the Word stream of Word 6 and 95 (and of their Asian editions)."""
_FIB_BYTES = 0x68
_FIB_ENCRYPTED = 0x0100
_SECTOR = 512
"""In a ruin the stream is likely to begin behind the header."""
_OFFICE_FILTERS = {True: prepared.WORD_95, False: prepared.WORD_97}

_CYRILLIC = re.compile("[А-Яа-яЁё]")
_LATIN = re.compile("[A-Za-z]")

Piece = Block | Enclosure


def sniff(data: bytes) -> bool:
    """An OLE file with the stream of a Word document."""
    return data.startswith(ole.SIGNATURE) and ole.has_stream(data, "WordDocument")


def read(data: bytes) -> Iterator[Piece]:
    """The blocks of the converted document.

    Raises ``MissingToolError`` where no program can convert it and ``ReadError`` where none succeeds in time.
    """
    if ole.has_stream(data, "EncryptedPackage"):  # a .docx under a password, whose wrapping some dress as a .doc
        raise ReadError(PROTECTED)
    head = ole.stream(data, "WordDocument", _FIB_BYTES) or data[_SECTOR : _SECTOR + _FIB_BYTES]
    known = head[:2] in (_IDENTITY, *_OLD_IDENTITIES) and len(head) > 11
    if known and int.from_bytes(head[10:12], "little") & _FIB_ENCRYPTED:
        raise ReadError(PROTECTED)
    old = head[:2] in _OLD_IDENTITIES
    fault: ReadError | None = None
    has_boxes = False
    # msdoc2docx knows neither ticks nor chosen entries: LibreOffice does.
    has_form = _FORM.search(data) is not None
    if not old and not (has_form and find_office()):
        try:
            made = _by_library(data)
            blocks = list(docx.read(made))
        except ReadError as refusal:
            if str(refusal) == PROTECTED:
                raise
            fault = refusal
        else:
            boxes = _lost_boxes(data, made)
            if not (boxes and find_office()):
                lost = [_LOST_FORM] * has_form + [_LOST_BOXES.format(shown=_shown(boxes))] * bool(boxes)
                yield from _noted("msdoc2docx", "", [*blocks, *(Block(told, role=ROLE_LOSS) for told in lost)], data)
                return
            has_boxes = True
    why = _IS_OLD if old else _REFUSED if fault else _HAS_BOXES if has_boxes else _IS_FORM
    yield from _by_programs(ole.with_usual_names(data, ole.WORD_STREAMS), old, why, fault)


def _by_programs(data: bytes, old: bool, why: str, fault: ReadError | None) -> Iterator[Piece]:
    """What LibreOffice or else antiword make of it; ``fault`` is what the library said before."""
    program, antiword = find_office(), shutil.which("antiword")
    if program is None and antiword is None:
        raise (
            fault
            if isinstance(fault, EmptyFileError)
            else MissingToolError(_NOT_INSTALLED.format(what=_OLD if old else _DAMAGED))
        )
    if program is not None:
        try:
            made = prepared.converted(program, data, _OFFICE_FILTERS[old])
            yield from _noted("LibreOffice", why, list(docx.read(made)), data)
            return
        except EmptyFileError:
            raise
        except ReadError as refusal:
            fault = fault if isinstance(fault, EmptyFileError) else refusal
    if antiword is None:
        raise fault or ReadError(FAILED)
    try:
        blocks = list(_by_antiword(antiword, data))
    except ReadError:
        raise (fault or ReadError(FAILED)) from None
    yield from _noted("antiword", why, blocks, data)


def _lost_objects(data: bytes, blocks: Sequence[Piece]) -> Iterator[Block]:
    """What is to be said of the document's objects, where the converter has left no more of them than a picture."""
    if any(isinstance(block, Enclosure) or block.role == ROLE_LOSS for block in blocks):
        return
    names = [name for name in ole.stream_names(data) if name.lower().startswith("objectpool/")]
    if any(name.endswith(_EQUATION_STREAM) for name in names):
        yield Block(_LOST_EQUATIONS, role=ROLE_LOSS)
    if any(name.endswith(_ENCLOSED_STREAMS) for name in names):
        yield Block(_LOST_ENCLOSURES, role=ROLE_LOSS)


def _noted(by: str, why: str, blocks: Sequence[Piece], data: bytes) -> Iterator[Piece]:
    """The blocks behind a note of who made them, and what is lost of ``data``."""
    yield Block(_NOTE.format(by=by, why=why), role=ROLE_NOTE)
    yield from blocks
    yield from _heads(data, blocks)
    yield from _art(data, blocks)
    yield from _lost_objects(data, blocks)


def _heads(data: bytes, blocks: Sequence[Piece]) -> Iterator[Block]:
    """The lines of headers and footers that the converter has left out: tables and text boxes in them."""
    kept = [block.text for block in blocks if isinstance(block, Block) and block.role == ROLE_LETTERHEAD]
    yield from (
        Block(clean(line), role=ROLE_LETTERHEAD) for line in doc_boxes.lost(doc_boxes.header_lines_of(data), kept)
    )


def _art(data: bytes, blocks: Sequence[Piece]) -> Iterator[Block]:
    """The words of WordArt that the converter has left out: evidence of city and year, but no part of the answers."""
    text = " ".join(block.text for block in blocks if isinstance(block, Block))
    lost = [words for words in doc_art.words_of(data) if words not in " ".join(text.split())]
    for words in lost:
        yield Block(words, role=ROLE_LETTERHEAD)
    if lost:
        yield Block(_LOST_ART.format(shown=_shown(lost)), role=ROLE_LOSS)


def _shown(lost: Sequence[str]) -> str:
    """The first of what is lost, as it is told."""
    return ", ".join(f"«{words[:_SHOWN_LETTERS]}»" for words in lost[:_MOST_SHOWN])


def _lost_boxes(data: bytes, made: bytes) -> list[str]:
    """The paragraphs of the document's text boxes that the converted one lacks."""
    paragraphs = doc_boxes.paragraphs_of(data)
    return doc_boxes.lost(paragraphs, _boxes_of(made)) if any(paragraphs) else []


def _boxes_of(made: bytes) -> list[str]:
    """The texts of the converted document's text boxes."""
    with open_package(made) as package:
        root = Parts(package).document()
    boxes = () if root is None else root.iter(f"{W}txbxContent")
    return ["".join(part.text or "" for part in box.iter(f"{W}t", f"{W}delText")) for box in boxes]


def _by_library(data: bytes) -> bytes:
    """The document as .docx; raises ``ReadError`` where msdoc2docx refuses it or stumbles."""
    import doc2docx.errors  # takes as long to load as 50 reports to read: not where there is no .doc

    with scratch() as folder:
        source, target = folder / "report.doc", folder / "report.docx"
        source.write_bytes(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                doc2docx.convert(source, target)
            return target.read_bytes()
        except doc2docx.errors.EncryptedDocumentError as fault:
            raise ReadError(PROTECTED) from fault
        except MemoryError:
            raise
        except Exception as fault:  # whatever a damaged file makes it do, others may know better
            raise ReadError(FAILED) from fault


def _by_antiword(antiword: str, data: bytes) -> Iterator[Block]:
    """The paragraphs as antiword prints them, one to a line."""
    with scratch() as folder:
        source = folder / "report.doc"
        source.write_bytes(data)
        command = [antiword, "-m", "UTF-8.txt", "-w", "0", str(source)]
        printed = office.run(command, folder, limits.CONVERSION_SECONDS)
    if not printed.strip() or _REFUSAL.match(printed):
        raise ReadError(FAILED)
    for block in text.blocks_of(turned_back(printed.decode("utf-8", errors="replace"))):
        yield replace(block, wraps=False)


def turned_back(printed: str) -> str:
    """The text in cp1251 where antiword took its letters for Latin ones («Îò÷¸ò»), as it does in Word 6 and 95."""
    russian = "".join(map(_in_windows_cyrillic, printed))
    likelier = russianness(russian) > russianness(printed)
    return russian if likelier and len(_CYRILLIC.findall(russian)) > len(_LATIN.findall(russian)) else printed


def _in_windows_cyrillic(sign: str) -> str:
    """The letter that stands in cp1251 where ``sign`` stands in cp1252."""
    if sign < "\x80":
        return sign
    for page in ("cp1252", "latin-1"):
        with contextlib.suppress(UnicodeError):
            return sign.encode(page).decode("cp1251")
    return sign
