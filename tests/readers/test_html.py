"""Web pages: encodings that lie, Word's own HTML, lists, tables, what is not shown."""

import base64
import quopri

import pytest

from indexer.errors import EmptyFileError, ReadError
from indexer.readers import format_of, read_blocks, read_document

from .making import lines

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset=windows-1251>
<style><!-- p.MsoNormal {margin:0} --></style></head><body lang=RU><div class=WordSection1>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><b><span
style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></b><![endif]><b>
Что удалось сделать?<o:p></o:p></b></p>
<p class=MsoNormal>Сделано<!--[if gte mso 9]><xml>лишнее</xml><![endif]--> много.<del>удалено</del></p>
<p style='mso-list:l1 level1 lfo2'><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span>&nbsp;
</span></span></span>пункт</p></div></body></html>"""

CASES = [
    ("<p>Омск<p>Томск", ["Омск", "Томск"]),
    ("<h1>Омск</h1><h3><b>Тема</b></h3>", ["# Омск", "###! Тема"]),
    ("<p><b>Что?</b></p><p><i>Как</i>?</p><p>да <b>нет</b></p>", ["! Что?", "! Как?", "да нет"]),
    ("<p style='font-weight:bold'>Что?</p>", ["! Что?"]),
    ("<p><b>Что?</b><br>Ответ</p>", ["! Что?", "~ Ответ"]),
    ("<p>раз<br>два</p>", ["раз\nдва"]),
    ("<ol><li>а<li>б<ul><li>в</ul><li value=7>г</ol>", ["[1.] а", "[2.] б", "[-] в", "[7.] г"]),
    ("<ol start=3 type=a><li><p>а</p><p>ещё</p><li>б</ol>", ["[c.] а", "ещё", "[d.] б"]),
    ("<p>сло&shy;во&nbsp;и\n  слово</p>", ["слово и слово"]),
    ("<div>до<p>внутри</p>после</div>", ["до", "внутри", "после"]),
    ("<script>x</script><style>y</style><p hidden>а</p><p style='display:none'>б</p><!-- в --><p>г</p>", ["г"]),
    (
        "<table><tr><th>Вопрос<th>Ответ<tr><td>Что?<td><p>Раз</p><p>Два</p></table>",
        ["Вопрос ¦ Ответ", "Что? ¦ Раз\nДва"],
    ),
    ("<table><tr><td rowspan=2>а<td>б<tr><td>в</table>", ["а ¦ б", " ¦ в"]),
    ("<table><tr><td colspan=2>а<td>б<tr><td>в<td>г<td>д</table>", ["а ¦  ¦ б", "в ¦ г ¦ д"]),
    ("<table><tr><td><h1>Омск</h1><p>текст</p><td><table><tr><td>а<td>б</table></table>", ["# Омск", "текст", "а ¦ б"]),
    ("<table><tr><td><p>раз</p><p>два</p></table>", ["раз", "два"]),
    ("<pre>раз\nдва</pre>", ["раз\nдва"]),
]


@pytest.mark.parametrize(("body", "expected"), CASES)
def test_bodies(body: str, expected: list[str]) -> None:
    page = f"<!DOCTYPE html><html><head><title>Заголовок окна</title></head><body>{body}</body></html>"
    assert lines(page.encode("utf-8")) == expected


def test_html_of_word() -> None:
    data = WORD.encode("cp1251")
    assert format_of(data, "отчёт.doc") == "html"
    assert lines(data) == ["! [1.] Что удалось сделать?", "Сделано много.", "[-] пункт"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r", "utf-16"])
@pytest.mark.parametrize("claimed", ["utf-8", "windows-1251", "iso-8859-1", "нет такой"])
def test_the_meta_charset_may_lie(encoding: str, claimed: str) -> None:
    page = f"<html><head><meta charset='{claimed}'></head><body><p>Какие задачи стоят в 2022 году?</p></body></html>"
    assert lines(page.encode(encoding, errors="ignore")) == ["Какие задачи стоят в 2022 году?"]


def test_an_xml_declaration_does_not_harm() -> None:
    page = '<?xml version="1.0" encoding="windows-1251"?><html><body><p>Омск и Томск</p></body></html>'
    assert lines(page.encode("utf-8")) == ["Омск и Томск"]


def test_a_web_archive() -> None:
    archive = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
        'Content-Type: text/html; charset="windows-1251"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        "<html><body><p>Какие задачи стоят?</p></body></html>\r\n--x--\r\n"
    )
    assert lines(archive.encode("cp1251")) == ["Какие задачи стоят?"]


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 7, 40])
def test_a_web_archive_in_base64_is_read_to_its_break(cut: int) -> None:
    page = f"<html><body>{'<p>Отремонтировано двенадцать дорог.</p>' * 9}</body></html>".encode("cp1251")
    head = 'MIME-Version: 1.0\nContent-Type: text/html; charset="windows-1251"\nContent-Transfer-Encoding: base64\n\n'
    written = base64.encodebytes(page).rstrip()
    found = read_document(head.encode() + written[: len(written) - cut], "отчёт.mht")
    assert {block.text for block in found.blocks[:8]} == {"Отремонтировано двенадцать дорог."}
    assert len(found.blocks) == 9 and "=" not in found.blocks[8].text


def test_no_text() -> None:
    with pytest.raises(EmptyFileError, match="нет текста"):
        read_blocks(b"<html><body><img src=x></body></html>", "отчёт.html")


def test_a_page_too_deep_is_refused_or_read() -> None:
    try:
        read_blocks(b"<html>" + b"<div>" * 100_000 + b"text", "отчёт.html")
    except ReadError as fault:
        assert "устроена" in str(fault) or "нет текста" in str(fault)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<p><input type=checkbox checked> Да <input type="checkbox"> Нет</p>', ["☒ Да ☐ Нет"]),
        ('<p><INPUT TYPE="radio" CHECKED="checked">Да <input type=radio>Нет</p>', ["☒ Да ☐ Нет"]),
        ("<p>Город: <select><option>Омск<option selected>Томск</select></p>", ["Город: Томск"]),
        (
            "<p>Темы: <select multiple><option selected>ЖКХ<option>Спорт<option selected> Дороги </select>",
            ["Темы: ЖКХ, Дороги"],
        ),
        ("<p>Город: <select><option>Выберите<option>Томск</select></p>", ["Город:"]),
        (
            '<p>Город: <input value="Томск"><input type=hidden value="token"><input type=submit value="ОК"></p>',
            ["Город: Томск"],
        ),
        ("<p>Ответ:</p><textarea>Построен мост.\nОткрыт сад.</textarea>", ["Ответ:", "Построен мост.\nОткрыт сад."]),
    ],
)
def test_filled_forms(body: str, expected: list[str]) -> None:
    assert lines(f"<html><body>{body}</body></html>".encode()) == expected


@pytest.mark.parametrize(
    "page",
    [
        "<html><frameset cols='20%,80%'><frame src='a.html'><noframes>Нет фреймов</noframes></frameset></html>",
        "<html><body><iframe src='a.html'>Нет фреймов</iframe></body></html>",
        "<frameset><frame src='a.html'></frameset>",
    ],
)
def test_frames_are_told(page: str) -> None:
    with pytest.raises(EmptyFileError, match="фреймов"):
        read_blocks(page.encode(), "a.html")


@pytest.mark.parametrize(
    "preamble",
    [
        "<!--" + "x" * 50_000 + "-->",
        "\n" * 5_000,
        "<script>" + "var a = 1;\n" * 900 + "</script>",
        "<!-- a --><!-- " + "b" * 9_000 + " -->",
    ],
)
@pytest.mark.parametrize("page", ["utf-8", "cp1251"])
def test_long_preambles(preamble: str, page: str) -> None:
    text = (
        f"{preamble}<!DOCTYPE html><html><head><meta charset='{page}'></head><body><p>Построен мост</p></body></html>"
    )
    assert lines(text.encode(page)) == ["Построен мост"]


@pytest.mark.parametrize("depth", [100, 140, 300, 3_000])
@pytest.mark.parametrize("tag", ["div", "span", "font"])
def test_deep_nesting_loses_nothing_or_is_told(tag: str, depth: int) -> None:
    page = f"<html><body><p>Начало</p>{f'<{tag}>' * depth}Глубоко{f'</{tag}>' * depth}<p>Конец</p></body></html>"
    try:
        found = " ".join(lines(page.encode()))
    except ReadError:
        return
    assert all(word in found for word in ("Начало", "Глубоко", "Конец"))


WINGDINGS, SYMBOL = "<span style='font-family:Wingdings'>", "<font face=Symbol>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>{WINGDINGS}þ</span> Да {WINGDINGS}¨</span> Нет</p>", "☑ Да ☐ Нет"),
        ("<p>x <font face='Wingdings'>&#61694;</font> Да</p>", "x ☑ Да"),
        (f"<p>Охват {SYMBOL}³</font> 95, <span style='font-family:Symbol,serif'>±</span> 5</p>", "Охват ≥ 95, ± 5"),
        ("<p><span style='font-family:Arial'>þ</span> Да</p>", "þ Да"),
    ],
)
def test_symbol_fonts(body: str, expected: str) -> None:
    assert lines(f"<html><body>{body}</body></html>".encode()) == [expected]


@pytest.mark.parametrize("before", ["<!--" + "x" * 300_000 + "-->\n", " \n" * 200_000, "<!-- а --><!-- б -->" * 9_000])
def test_whatever_stands_before_a_page_it_is_a_page(before: str) -> None:
    page = '<html><head><meta charset="koi8-r"></head><body><p>Построен планетарий на двести мест.</p></body></html>'
    data = (before + page).encode("koi8-r")
    assert format_of(data, "a.html") == "html" and lines(data) == ["Построен планетарий на двести мест."]


_PAGE = (
    "<html><head><title>Отчёт</title></head><body><div><p>Отремонтировано 12 дорог.</p>"
    "<p>Открыт парк.</p></div></body></html>"
)


@pytest.mark.parametrize(
    "left_out", ["</div></body></html>", "рк.</p></div>", "p></div></body>", "дорог.</p>", "</p></div>"]
)
def test_a_page_that_breaks_off_is_told(left_out: str) -> None:
    page = _PAGE[: _PAGE.index(left_out)]
    found = read_document(page.encode(), "отчёт.html")
    assert found.blocks[0].text.startswith("Отремонтировано 12")
    assert [loss[:20] for loss in found.losses] == ["Страница обрывается:"]


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><p>Отремонтировано 12 дорог.</p><ul><li>Открыт парк</li><li>Построен мост",
        "<html><body><p>Отремонтировано 12 дорог.<p>Открыт парк и постро",
        "<p>Отремонтировано 12 дорог.</p><p>Открыт парк и",
        '<html><meta name="generator" content="LibreOffice"><body><p>Отремонтировано 12 дорог.</p>',
        f"{_PAGE}<html><body><p>Открыт парк и постро",
    ],
)
def test_an_end_that_is_likely_lost_is_told(page: str) -> None:
    assert [loss[:20] for loss in read_document(page.encode(), "отчёт.html").losses] == ["Страница обрывается:"]


@pytest.mark.parametrize(
    "page",
    [
        _PAGE,
        _PAGE.removesuffix("</html>"),
        _PAGE.replace("</body>", "").upper().replace("ОТРЕМОНТИРОВАНО", "Отремонтировано"),
        "<p>Отремонтировано 12 дорог.</p><p>Температура а < б",
        f"{_PAGE}<!-- снято 12.01.2020 -->",
        "<html><body><p>Отремонтировано 12 дорог.<p>Открыт парк.",
        "<!doctype html><html><body><ul><li>Отремонтировано 12 дорог.<li>Открыт парк.</ul>",
        "<html><body><p>Отремонтировано 12 дорог.<ul><li>Открыт парк<li>Построен мост",
        "<html><body><p>Отремонтировано 12 дорог.<h2>Открыт парк</h2><p>Исполнитель: отдел по связям",
        "<html><body><p>Отремонтировано 12 дорог.</p><ul><li>Открыт парк</li><li>Построен мост</li></ul>",
    ],
)
def test_a_whole_page_is_not_said_to_break_off(page: str) -> None:
    found = read_document(page.encode(), "отчёт.html")
    assert found.blocks[0].text.startswith("Отремонтировано 12") and found.losses == ()


@pytest.mark.parametrize("cut", range(25))
@pytest.mark.parametrize("way", ["8bit", "quoted-printable", "base64"])
def test_the_boundary_of_a_web_archive_is_no_text(cut: int, way: str) -> None:
    page = "<html><body><p>Построен планетарий на двести мест.</p></body></html>".encode()
    written = {"8bit": page, "quoted-printable": quopri.encodestring(page), "base64": base64.encodebytes(page)}[way]
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_Part_XX"\r\n\r\n------=_Part_XX\r\n'
    part = b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: %s\r\n\r\n%s' % (
        way.encode(),
        written,
    )
    whole = head + part + b"\r\n------=_Part_XX--\r\n"
    assert lines(whole[: len(whole) - cut], "отчёт.mht") == ["Построен планетарий на двести мест."]


OFFICE_HEAD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset=utf-8>
<meta name=Generator content="{program}"><style><!-- /* Style Definitions */
 @page WordSection1 {{size:595pt 842pt;}}
 p.Hid, li.Hid, div.Hid {{mso-style-name:Hid; margin:0cm; {hidden}}}
 span.Sup {{vertical-align:super;}} span.Sub {{vertical-align:sub}}
 @media print {{ span.Paper {{display:none}} span.Ink {{display:none}} }} --></style></head><body>"""
