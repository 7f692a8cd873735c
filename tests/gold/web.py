"""Gold files in HTML: a site's page, a page whose charset lies, and what Word saves as a web page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

from .markup import MARKER, GoldFile, Line
from .plain import SYLLABLE

_LONG_WORD = re.compile(r"[а-яё]{9,}")
_QUESTION = {"bold": "<p><b>{}</b></p>", "italic": "<p><i>{}</i></p>", "h": "<h3>{}</h3>", "plain": "<p>{}</p>"}
_SCRIPT = "<script>var report = 'Какие задачи стоят в 1999 году?'; document.title = report;</script>"
_STYLE = "<style>p { margin: 0 0 .5em } .title { text-align: center }</style>"
_MSO_HEAD = (
    "<meta name=ProgId content=Word.Document><meta name=Generator content='Microsoft Word 11'>"
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Print</w:View></w:WordDocument></xml><![endif]-->"
    "<style><!-- p.MsoNormal {mso-style-parent:''; margin:0cm; font-size:14.0pt} @page Section1 {size:595.3pt} -->"
    "</style>"
)


def html_file(file: GoldFile) -> bytes:
    """The page's bytes in its encoding."""
    encoding = file.option("enc", "utf-8")
    named = "windows-1251" if encoding == "cp1251" or file.option("meta") == "lie" else encoding
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={named}">'
    if "mso" in file.options:
        page = f"<html xmlns:o='urn:schemas-microsoft-com:office:office'><head>{meta}{_MSO_HEAD}</head>"
        page += "<body lang=RU><div class=Section1>\n" + "\n".join(_mso(file)) + "\n</div></body></html>\n"
    else:
        body = _table(file) if file.option("qa") else _flow(file)
        page = f"<!DOCTYPE html>\n<html lang='ru'><head>{meta}{_STYLE}{_SCRIPT}</head>\n<body>\n"
        page += "\n".join(body) + "\n</body></html>\n"
    return page.encode(encoding)


def _words(text: str, file: GoldFile) -> str:
    html = escape(text, quote=False).replace("№ ", "№&nbsp;")
    if "shy" not in file.options:
        return html
    return _LONG_WORD.sub(lambda word: SYLLABLE.sub("&shy;", word[0]), html)


def _numbered(line: Line) -> str:
    return f"{line.number} {line.text}".strip()


def _flow(file: GoldFile) -> Iterator[str]:
    lines = [line for line in file.lines if line.role != "gap"]
    for list_tag, group in groupby(lines, key=_list_tag):
        if not list_tag:
            for line in group:
                yield _block(line, file)
            continue
        items = "\n".join(f"<li>{_words(MARKER.sub('', line.text), file)}</li>" for line in group)
        yield f"<{list_tag}>\n{items}\n</{list_tag}>"


def _list_tag(line: Line) -> str:
    if line.role == "auto":
        return "ol"
    return "ul" if line.role == "text" and line.text.startswith("- ") else ""


def _block(line: Line, file: GoldFile) -> str:
    if line.role == "title":
        level = min(len(line.number), 2)
        return f"<h{level} class='title'>{_words(line.text, file)}</h{level}>"
    if line.role != "question":
        return f"<p>{_words(line.text, file)}</p>"
    if "auto" in file.options:
        start = line.number.rstrip(".)")
        return f"<ol start='{start}'><li><strong>{_words(line.text, file)}</strong></li></ol>"
    return _QUESTION[file.option("q", "plain")].format(_words(_numbered(line), file))


def _table(file: GoldFile) -> Iterator[str]:
    body = [line for line in file.lines if line.role not in {"gap", "title"}]
    for line in file.lines:
        if line.role == "title":
            yield _block(line, file)
    yield "<table border='1'>\n<tr><th>Вопрос</th><th>Ответ</th></tr>"
    for question, answers in question_rows(body):
        cell = "".join(f"<p>{_words(line.text, file)}</p>" for line in answers)
        yield f"<tr><td>{_words(_numbered(question), file)}</td><td>{cell}</td></tr>"
    yield "</table>"


def question_rows(lines: list[Line]) -> Iterator[tuple[Line, list[Line]]]:
    """Each question with the lines of its answer."""
    starts = [place for place, line in enumerate(lines) if line.role == "question"]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start], lines[start + 1 : end]


def _mso(file: GoldFile) -> Iterator[str]:
    for line in file.lines:
        words = _words(_numbered(line) if line.role != "title" else line.text, file)
        if line.role == "gap":
            yield "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        elif line.role == "title":
            style = "align=center style='text-align:center'"
            yield f"<p class=MsoNormal {style}><b><span>{words}<o:p></o:p></span></b></p>"
        elif line.role == "question":
            # Word's own number and the seven-point blanks behind it
            number, _, rest = words.partition(" ") if line.number else ("", "", words)
            blanks = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span>" if number else ""
            mark = f"<span style='mso-list:Ignore'>{number}{blanks}</span>" if number else ""
            style = "style='text-indent:35.4pt'"
            yield f"<p class=MsoNormal {style}><b>{mark}<span\nlang=RU>{rest}</span></b><o:p></o:p></p>"
        else:
            # Word breaks the source of a paragraph at about 80 signs
            yield f"<p class=MsoNormal style='text-align:justify'><span lang=RU>{_broken(words)}<o:p></o:p></span></p>"


def _broken(words: str) -> str:
    return re.sub(r"(.{70}\S*) ", r"\1\n", words)
