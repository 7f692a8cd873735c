"""Gold files of a word processor: python-docx with Word's own numbering, tables, tracked changes, controls."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from .markup import GoldFile, Line, tracked_parts
from .web import question_rows

_EPOCH = (2020, 1, 1, 0, 0, 0)
_FIRST_LIST = 100
"""Our own lists' numbers begin behind the template's, which are below 20."""


def docx_file(file: GoldFile) -> bytes:
    """The document's bytes, the same for the same source."""
    writer = _Writer(file)
    writer.write()
    buffer = io.BytesIO()
    writer.document.save(buffer)
    return same_zip(buffer.getvalue())


def same_zip(data: bytes) -> bytes:
    """The archive with fixed times, so that a rebuild changes nothing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            # an ODF's mimetype must stand first and unpacked
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return out.getvalue()


class _Writer:
    """Writes one document; keeps the numbering's state."""

    def __init__(self, file: GoldFile) -> None:
        self.file = file
        self.document = Document()
        self.numbers = 0
        self.question_list = 0
        self.answer_list = 0

    def write(self) -> None:
        self._running_head()
        if self.file.option("qa"):
            self._write_table()
            return
        for line in self.file.lines:
            if line.role != "auto":
                self.answer_list = 0
            if line.role == "row":
                self._table_row(line)
            elif line.role != "gap":
                self._paragraph(line)

    def _paragraph(self, line: Line) -> None:
        if line.role == "title":
            self._title(line)
        elif line.role == "question":
            self._question(line)
        elif line.role == "joined":
            paragraph = self.document.add_paragraph()
            paragraph.add_run(f"{line.number} {line.text} ").bold = True
            paragraph.add_run(line.answer)
        elif line.role == "auto":
            self.answer_list = self.answer_list or self._new_list(1)
            self._number(self._words(line.text), self.answer_list)
        else:
            self._answer(line)

    def _title(self, line: Line) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(line.text).bold = True
        if "sdt" in self.file.options:
            _into_control(paragraph._p)

    def _question(self, line: Line) -> None:
        style = self.file.option("q", "plain")
        auto = "auto" in self.file.options
        text = line.text if auto or not line.number else f"{line.number} {line.text}"
        if style == "h":
            self.document.add_heading(text, level=2)
            return
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(text.upper() if style == "caps" else text)
        run.bold, run.italic = style == "bold" or None, style == "italic" or None
        if "stylelist" in self.file.options:
            paragraph.style = self.document.styles["List Number"]
        elif auto:
            self.question_list = self.question_list or self._new_list(int(line.number.rstrip(".)")))
            self._number(paragraph, self.question_list)

    def _answer(self, line: Line) -> None:
        if "bullets" in self.file.options and line.text.startswith("- "):
            self.document.add_paragraph(line.text[2:], style="List Bullet")
            return
        paragraph = self._words(line.text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if "sdt" in self.file.options:
            _smart_tag_on_first_word(paragraph)

    def _words(self, text: str) -> Any:
        """A paragraph; tracked changes as Word writes them."""
        paragraph = self.document.add_paragraph()
        for mark, words in tracked_parts(text):
            run = paragraph.add_run(words)
            if mark:
                _track(run._r, mark)
        return paragraph

    def _write_table(self) -> None:
        for line in self.file.lines:
            if line.role == "title":
                self._title(line)
        body = [line for line in self.file.lines if line.role not in {"gap", "title"}]
        columns = int(self.file.option("qa"))
        table = self.document.add_table(rows=0, cols=columns, style="Table Grid")
        if columns == 3:
            for cell, text in zip(table.add_row().cells, ("№ п/п", "Вопрос", "Ответ"), strict=True):
                cell.text = text
        for question, answers in question_rows(body):
            cells = table.add_row().cells
            if columns == 1:  # the question in a row, its answer in the next
                cells[0].text = f"{question.number} {question.text}".strip()
                cells = table.add_row().cells
            elif columns == 3:
                cells[0].text = question.number
                cells[1].text = question.text
            else:
                cells[0].text = f"{question.number} {question.text}".strip()
            cells[-1].text = answers[0].text
            for line in answers[1:]:
                cells[-1].add_paragraph(line.text)
        self.document.add_paragraph()  # Word always ends a document with one; without it the .doc loses its table

    def _table_row(self, line: Line) -> None:
        last = self.document.element.body[-2] if len(self.document.element.body) > 1 else None
        if last is not None and last.tag == qn("w:tbl"):
            table = self.document.tables[-1]
        else:
            table = self.document.add_table(rows=0, cols=len(line.cells), style="Table Grid")
        for cell, text in zip(table.add_row().cells, line.cells, strict=True):  # type: ignore[no-untyped-call]
            cell.text = text

    def _running_head(self) -> None:
        section = self.document.sections[0]
        if self.file.option("head"):
            section.header.paragraphs[0].text = self.file.option("head")
        if self.file.option("head") or "pages" in self.file.options:
            field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
            section.footer.paragraphs[0]._p.append(field)

    def _new_list(self, start: int) -> int:
        """A list of its own that begins at ``start``; returns its id.

        Each has a definition of its own: lists that share one go on counting each other's items.
        """
        self.numbers += 1
        number_id = _FIRST_LIST + self.numbers
        definition = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number_id}"><w:multiLevelType w:val="singleLevel"/>'
            f'<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
            '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl></w:abstractNum>'
        )
        numbering = self.document.part.numbering_part.element
        numbering.insert(0, definition)
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number_id}"><w:abstractNumId w:val="{number_id}"/></w:num>')
        )
        return number_id

    def _number(self, paragraph: Any, number_id: int) -> None:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = number_id


def _track(run: Any, mark: str) -> None:
    wrapper = OxmlElement("w:ins" if mark == "+" else "w:del")
    for name, value in (("w:id", "7"), ("w:author", "Редактор"), ("w:date", "2020-01-01T00:00:00Z")):
        wrapper.set(qn(name), value)
    run.addprevious(wrapper)
    wrapper.append(run)
    if mark == "-":
        for text in run.findall(qn("w:t")):
            text.tag = qn("w:delText")


def _into_control(paragraph: Any) -> None:
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
    paragraph.addprevious(control)
    control[-1].append(paragraph)


def _smart_tag_on_first_word(paragraph: Any) -> None:
    run = paragraph.runs[0]
    first, blank, rest = run.text.partition(" ")
    run.text = first
    tag = parse_xml(
        f'<w:smartTag {nsdecls("w")} w:uri="urn:schemas-microsoft-com:office:smarttags" w:element="place"/>'
    )
    run._r.addprevious(tag)
    tag.append(run._r)
    paragraph.add_run(blank + rest)