STYLED = """<p class=MsoNormal>Вынуто 10<span class=Sup>6</span> кубов, <span class=Paper>видно</span>
<span class=Ink>всё</span>, H<span class=Sub>2</span>O.</p><p class=Hid>Скрытый абзац</p>
<p class=Hid style='display:block;mso-hide:none'>Открытый абзац</p><div class="Box Hid">Рамка</div></body></html>"""
SHOWN = ["Вынуто 10^6 кубов, видно всё, H2O.", "Открытый абзац"]


@pytest.mark.parametrize("program", ["Microsoft Word 15", "Microsoft Word 15 (filtered)", "LibreOffice 7.4 (Linux)"])
@pytest.mark.parametrize("hidden", ["display:none", "display:none;mso-hide:all", "display: none ! important"])
def test_classes_of_office_programs_hide_and_raise(program: str, hidden: str) -> None:
    page = OFFICE_HEAD.format(program=program, hidden=hidden) + STYLED
    assert lines(page.encode()) == SHOWN


def test_what_a_script_may_open_is_read() -> None:
    page = OFFICE_HEAD.format(program="WordPress 6.4", hidden="display:none") + STYLED
    assert "Скрытый абзац" in lines(page.encode())


def test_comments_and_deletions_of_word_are_no_text() -> None:
    page = """<html><head><meta name=ProgId content=Word.Document></head><body><p class=MsoNormal>Построен <span
    class=msoDel><del cite="mailto:A" datetime="2021-01-01T00:00">мост</del></span><span class=msoIns><ins
    cite="mailto:A">сад</ins></span><span class=MsoCommentReference><span style='font-size:8.0pt'><span
    style='mso-special-character:comment'>&nbsp;<![if !supportAnnotations]><a class=msocomanchor id="_anchor_1"
    href="#_msocom_1">[А1]</a><![endif]></span></span></span>.</p><div style='mso-element:comment-list'><![if
    !supportAnnotations]><hr class=msocomoff><![endif]><div style='mso-element:comment'><div id="_com_1"
    class=msocomtxt><p class=MsoCommentText>Проверить!</p></div></div></div></body></html>"""
    assert lines(page.encode()) == ["Построен сад."]
    assert lines(
        page.replace("mso-element:comment-list", "").replace("mso-special-character:comment'>&nbsp;", "'>").encode()
    ) == ["Построен сад."]


