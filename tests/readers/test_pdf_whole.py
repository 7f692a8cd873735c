"""PDF files as a whole: forms, notes, attachments, placeholders, text layers that lie."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import ReadError
from indexer.readers import read_blocks, read_document

from .drawing import BASE, MARKED, changed, drawn, fonts, printed
from .making import converted, docx_of

LONG = tuple(f"{line} В городе открыты школы, больницы, парки и библиотеки." for line in BASE)


def texts(data: bytes) -> list[str]:
    """The text of every block."""
    return [" ¦ ".join(block.cells) or block.line for block in read_blocks(data, "отчёт.pdf")]


# Forms and notes


def form_page(canvas: Canvas) -> None:
    canvas.drawString(50, 780, "Отчёт администрации города Томска за 2019 год")
    canvas.drawString(50, 740, "Нужна конференция?")
    canvas.acroForm.checkbox(name="yes", checked=True, x=200, y=735, size=14)
    canvas.drawString(220, 740, "да")
    canvas.acroForm.checkbox(name="no", checked=False, x=260, y=735, size=14)
    canvas.drawString(280, 740, "нет")
    canvas.acroForm.textfield(name="answer", value="Planetarium", x=50, y=690, width=400, height=20)
    canvas.acroForm.choice(
        name="topic", value="Parks", options=["Roads", "Parks", "Schools"], x=50, y=650, width=200, height=20
    )


def with_values(values: dict[str, str], keep_drawing: bool) -> bytes:
    """The form with other values, as programs leave it that let the viewer draw them."""

    def fill(pdf: pikepdf.Pdf) -> None:
        for annotation in pdf.pages[0].Annots:
            name = str(annotation.get("/T", ""))
            if name in values:
                annotation.V = values[name]
                if not keep_drawing:
                    del annotation["/AP"]
        pdf.Root.AcroForm.NeedAppearances = True

    return changed(drawn(form_page), fill)


def test_a_filled_form() -> None:
    found = " ".join(texts(drawn(form_page)))
    assert "Planetarium" in found
    assert "Parks" in found
    assert "Roads" not in found
    assert "Нужна конференция? ☒ да ☐ нет" in found


def test_values_without_a_drawing() -> None:
    found = texts(with_values({"answer": "Построен планетарий."}, keep_drawing=False))
    assert "Построен планетарий." in found


def test_a_form_of_libreoffice() -> None:
    source = converted(docx_of("<w:p %><w:r><w:t>Отчёт города Томска за 2019 год</w:t></w:r></w:p>"), "docx", "pdf")
    assert texts(source) == ["Отчёт города Томска за 2019 год"]


@pytest.mark.parametrize(
    ("kind", "drawing"), [("/FreeText", False), ("/FreeText", True), ("/Text", False), ("/Highlight", False)]
)
def test_notes(kind: str, drawing: bool) -> None:
    def annotate(pdf: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name(kind),
            Rect=pikepdf.Array([50, 500, 300, 520]),
            Contents="Нужны новые скамейки.",
            DA="/F1 12 Tf 0 g",
            QuadPoints=pikepdf.Array([50, 520, 300, 520, 50, 500, 300, 500]),
        )
        if drawing:
            look = pdf.make_stream(b"BT /F1 12 Tf 5 5 Td (Benches) Tj ET")
            look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            look.BBox = pikepdf.Array([0, 0, 250, 20])
            look.Resources = pdf.pages[0].Resources
            note.AP = pikepdf.Dictionary(N=look)
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])

    found = texts(changed(drawn(printed()), annotate))
    assert found[: len(BASE)] == list(BASE)
    assert len(found) == len(BASE) + 1
    assert found[-1] == ("Benches" if drawing else "Примечание: Нужны новые скамейки.")


def test_hidden_notes_stay_hidden() -> None:
    def annotate(pdf: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[50, 500, 70, 520], Contents="Тайна", F=2
        )
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])

    assert texts(changed(drawn(printed()), annotate)) == list(BASE)


# Attachments


def attached(files: dict[str, bytes], data: bytes, portfolio: bool = False) -> bytes:
    def attach(pdf: pikepdf.Pdf) -> None:
        for name, content in files.items():
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)
        if portfolio:
            pdf.Root.Collection = pikepdf.Dictionary(View=pikepdf.Name.D)

    return changed(data, attach)


def test_attachments_are_handed_on() -> None:
    inner = drawn(printed())
    content = read_document(attached({"отчёт.pdf": inner}, drawn(printed(["Информация прилагается."]))), "a.pdf")
    assert [block.text for block in content.blocks] == ["Информация прилагается."]
    assert [(enclosure.name, enclosure.data) for enclosure in content.enclosures] == [("отчёт.pdf", inner)]


COVER = ("For the best experience, open this PDF portfolio in", "Acrobat X or Adobe Reader X, or later.")


def test_a_portfolio() -> None:
    content = read_document(attached({"отчёт.pdf": drawn(printed())}, drawn(printed(COVER)), portfolio=True), "a.pdf")
    assert content.blocks == ()
    assert len(content.enclosures) == 1
    with pytest.raises(ReadError, match="портфолио"):
        read_blocks(drawn(printed(COVER)), "a.pdf")


def test_a_note_with_a_file_is_told() -> None:
    def annotate(pdf: pikepdf.Pdf) -> None:
        spec = pikepdf.AttachedFileSpec(pdf, b"text", filename="a.txt")
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[50, 500, 70, 520], FS=spec.obj
        )
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])

    content = read_document(changed(drawn(printed()), annotate), "a.pdf")
    assert [block.line for block in content.blocks] == list(BASE)
    assert any("приложены файлы" in loss for loss in content.losses)


# Placeholders


@pytest.mark.parametrize(
    "lines",
    [
        ("Please wait...", "If this message is not eventually replaced with the proper contents of the document,",
         "your PDF viewer may not be able to display this type of document."),
        ("Пожалуйста, подождите...", "Если это сообщение не будет в итоге заменено содержимым документа,",
         "возможно, ваша программа просмотра не поддерживает этот тип документов."),
    ],
)  # fmt: skip
def test_a_placeholder_of_a_form(lines: Sequence[str]) -> None:
    with pytest.raises(ReadError, match="XFA"):
        read_blocks(drawn(printed(lines)), "a.pdf")


def test_a_form_without_any_page_text() -> None:
    def xfa(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = pikepdf.Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=pikepdf.Array([]))

    with pytest.raises(ReadError, match="XFA"):
        read_blocks(changed(drawn(lambda canvas: None), xfa), "a.pdf")
    assert texts(changed(drawn(printed()), xfa)) == list(BASE)


@pytest.mark.parametrize(
    "lines",
    [
        ("This PDF file is protected.", "You'll need a different reader to view it."),
        ("Этот документ защищён.", "Откройте его в программе Adobe Reader."),
        ("This document is protected by Microsoft Information Protection.",),
    ],
)
def test_a_protected_document(lines: Sequence[str]) -> None:
    with pytest.raises(ReadError, match="защищён"):
        read_blocks(drawn(printed(lines)), "a.pdf")


def test_a_wrapper_of_an_encrypted_document() -> None:
    def wrap(pdf: pikepdf.Pdf) -> None:
        spec = pikepdf.AttachedFileSpec(pdf, b"secret", filename="a.pdf")
        spec.obj.AFRelationship = pikepdf.Name.EncryptedPayload
        pdf.Root.AF = pikepdf.Array([pdf.make_indirect(spec.obj)])

    with pytest.raises(ReadError, match="защищён"):
        read_blocks(changed(drawn(printed(["See the attachment"])), wrap), "a.pdf")


def test_a_report_that_speaks_of_protection_is_read() -> None:
    lines = [*BASE, "Этот документ защищён авторским правом.", "Пожалуйста, подождите у входа."]
    assert texts(drawn(printed(lines))) == lines


# Text layers that lie


def as_read_by(text: str, wrong: str) -> str:
    """The cp1251 bytes of a text seen through another table."""
    return "".join(bytes([byte]).decode(wrong, "ignore") or chr(byte) for byte in text.encode("cp1251"))


def latin(lines: Sequence[str]) -> bytes:
    """Printed in Helvetica, which has no Cyrillic letters: they stand for letters of cp1251."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        for number, line in enumerate(lines):
            canvas.drawString(50, 780 - 24 * number, as_read_by(line, "cp1252"))

    return drawn(draw)


