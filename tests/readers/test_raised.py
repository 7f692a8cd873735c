"""Numbers above the line do not run together with those before them, in any format."""

import pytest

from indexer.readers.raised import marked, settled

from .drawing import drawn
from .making import converted, docx_of, lines, needed
from .test_rtf import rtf

PLAIN = "Объём 10^6 штук, 5 м2, 2 3/4 доли, 10³"


def run(text: str, align: str = "") -> str:
    look = f'<w:rPr><w:vertAlign w:val="{align}"/></w:rPr>' if align else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def word() -> bytes:
    runs = [
        run("Объём 10"), run("6", "superscript"), run(" штук, 5 м"), run("2", "superscript"), run(", 2"),
        run("3", "superscript"), run("/"), run("4", "subscript"), run(" доли, 10"), run("3", "superscript"),
    ]  # fmt: skip
    return docx_of(f"<w:p %>{''.join(runs)}</w:p>")


@pytest.mark.parametrize(
    ("pieces", "read"),
    [
        (["10", ("6",)], "10^6"),
        (["10", ("-6",)], "10^(-6)"),
        (["5 м", ("3",)], "5 м3"),
        (["2", ("3",), "/4"], "2 3/4"),
        (["в 2018", ("1",), " году"], "в 2018^1 году"),
        (["слово", ("с",)], "словос"),
    ],
)
def test_figures_above_the_line(pieces: list[str | tuple[str]], read: str) -> None:
    assert settled("".join(marked(piece[0]) if isinstance(piece, tuple) else piece for piece in pieces)) == read


def test_in_word() -> None:
    assert lines(word()) == [PLAIN]


def test_in_rtf() -> None:
    body = r"\pard Объём 10{\super 6} штук, 5 м{\super 2\nosupersub }, 2{\super 3}/{\sub 4} доли, 10\super 3\par"
    assert lines(rtf(body)) == [PLAIN]


def test_on_web_pages() -> None:
    page = "<p>Объём 10<sup>6</sup> штук, 5 м<sup>2</sup>, 2<sup>3</sup>/<sub>4</sub> доли, 10<span"
    assert lines(f'{page} style="vertical-align: super">3</span></p>'.encode()) == [PLAIN]


@pytest.mark.parametrize("ending", ["odt", "fodt", "doc", "rtf", "pdf"])
def test_in_what_libreoffice_writes(ending: str) -> None:
    needed("soffice")
    assert PLAIN in lines(converted(word(), "docx", ending), f"отчёт.{ending}")


def test_in_a_pdf() -> None:
    def draw(canvas: object) -> None:
        text = canvas.beginText(50, 700)  # type: ignore[attr-defined]
        for piece, rise in (("Объём 10", 0), ("6", 5), (" штук, 5 м", 0), ("2", 5), (" и H", 0), ("2", -3), ("O", 0)):
            text.setFont("DejaVu", 7 if rise else 11)
            text.setRise(rise)
            text.textOut(piece)
        canvas.drawText(text)  # type: ignore[attr-defined]

    assert lines(drawn(draw)) == ["Объём 10^6 штук, 5 м2 и H2O"]