def test_the_foot_of_a_page_is_no_text() -> None:
    page = "<p>Построен мост.</p><footer><p>© Мэрия, 2024</p></footer>".encode()
    content = read_document(page, "a.html")
    assert ([block.text for block in content.blocks], content.letterhead) == (["Построен мост."], ("© Мэрия, 2024",))
    inner = "<html><article><p>Построен мост.</p><footer>Для детей.</footer></article></html>".encode()
    assert lines(inner) == ["Построен мост.", "Для детей."]
    assert lines(inner.replace(b"article", b"main")) == ["Построен мост.", "Для детей."]


def test_a_table_in_a_cell_of_a_table() -> None:
    inner = "<table><tr><th>Объект<th>Мест<tr><td>Музей<td>50</table>"
    rows = "<tr><th>Вопрос<th>Ответ<tr><td>Что?<td>Музей:" + inner + "<tr><td>Когда?<td>Летом."
    assert lines(f"<table>{rows}</table>".encode()) == [
        "Вопрос ¦ Ответ",
        "Что? ¦ Музей:\nОбъект | Мест\nМузей | 50",
        "Когда? ¦ Летом.",
    ]
    assert lines(f"<table><tr><td>Меню<td>{inner}</table>".encode()) == ["Меню", "Объект ¦ Мест", "Музей ¦ 50"]