def test_letters_of_the_wrong_table_are_turned_back() -> None:
    assert texts(latin(BASE)) == list(BASE)


def test_bytes_of_utf8_as_signs_are_turned_back() -> None:
    lines = [line.encode("utf-8").decode("latin-1") for line in BASE]
    found = texts(mapped(lines))
    assert MARKED in found
    assert not any("Ð" in line for line in found)


LETTERS = (
    "Отчёт администрации города Норильска за 2020 год",
    "Раздел: Культура",
    "Построена новая школа на Пушкинской улице, отремонтировано 12 дорог.",
    "Не хватает педагогов; Российский центр принял Хабаровск и Бийск. Это помогло.",
    "Проведён капитальный ремонт кровли. Какие проблемы не удалось решить?",
)
"""Beginning with the letters that a table may have no sign for."""


def coded(lines: Sequence[str], page: str, encoding: pikepdf.Name) -> bytes:
    """The bytes of a code page shown with a font that says it has another encoding."""

    def add(pdf: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.TrueType, BaseFont=pikepdf.Name.Arial, Encoding=encoding
        )
        pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F9=pdf.make_indirect(font)))
        shown = "\n".join(
            f"BT /F9 11 Tf 1 0 0 1 40 {780 - 24 * number} Tm <{line.encode(page).hex()}> Tj ET"
            for number, line in enumerate(lines)
        )
        pdf.pages[0].Contents = pdf.make_stream(shown.encode())

    return changed(drawn(printed(())), add)


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        ("mac-cyrillic", pikepdf.Name.WinAnsiEncoding),
        ("cp1251", pikepdf.Name.MacRomanEncoding),
        ("mac-cyrillic", pikepdf.Name.MacRomanEncoding),
        ("cp1251", pikepdf.Name.WinAnsiEncoding),
        ("koi8-r", pikepdf.Name.WinAnsiEncoding),
        ("cp866", pikepdf.Name.PDFDocEncoding),
        ("mac-cyrillic", pikepdf.Name.PDFDocEncoding),
        ("koi8-r", pikepdf.Name.PDFDocEncoding),
        ("cp1251", pikepdf.Name.PDFDocEncoding),
    ],
)
def test_letters_that_a_table_has_no_sign_for_are_told_by_their_words(page: str, encoding: pikepdf.Name) -> None:
    assert texts(coded(LETTERS, page, encoding)) == list(LETTERS)


