"""Scans in PDF: told where nothing recognises them, else recognised, cached and judged by their words."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from indexer.cli import main
from indexer.errors import EmptyFileError
from indexer.readers import read_document, recognition, tesseract
from indexer.readers.pdf_layer import says_nothing
from indexer.readers.pdf_letters import Letter
from indexer.readers.pdf_lines import Line
from indexer.readers.pdf_page import Page
from indexer.readers.pdf_pictures import Looks
from indexer.readers.pictures import without_specks
from indexer.readers.recognition import AUTO, FORCE, OFF, Recognition
from indexer.rebuild import rebuild, update

from .drawing import BASE, FONT_FOLDER, MARKED, drawn, picture_of, printed, scanned, understood
from .making import needed

STAMP = (
    "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ",
    "Сертификат 00A1B2C3D4E5F6",
    "Владелец: управление делами",
    "Действителен с 01.02.2019 по 01.05.2020",
)
NO_LETTERS = re.compile(r"[\W_]+")


def answers(source) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return {passage.kind: passage.text for report in source.reports for passage in report.passages}


def alike(found: str, expected: str) -> bool:
    return NO_LETTERS.sub("", found).lower() == NO_LETTERS.sub("", expected).lower()


# Told


@pytest.mark.parametrize(
    "pages",
    [
        [STAMP],
        [(), (), STAMP],
        [("стр. 1",)],
        [("Вх. № 123-45 от 01.02.2020",), ("Лист 2 из 2",)],
        [("Копия верна",)],
    ],
    ids=["stamp", "stamp on the last of three", "page number", "registry number", "copy"],
)
def test_a_scan_stays_a_scan(pages: Sequence[Sequence[str]], tmp_path: Path) -> None:
    data = drawn(*(scanned(picture_of(), stamp) for stamp in pages))
    source = understood(data, tmp_path, OFF)
    assert (source.status, source.reports) == ("empty", ())
    assert "скан" in source.reason
    assert "--ocr auto" in source.reason


def test_a_scan_in_stripes(tmp_path: Path) -> None:
    sheet = picture_of()

    def draw(canvas: object) -> None:
        for top in range(0, sheet.height, 200):
            stripe = sheet.crop((0, top, sheet.width, min(top + 200, sheet.height)))
            high = stripe.height * 842 / sheet.height
            canvas.drawInlineImage(stripe, 0, 842 - top * 842 / sheet.height - high, 595, high)  # type: ignore[attr-defined]
        canvas.drawString(300, 30, "№ 17-р")  # type: ignore[attr-defined]

    assert understood(drawn(draw), tmp_path, OFF).status == "empty"


@pytest.mark.parametrize("stamp", [(), STAMP, ("стр. 3",)])
def test_one_scanned_page_among_others_is_told(stamp: Sequence[str], tmp_path: Path) -> None:
    other = ["3. Нужна ли помощь ассоциации?", "Нужна помощь в издании сборника."]
    source = understood(drawn(printed(), printed(other), scanned(picture_of(), stamp)), tmp_path, OFF)
    assert source.status == "read"
    assert source.reason.startswith("Страница 3 из 3 — скан без текстового слоя")
    report = source.reports[0]
    assert (report.city, report.year) == ("Томск", 2019)
    assert answers(source) == {
        "achievements": MARKED,
        "tasks": "Открыть оранжерею на набережной.",
        "help": "Нужна помощь в издании сборника.",
    }


def test_without_the_program_the_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "_program", lambda: None)
    source = understood(drawn(scanned(picture_of())), tmp_path)
    assert source.status == "empty"
    assert "tesseract-ocr-rus" in source.reason


def test_a_coat_of_arms_is_no_scan(tmp_path: Path) -> None:
    def draw(canvas: object) -> None:
        canvas.drawInlineImage(Image.new("L", (200, 200), 90), 250, 700, 100, 100)  # type: ignore[attr-defined]
        printed(top=660)(canvas)  # type: ignore[arg-type]

    source = understood(drawn(draw), tmp_path, OFF)
    assert (source.status, source.reason) == ("read", None)


def test_a_searchable_scan_is_read_as_it_is(tmp_path: Path) -> None:
    lines = [*BASE[:4], *(f"В парке номер {number} высажены липы, клёны и берёзы." for number in range(8)), *BASE[4:]]

    def draw(canvas: object) -> None:
        canvas.drawInlineImage(picture_of(lines), 0, 0, 595, 842)  # type: ignore[attr-defined]
        for number, line in enumerate(lines):
            text = canvas.beginText(50, 780 - 24 * number)  # type: ignore[attr-defined]
            text.setFont("DejaVu", 12)
            text.setTextRenderMode(3)
            text.textOut(line)
            canvas.drawText(text)  # type: ignore[attr-defined]

    source = understood(drawn(draw), tmp_path, OFF)
    assert (source.status, source.reason) == ("read", None)
    assert answers(source)["tasks"] == BASE[5]


# Recognised


@pytest.fixture
def program() -> None:
    needed("tesseract")
    assert tesseract.found(), "нужны русские данные: tesseract-ocr-rus"


@pytest.mark.parametrize(
    "sheet",
    [
        {"dots": 150},
        {"dots": 200, "skew": 3.0},
        {"dots": 300, "skew": -6.5},
        {"dots": 400, "turn": 0},
        {"dots": 200, "turn": 90},
        {"dots": 200, "turn": 180},
        {"dots": 200, "turn": 270, "skew": 1.2},
    ],
    ids=str,
)
@pytest.mark.usefixtures("program")
def test_scans_are_read(sheet: dict[str, float], tmp_path: Path) -> None:
    data = drawn(scanned(picture_of(**sheet), STAMP if not sheet.get("turn") else ()))  # type: ignore[arg-type]
    source = understood(data, tmp_path)
    assert source.status == "read"
    report = source.reports[0]
    assert (report.city, report.year, report.section) == ("Томск", 2019, "Организационная работа")
    found = answers(source)
    assert set(found) == {"achievements", "tasks"}
    assert alike(found["achievements"], MARKED)
    assert alike(found["tasks"].partition("\n")[0], BASE[5])
    assert "подпис" not in found["tasks"].lower()
    assert any(re.search(r"распознан по изображению, знакомых слов (?:9\d|100)\s%", told) for told in report.warnings)


def dirty(sheet: Image.Image) -> Image.Image:
    """The sheet as a dirty glass shows it."""
    values = np.array(sheet)
    chance = np.random.default_rng(1).random(values.shape)
    values[chance < 0.003] = 0
    return Image.fromarray(values)


@pytest.mark.usefixtures("program")
def test_specks_of_a_dirty_glass(tmp_path: Path) -> None:
    source = understood(drawn(scanned(dirty(picture_of(dots=200)))), tmp_path)
    assert (source.reports[0].city, source.reports[0].year) == ("Томск", 2019)
    assert alike(answers(source)["achievements"], MARKED)


def test_a_clean_page_is_left_as_it_is() -> None:
    sheet = np.array(picture_of(dots=200))
    assert without_specks(sheet) is sheet
    cleaned = without_specks(np.array(dirty(picture_of(dots=200))))
    assert int((cleaned != sheet).sum()) < 0.01 * int((sheet < 128).sum())


@pytest.mark.usefixtures("program")
def test_a_page_is_recognised_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = drawn(scanned(picture_of()))
    first = understood(data, tmp_path)
    monkeypatch.setattr(tesseract, "read", lambda picture: pytest.fail("recognised again"))
    assert understood(data, tmp_path).reports == first.reports
    # The same page in another file, among others.
    again = understood(drawn(printed(["Приложение к письму."]), scanned(picture_of())), tmp_path)
    assert alike(answers(again)["achievements"], MARKED)


@pytest.mark.usefixtures("program")
def test_a_spoilt_cache_is_no_obstacle(tmp_path: Path) -> None:
    data = drawn(scanned(picture_of()))
    first = understood(data, tmp_path)
    kept = list((tmp_path / "recognised").rglob("*.json"))
    assert len(kept) == 1
    for rubbish in ("", "{}", '{"words": [{"text": 1}], "width": "x", "height": 3}', "[1, 2"):
        kept[0].write_text(rubbish, encoding="utf-8")
        assert understood(data, tmp_path).reports == first.reports
    (tmp_path / "other").write_text("no folder", encoding="utf-8")
    with recognition.using(Recognition(AUTO, str(tmp_path / "other"))):
        assert read_document(data, "a.pdf").recognised


@pytest.mark.usefixtures("program")
def test_one_scanned_page_among_others_is_recognised(tmp_path: Path) -> None:
    other = ["3. Нужна ли помощь ассоциации?", "Нужна помощь в издании сборника."]
    source = understood(drawn(printed(), scanned(picture_of(other))), tmp_path)
    assert (source.status, source.reason) == ("read", None)
    assert alike(answers(source)["help"], other[1])
    assert any("распознан" in told for told in source.reports[0].warnings)


@pytest.mark.usefixtures("program")
def test_force_reads_what_is_seen(tmp_path: Path) -> None:
    wrong = drawn(printed())
    assert not any("распознан" in told for told in understood(wrong, tmp_path).reports[0].warnings)
    forced = understood(wrong, tmp_path, FORCE)
    assert alike(answers(forced)["achievements"], MARKED)
    assert any("распознан" in told for told in forced.reports[0].warnings)


@pytest.mark.usefixtures("program")
def test_what_is_no_text_stays_told(tmp_path: Path) -> None:
    rubbish = np.random.default_rng(5).integers(0, 256, (1100, 800), dtype=np.uint8)
    photo = Image.fromarray(rubbish).filter(ImageFilter.GaussianBlur(2))
    source = understood(drawn(scanned(photo)), tmp_path)
    assert source.status == "empty"
    assert source.reports == ()


@pytest.mark.usefixtures("program")
def test_two_columns_of_a_scan(tmp_path: Path) -> None:
    sheet = Image.new("L", (1654, 2339), 255)
    pen, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(FONT_FOLDER / "DejaVuSans.ttf"), 30)
    words = "в городе открыты новые школы и парки для всех жителей".split()
    for column in range(2):
        for row in range(24):
            line = " ".join(words[(row + column * 3 + step) % len(words)] for step in range(4))
            pen.text(
                (120 + column * 760, 200 + row * 50), f"{line} лево" if column == 0 else f"{line} право", font=font
            )
    data = drawn(scanned(sheet))
    with recognition.using(Recognition(AUTO, str(tmp_path))):
        text = " ".join(block.text for block in read_document(data, "a.pdf").blocks)
    sides = re.findall("лево|право", text)
    assert sides == ["лево"] * 24 + ["право"] * 24


@pytest.mark.usefixtures("program")
def test_a_program_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "tesseract"
    slow.write_text(
        '#!/bin/sh\ncase "$1" in --list-langs) echo rus;; --version) echo slow;; *) sleep 300;; esac\n',
        encoding="utf-8",
    )
    slow.chmod(0o755)
    monkeypatch.setattr(tesseract.shutil, "which", lambda name: str(slow))  # type: ignore[attr-defined]
    monkeypatch.setattr("indexer.readers.limits.RECOGNITION_SECONDS", 0.5)
    started = time.monotonic()
    with recognition.using(Recognition(AUTO, None)), pytest.raises(EmptyFileError, match="не удалось"):
        read_document(drawn(scanned(picture_of())), "a.pdf")
    assert time.monotonic() - started < 250  # the script would sleep for 300


@pytest.mark.usefixtures("program")
def test_an_update_reads_scans_as_soon_as_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    reports.mkdir()
    (reports / "a01.pdf").write_bytes(drawn(printed()))
    (reports / "a02.pdf").write_bytes(drawn(scanned(picture_of([line.replace("Томска", "Омска") for line in BASE]))))
    with monkeypatch.context() as without:
        without.setenv("PATH", "")
        first = rebuild(reports, index, jobs=1)
        assert [entry.file for entry in first.skipped] == ["a02.pdf"]
        assert update(reports, index, jobs=1) is None
    second = update(reports, index, jobs=1)
    assert second is not None
    assert (second.reports, second.skipped) == (2, [])
    assert update(reports, index, jobs=1) is None
    off = update(reports, index, jobs=1, ocr=OFF)
    assert off is not None
    assert [entry.file for entry in off.skipped] == ["a02.pdf"]


@pytest.mark.usefixtures("program")
def test_the_command_line_knows_the_ways(tmp_path: Path) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    reports.mkdir()
    (reports / "a01.pdf").write_bytes(drawn(scanned(picture_of())))
    common = ["--reports", str(reports), "--index", str(index), "--json"]

    def status(*command: str, **environment: str) -> str:
        found = CliRunner().invoke(main, [*command, *common], env=environment)
        told = json.loads(found.stdout)
        return str(told["files"][0]["status"] if "files" in told else told["status"])

    assert status("check", "--ocr", "off") == "empty"
    assert status("check", OCR="off") == "empty"
    assert status("passages", "a01.pdf", OCR="off") == "empty"
    assert status("check") == "read"
    assert status("passages", "a01.pdf") == "read"
    assert list((index / "recognised").rglob("*.json"))
    assert CliRunner().invoke(main, ["check", "--ocr", "maybe", *common]).exit_code == 2


def table_of(skew: float, noise: float) -> Image.Image:
    """A questionnaire as a ruled table, scanned well or badly."""
    sheet = Image.new("L", (1654, 2339), 250)
    pen, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(FONT_FOLDER / "DejaVuSans.ttf"), 30)
    pen.text((300, 120), BASE[0], font=font)
    pen.text((300, 180), BASE[1], font=font)
    rows = (
        ("Что наиболее значительное\nудалось сделать в 2019 году?", MARKED.replace("мест, ", "мест,\n")),
        ("Какие задачи планируется\nрешить в 2020 году?", BASE[5]),
    )
    for number, (question, answer) in enumerate(rows):
        top = 260 + 180 * number
        pen.rectangle((100, top, 760, top + 180), outline=0, width=3)
        pen.rectangle((760, top, 1580, top + 180), outline=0, width=3)
        pen.multiline_text((120, top + 20), question, font=font, spacing=12)
        pen.multiline_text((780, top + 20), answer, font=font, spacing=12)
    grain = np.random.default_rng(1).normal(0, noise, (2339, 1654))
    sheet = Image.fromarray(np.clip(np.array(sheet, dtype=np.int16) + grain, 0, 255).astype(np.uint8))
    return sheet.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=250)


@pytest.mark.parametrize(("skew", "noise", "turn"), [(0.0, 0.0, 0), (1.4, 18.0, 0), (-2.5, 5.0, 180)])
@pytest.mark.usefixtures("program")
def test_the_rules_of_a_scanned_table_part_its_cells(skew: float, noise: float, turn: int, tmp_path: Path) -> None:
    source = understood(drawn(scanned(table_of(skew, noise).rotate(turn))), tmp_path)
    report = source.reports[0]
    assert (report.city, report.year) == ("Томск", 2019)
    assert report.passages[0].question == "Что наиболее значительное удалось сделать в 2019 году?"
    found = answers(source)
    assert set(found) == {"achievements", "tasks"}
    assert alike(found["achievements"], MARKED)
    assert alike(found["tasks"], BASE[5])


def test_a_scan_recognised_as_if_it_were_english_is_no_text() -> None:
    layer = ["OTteT aAMHHHCTpauuH ropoAa ToMcKa", "3a 2019 roA", "HocTpoeH nJIaHeTapHH Ha ABecTu MecT"] * 4
    page = Page([], [], 800, looks=Looks(picture=1.0, letters=300))
    for number, line in enumerate(layer):
        height, places = 700 - 14 * number, enumerate(line)
        page.lines.append(Line([Letter(sign, 6.0 * at, 6.0 * at + 6, height, 11, False) for at, sign in places]))
    assert says_nothing(page)
    page.looks = Looks(picture=0.1, letters=300)
    assert not says_nothing(page)
