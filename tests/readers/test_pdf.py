"""PDF files set by reportlab: heads and feet, columns, paragraphs, rules, scans, passwords."""

import io
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table

from indexer.errors import EmptyFileError, ReadError
from indexer.model import Block
from indexer.readers import format_of, read_blocks, read_document

from .making import needed

WORDS = (
    "организация планирование подготовка проведение мероприятия города администрации совещания поручения граждане "
    "приём обращения контроль исполнение документы доклады встречи комиссии депутаты сотрудничество"
).split()
BOLD = ParagraphStyle("bold", fontName="DejaVu-Bold", fontSize=11, leading=14)
BODY = ParagraphStyle("body", fontName="DejaVu", fontSize=11, leading=14, firstLineIndent=28, alignment=TA_JUSTIFY)
TITLE = ParagraphStyle("title", fontName="DejaVu", fontSize=18, leading=24)


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    """DejaVu, which Debian's fonts-dejavu-core and most systems have; reportlab's own fonts know no Cyrillic."""
    folder = Path("/usr/share/fonts/truetype/dejavu")
    if not (folder / "DejaVuSans.ttf").is_file():
        needed("шрифт DejaVu (fonts-dejavu-core)")
    pdfmetrics.registerFont(TTFont("DejaVu", folder / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("DejaVu-Bold", folder / "DejaVuSans-Bold.ttf"))


def sentence(seed: int, count: int) -> str:
    """Words in an order of their own, so that no two paragraphs are alike."""
    words = [WORDS[(seed * 7 + place * (seed % 5 + 3)) % len(WORDS)] for place in range(count)]
    return f"Абзац{seed} " + " ".join(words) + "."


def pdf_of(story: list[object], columns: int = 1, encrypt: object = None) -> bytes:
    """A document with a running head, a running foot with the page's number, and one or two columns."""
    target = io.BytesIO()

    def furniture(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("DejaVu", 9)
        canvas.drawString(72, A4[1] - 40, "Отчёт администрации города за 2021 год")
        canvas.drawCentredString(A4[0] / 2, 30, f"– {document.page} –")

    document = BaseDocTemplate(target, pagesize=A4, encrypt=encrypt)
    width = (A4[0] - 144 - 24 * (columns - 1)) / columns
    frames = [Frame(72 + place * (width + 24), 72, width, A4[1] - 144, 0, 0, 0, 0) for place in range(columns)]
    document.addPageTemplates([PageTemplate(frames=frames, onPage=furniture)])
    document.build(story)
    return target.getvalue()


def joined(blocks: list[Block]) -> list[str]:
    """The paragraphs: lines joined at their wraps."""
    result: list[str] = []
    for block in blocks:
        if block.wraps:
            result[-1] = f"{result[-1]} {block.line}"
        else:
            result.append(" ¦ ".join(block.cells) or block.line)
    return result


@pytest.mark.parametrize("columns", [1, 2])
def test_paragraphs_over_pages_and_columns(columns: int) -> None:
    paragraphs = [sentence(number, 20 + number * 3 % 41) for number in range(60)]
    data = pdf_of([Paragraph(text, BODY) for text in paragraphs], columns)
    assert format_of(data, "отчёт.doc") == "pdf"
    assert joined(read_blocks(data, "отчёт.pdf")) == paragraphs


def test_headings_questions_and_gaps() -> None:
    flat = ParagraphStyle("flat", parent=BODY, firstLineIndent=0, spaceAfter=9)
    story = [
        Paragraph("ОМСК", TITLE),
        Paragraph("1. Что наиболее значительное удалось сделать?", BOLD),
        Paragraph(sentence(1, 60), flat),
        Paragraph(sentence(2, 60), flat),
    ]
    content = read_document(pdf_of(story), "отчёт.pdf")
    blocks = list(content.blocks)
    assert content.letterhead == ("Отчёт администрации города за 2021 год",)  # in smaller letters than the text
    expected = ["ОМСК", "1. Что наиболее значительное удалось сделать?", sentence(1, 60), sentence(2, 60)]
    assert joined(blocks) == expected
    assert (blocks[0].heading, blocks[1].emphasis, blocks[1].marker, blocks[2].emphasis) == (1, True, "1.", False)


def test_ruled_tables_give_rows() -> None:
    cells = [
        [Paragraph("Вопрос", BOLD), Paragraph("Ответ", BOLD)],
        [Paragraph("Что удалось сделать в прошедшем году?", BODY), Paragraph(sentence(3, 40), BODY)],
        [Paragraph("Какие задачи?", BODY), [Paragraph("Первый абзац.", BODY), Paragraph("Второй абзац.", BODY)]],
    ]
    table = Table(cells, colWidths=[160, 280], style=[("GRID", (0, 0), (-1, -1), 0.5, "black")])
    blocks = read_blocks(
        pdf_of([Paragraph("До таблицы.", BODY), table, Paragraph("После таблицы.", BODY)]), "отчёт.pdf"
    )
    assert joined(blocks)[1:] == [
        "До таблицы.",
        "Вопрос ¦ Ответ",
        f"Что удалось сделать в прошедшем году? ¦ {sentence(3, 40)}",
        "Какие задачи? ¦ Первый абзац.\nВторой абзац.",
        "После таблицы.",
    ]


def test_a_scan() -> None:
    target = io.BytesIO()
    Image.new("L", (600, 800), 200).save(target, "PDF")
    with pytest.raises(EmptyFileError, match="скан"):
        read_blocks(target.getvalue(), "скан.pdf")


def test_a_password() -> None:
    data = pdf_of([Paragraph("тайна", BODY)], encrypt=StandardEncryption("secret", "owner"))
    with pytest.raises(ReadError, match="защищён паролем"):
        read_blocks(data, "отчёт.pdf")


def test_a_password_against_changes_only_does_not_hinder() -> None:
    data = pdf_of([Paragraph("открыто", BODY), Spacer(1, 20)], encrypt=StandardEncryption("", "owner", canModify=0))
    assert "открыто" in joined(read_blocks(data, "отчёт.pdf"))


@pytest.mark.parametrize("cut", [40, 400, 3_000])
def test_a_damaged_file(cut: int) -> None:
    data = pdf_of([Paragraph(sentence(1, 40), BODY)])
    with pytest.raises(ReadError, match="повреждён|текстового слоя"):
        read_blocks(data[:cut], "отчёт.pdf")