@pytest.mark.parametrize(
    ("page", "encoding"), [("cp866", pikepdf.Name.WinAnsiEncoding), ("koi8-r", pikepdf.Name.MacRomanEncoding)]
)
def test_a_text_of_which_a_common_letter_is_lost_is_no_text(page: str, encoding: pikepdf.Name) -> None:
    """cp866 has «а» where WinAnsi has a blank, koi8-r has «й» where MacRoman has one."""
    with pytest.raises(ReadError, match="значат не те буквы"):
        read_blocks(coded(LETTERS, page, encoding), "a.pdf")


def test_letters_that_a_reader_of_pdf_gives_as_two() -> None:
    lines = ("Юные жители и Ярмарка выходного дня.", "Построена школа. Кто помог? Какие планы?", *LETTERS)
    assert texts(coded(lines, "cp1251", pikepdf.Name.MacRomanEncoding)) == list(lines)
    pairs = ("Кто может помочь и поправить дело?", *LETTERS[:2])
    assert texts(coded(pairs, "iso8859-5", pikepdf.Name.MacRomanEncoding)) == list(pairs)
    begun = ("Улица Фрунзе открыта, Фонд помог.", *LETTERS)
    assert texts(coded(begun, "cp866", pikepdf.Name.PDFDocEncoding)) == list(begun)


def mapped(lines: Sequence[str]) -> bytes:
    """Printed with a font whose map to Unicode gives these very signs, control characters included."""
    signs = sorted({sign for line in lines for sign in line})
    codes = {sign: number + 1 for number, sign in enumerate(signs)}
    pairs = "\n".join(f"<{code:02x}> <{ord(sign):04x}>" for sign, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange\n<00> <ff>\n"
        f"endcodespacerange\n{len(codes)} beginbfchar\n{pairs}\nendbfchar\nendcmap end end"
    )

    def add(pdf: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier,
            ToUnicode=pdf.make_stream(cmap.encode()),
        )  # fmt: skip
        page = pdf.pages[0]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F9=pdf.make_indirect(font)))
        shown = "\n".join(
            f"BT /F9 6 Tf 1 0 0 1 20 {780 - 24 * number} Tm <{bytes(codes[sign] for sign in line).hex()}> Tj ET"
            for number, line in enumerate(lines)
        )
        page.Contents = pdf.make_stream(shown.encode())

    assert len(codes) < 255
    return changed(drawn(lambda canvas: None), add)


def without_maps(data: bytes) -> bytes:
    def strip(pdf: pikepdf.Pdf) -> None:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/ToUnicode" in thing:
                del thing["/ToUnicode"]

    return changed(data, strip)


