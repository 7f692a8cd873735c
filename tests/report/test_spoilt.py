"""Paragraphs of a sound text that say nothing are left out; names, figures and other languages stay."""

import pytest

from indexer.language.analysis import shared_analyzer
from indexer.model import Block
from indexer.report.health import health_of
from indexer.report.spoilt import spoilt_blocks
from indexer.vocabulary import load

SOUND = [
    "Отремонтированы дороги и мосты во всех районах города, заменено освещение.",
    "Проведены праздники дворов, ярмарки и конкурсы для жителей.",
    "Закуплены автобусы и троллейбусы для городских маршрутов.",
] * 4
LACK = "Не хватает средств на ремонт кровли и дорог в каждом районе города"


def shifted(text: str, by: int = 11) -> str:
    return text.translate({code: (code - 0x430 + by) % 32 + 0x430 for code in range(0x430, 0x450)})


def misread(text: str, written: str, read: str) -> str:
    return text.encode(written).decode(read, "replace")


def left_out(*strange: str) -> set[str]:
    blocks = [Block(line) for line in (*SOUND, *strange, *SOUND)]
    is_known = shared_analyzer(load()).is_known
    return {blocks[number].text for number in spoilt_blocks(blocks, health_of(blocks, is_known), is_known)}


@pytest.mark.parametrize(
    "strange",
    [
        [shifted(f"{LACK}, {line}") for line in SOUND],
        ["".join("?" if ord(sign) > 127 else sign for sign in LACK)],
        ["".join("\ufffd" if ord(sign) > 127 else sign for sign in LACK)],
        [r"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\fnil Times;}}\viewkind4\uc1\pard\lang1049\f0\fs24\par}"],
        ['<div class="WordSection1"><p class="MsoNormal" style="margin-left:3.0pt"></p></div>'],
        [shifted(LACK, 1)],
        [shifted(line, 3) for line in SOUND[:2]],
        ["пвуклдж щшгтрнф ыъвкпр жзйхцчш", "КцПЧфСэ ДэХ ЭцЫЭЮШююЙь кпЩЫб бЮсое ЦШчп"],
        [misread(LACK, "utf-8", "cp1251").replace("\x98", "")],
        [misread(LACK, "utf-8", "cp1252")],
        [misread(LACK, "cp1251", "cp1252")],
        [misread(LACK, "utf-8", "cp866")],
        [misread(LACK, "koi8-r", "cp1251"), misread(SOUND[0], "koi8-r", "cp1251")],
        [misread(LACK, "cp866", "cp1252")],
        ["yt [dfnftn chtlcnd yf htvjyn rhjdkb b ljhju d rf;ljv hfqjyt ujhjlf"],
        ["iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4iVBORw0KGgo"],
    ],
)
def test_rubbish_is_left_out_and_nothing_else(strange: list[str]) -> None:
    assert left_out(*strange) == set(strange)


@pytest.mark.parametrize(
    "strange",
    [
        "Награждены: Цыдыпов Б. Б., Доржиев Ц. Ц., Очиржапов Б., Бадмажапов Г., Жалсараев Ч., Ринчинова С. Д.",
        "Дьокуускай куорат дьаһалтата олохтоохторго элбэх үлэни оҥордо, саҥа оскуола тутулунна, көмө оҥоһулунна.",
        "We have built a planetarium and a bridge over the river this year, which serves many people of the city.",
        "Что сделано? Когда? Кем? Почему?! Кто отвечает??? Неужели никто?????",
        "МБУ «КЦСОН», ТОС, МКД, ФКГС, ДНТ, СНТ, МАУ ДО ДЮСШ № 3",
        "Сайт: <http://www.admin.tomsk.ru/pages/about?id=12&page=3>, в письме <b>жирно</b>.",
        "12,5 | 300,1 | 1 200 | 98 %",
        "мбдоу, мадоу, мкоу сош, мбу до дюсш, гбпоу, фгбоу во, муп жкх, нко, сонко, фкгс, мкд, псд, егиссо, епгу",
        "admin@tomsk.ru, goradm@novosib.ru, mail@bratsk-city.ru, priemnaya@angarsk.irkobl.ru, pochta@admnkz.info",
        "Microsoft Office, AutoCAD Civil, PostgreSQL, VipNet, xhtml, docx, xlsx, pptx, djvu, jpeg, tiff, json, html",
        "Ооржак Чойгана Шолбановна, Монгуш Айдын Кызыл-оолович, Сат Белекмаа Дадар-ооловна, Хертек Аржаана",
        "ул. Лыткина, пер. Ближний, ул. Жамбалова, ул. Сухэ-Батора, с. Чаа-Холь, с. Ытык-Кюёль, с. Бердигестях",
        "сагаалган, сурхарбан, ысыах, алгыс, осуохай, хомус, чорон, олонхо, хабылык, дыгын, буузы, хуушуур, саламат",
        "Эне болчогдоо хотын захиргаанай ажал эрхилдэг байгаа, hургуулинууд баригдаа, эмхи зургаанууд",
        "велопешеходный, экотропиночный, воркаутщики, коворкинговый, краудфандинговый, хакатонный, кванториумовский",
        "Кол-во чел. тыс.руб. кв.м. куб.м. чел/час Гкал/ч кВт/ч м3/сут мг/л т.у.т. отремонтир. благоустр. реконстр.",
        "Sdělení, Příbram, Žďár nad Sázavou, Třebíč, České Budějovice, Łódź, Gdańsk, Wrocław, Székesfehérvár, Győr",
        "Sprechstunde mit Partnerstädten, Rechtsschutz, Schlachthof, Fußgängerzone, wichtig, Durchführung",
    ],
)
def test_what_is_only_strange_stays(strange: str) -> None:
    assert left_out(strange) == set()
    assert left_out(*[strange] * 8) == set()


@pytest.mark.parametrize(
    "strange",
    [
        "/G03 /G17 /G22 /G08 /G41 /G02 /G17 /G09 /G33",
        "(cid:12)(cid:7)(cid:44)(cid:3) (cid:12)(cid:7)(cid:44)(cid:3)",
        "xkqz wprt bnvm qqwz lkjh zxcv poiu mnbv asdf qwer",
        "".join(sign for sign in LACK if sign not in "аеёиоуыэюя"),
        "Закуплены автобусы и троллейбусы для городских маршрутов"[::-1],
    ],
)
def test_signs_that_say_nothing_are_left_out(strange: str) -> None:
    assert left_out(strange) == {strange}


@pytest.mark.parametrize(
    "good",
    [
        "html http smtp https html css json xml pdf docx",
        "Приказ ГУ МЧС РФ, МКУ ЦБС, МБДОУ, ГТРК, МСЧ, ФГБУ",
        "The delegation visited schools, parks and hospitals with great pleasure",
        "Шалаш, казак, потоп, довод, топот, заказ",
        "/G1, /G2 и /G3 закуплены для школ города",
    ],
)
def test_what_only_looks_so_stays(good: str) -> None:
    assert left_out(good) == set()
