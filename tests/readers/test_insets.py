"""What stands inside documents and is not read is told; what only looks unreadable is read."""

import pytest

from indexer.errors import ReadError
from indexer.readers import read_document

from .making import lines

TEXT = "Построен планетарий на двести мест."


def losses(page: str) -> tuple[str, ...]:
    return read_document(page.encode(), "a.html").losses


@pytest.mark.parametrize(
    "inset",
    [
        '<iframe src="приложение.html"></iframe>',
        '<iframe srcdoc="&lt;p&gt;Отчёт&lt;/p&gt;"></iframe>',
        '<object data="otchet.pdf" type="application/pdf"></object>',
        '<embed src="https://example.ru/otchet.docx">',
    ],
)
def test_a_document_inside_a_page_is_told(inset: str) -> None:
    assert "его текст не прочитан" in " ".join(losses(f"<html><body><p>{TEXT}</p>{inset}</body></html>"))


@pytest.mark.parametrize(
    "inset",
    [
        '<iframe src="https://maps.example.ru/widget/42"></iframe>',
        '<object data="klip.swf"></object>',
        '<embed src="gimn.mp3">',
        "<iframe></iframe>",
    ],
)
def test_players_and_maps_are_no_documents(inset: str) -> None:
    assert losses(f"<html><body><p>{TEXT}</p>{inset}</body></html>") == ()


@pytest.mark.parametrize("tag", ["div", "font", "span", "blockquote"])
def test_deep_pages_are_read_whole(tag: str) -> None:
    page = f"<html><body><p>Начало</p>{f'<{tag}>' * 900}{TEXT}{f'</{tag}>' * 900}<p>Конец</p></body></html>"
    assert lines(page.encode(), "a.html") == ["Начало", TEXT, "Конец"]


def test_a_bottomless_page_is_refused() -> None:
    with pytest.raises(ReadError, match="сложно устроена"):
        lines(f"<html><body>{'<div>' * 50_000}{TEXT}</body></html>".encode(), "a.html")


@pytest.mark.parametrize("between", ["\n", "", "<!-- -->", "<p>Между</p>"])
@pytest.mark.parametrize("head", ["<head></head>", "<head><title>Отчёт</title></head>", ""])
def test_pages_behind_one_another_are_read_all(between: str, head: str) -> None:
    pages = [f"<!DOCTYPE html><html>{head}<body><p>{text}</p></body></html>" for text in ("Томск", TEXT, "Омск")]
    read = lines(between.join(pages).encode(), "a.html")
    assert [line for line in read if line != "Между"] == ["Томск", TEXT, "Омск"]


def test_what_stands_behind_the_end_of_a_page_is_read() -> None:
    page = f"<html><body><p>Томск</p></body></html><p>{TEXT}</p><script>begin()</script>"
    assert lines(page.encode(), "a.html") == ["Томск", TEXT]


def test_pages_in_different_encodings_behind_one_another() -> None:
    page = "<html><head><meta charset=utf-8></head><body><p>{}</p></body></html>"
    texts = [
        "Отчёт города Томска",
        "Что удалось сделать в 2019 году?",
        "Открыта библиотека на улице Ленина, в ней сорок тысяч книг.",
    ]
    data = b"".join(map(str.encode, map(page.format, texts), ("utf-8", "cp1251", "koi8-r")))
    assert lines(data, "a.html") == texts


@pytest.mark.parametrize(
    ("begin", "read"), [("<math>", "3/4"), ("2<math>", "2 3/4"), ("<math><mn>2</mn>", "2 3/4"), ("(<math>", "(3/4")]
)
def test_equations_of_pages(begin: str, read: str) -> None:
    page = f"<html><body><p>Освоено {begin}<mfrac><mn>3</mn><mn>4</mn></mfrac></math> средств</p></body></html>"
    assert lines(page.encode(), "a.html") == [f"Освоено {read} средств"]


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (r"{\mmath{\*\moMath{\mf{\mnum{\mr 3}}{\mden{\mr 4}}}}}", "формулы"),
        (r"{\object\objemb{\*\objclass Equation.3}{\*\objdata 01}}", "формулы"),
        (r"{\object\objemb{\*\objclass Word.Document.12}{\*\objdata 01}}", "вложены файлы"),
        (r"{\object\objemb{\*\objclass PBrush}{\*\objdata 01}}", ""),
    ],
)
def test_what_rtf_holds(part: str, told: str) -> None:
    found = read_document(rf"{{\rtf1\ansi\ansicpg1251 Text {part} text\par}}".encode(), "a.rtf").losses
    assert (told in " ".join(found)) if told else found == ()


@pytest.mark.parametrize(
    "data", ['{"title": "Отчёт", "answers": []}', '[{"title": "Отчёт"}]', '\ufeff{\n  "q": "Что сделано?"}']
)
def test_data_of_programs_are_no_reports(data: str) -> None:
    with pytest.raises(ReadError, match="JSON"):
        lines(data.encode(), "a.txt")


def test_brackets_are_no_data() -> None:
    assert lines("[Проект] Отчёт\n{черновик}".encode(), "a.txt") == ["[Проект] Отчёт", "~ {черновик}"]


def test_signs_whose_font_is_lost() -> None:
    written = "\uf0fe планетарий\n\uf0a8 виадук\nохват \uf0b3 95 %\n\uf0b7 пункт"
    assert lines(written.encode(), "a.txt") == ["☑ планетарий", "~ ☐ виадук", "~ охват ≥ 95 %", "~ [-] пункт"]