def by_glyph_numbers(lines: Sequence[str]) -> bytes:
    """As programs print that embed a whole font of Windows and forget to say what its numbers mean."""
    fonts()
    numbers = {"Ё": 556, "ё": 634} | {chr(code): code - 0x410 + 570 for code in range(0x410, 0x450)}

    def add(pdf: pikepdf.Pdf) -> None:
        font = next(thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/FontFile2" in thing)
        inner = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType2, BaseFont=pikepdf.Name("/ABCDEF+Arial"),
            CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=font, DW=600,
        )  # fmt: skip
        outer = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, BaseFont=pikepdf.Name("/ABCDEF+Arial"),
            Encoding=pikepdf.Name("/Identity-H"), DescendantFonts=pikepdf.Array([pdf.make_indirect(inner)]),
        )  # fmt: skip
        page = pdf.pages[0]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F9=pdf.make_indirect(outer)))
        shown = []
        for number, line in enumerate(lines):
            codes = "".join(f"{numbers.get(sign, ord(sign) - 29):04x}" for sign in line)
            shown.append(f"BT /F9 8 Tf 1 0 0 1 20 {780 - 24 * number} Tm <{codes}> Tj ET")
        page.Contents = pdf.make_stream("\n".join(shown).encode())

    return changed(drawn(printed()), add)


def test_glyph_numbers_of_a_font_in_order_are_read() -> None:
    assert texts(by_glyph_numbers(BASE)) == list(BASE)


GIBBERISH = str.maketrans(
    "абвгдежзийклмнопрстуфхцчшщъыьэюя", "щфыъэцйьхшюжчзгбпрдмнтвкслёаеоия".replace("ё", "у")
)  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        lambda: without_maps(drawn(printed(LONG))),
        lambda: mapped(["".join(chr(0x21 + ord(sign) % 15) for sign in line) for line in LONG]),
        lambda: mapped([line.lower().translate(GIBBERISH) for line in LONG]),
        lambda: mapped(["".join(chr(0xE000 + ord(sign) % 200) for sign in line) for line in LONG]),
    ],
    ids=["glyph numbers", "punctuation", "gibberish", "private signs"],
)  # fmt: skip
def test_a_layer_that_says_nothing_is_told(data: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert callable(data)
    with pytest.raises(ReadError, match="нечитаем"):
        read_blocks(data(), "a.pdf")


def test_one_page_that_says_nothing_is_told() -> None:
    good, bad = io.BytesIO(drawn(printed(LONG))), io.BytesIO(without_maps(drawn(printed(LONG))))
    target = io.BytesIO()
    with pikepdf.open(good) as first, pikepdf.open(bad) as second:
        first.pages.extend(second.pages)
        first.save(target)
    from indexer.readers import recognition

    with recognition.using(recognition.Recognition(recognition.OFF)):
        content = read_document(target.getvalue(), "a.pdf")
    assert [block.line for block in content.blocks] == list(LONG)
    assert [loss.partition(",")[0] for loss in content.losses] == ["Страница 2 из 2: текстовый слой нечитаем"]


def test_a_page_of_two_languages_is_untouched() -> None:
    lines = [
        *BASE,
        "The twin cities programme (Monroe, Toledo, Šiauliai) was prolonged until 2021.",
        "Cité, Zürich, naïve",
    ]
    assert texts(drawn(printed(lines))) == lines
    assert texts(drawn(printed(lines[6:]))) == lines[6:]


def test_a_file_for_the_web_that_breaks_off_is_told() -> None:
    whole = changed(drawn(*[printed()] * 6), lambda pdf: None, linearize=True)
    assert read_document(whole, "a.pdf").losses == ()
    assert [loss[:20] for loss in read_document(whole[:-100], "a.pdf").losses] == ["Документ обрывается:"]
    assert read_document(whole + b"\n% saved anew\n", "a.pdf").losses == ()


LONG_VALUE = "Построен планетарий на двести мест, в нём занимаются восемьсот школьников."


@pytest.mark.parametrize("wide", [500, 90])
def test_a_field_that_shows_a_part_of_its_value(wide: int) -> None:
    """PDFium draws «в» of a value not at all, and the edge of a narrow field cuts the rest."""

    def fill(pdf: pikepdf.Pdf) -> None:
        widget = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="answer", V=LONG_VALUE,
                Rect=pikepdf.Array([50, 690, 50 + wide, 712]), F=4, DA="/Helv 10 Tf 0 g",
            )
        )  # fmt: skip
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        pdf.pages[0].Annots = pikepdf.Array([widget])
        pdf.Root.AcroForm = pikepdf.Dictionary(
            Fields=pikepdf.Array([widget]), DA="/Helv 10 Tf 0 g", NeedAppearances=True,
            DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)),
        )  # fmt: skip

    found = texts(changed(drawn(printed([*BASE[:3], "", *BASE[4:]])), fill))
    assert found == [*BASE[:3], LONG_VALUE, *BASE[4:]]
