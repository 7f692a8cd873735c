"""Rubbish is refused with a reason, what is doubtful is read with a warning, good text of every kind stays."""

import pytest

from indexer.language.analysis import shared_analyzer
from indexer.model import Block
from indexer.report.health import Health, health_of
from indexer.vocabulary import load

GOOD = """Отчёт администрации города Томска за 2019 год
Построен планетарий на двести мест, в нём занимаются восемьсот школьников. Отремонтированы дороги и мосты,
благоустроены дворы, высажены деревья, открыты новые детские сады, проведены праздники и ярмарки для жителей.
Какие задачи планируется решить в следующем году? Открыть оранжерею на набережной, закончить ремонт больницы."""
ENGLISH = """Report of the city of Tomsk for the year. A planetarium for two hundred visitors was built, and pupils
from all schools attend lessons there. Roads and bridges were repaired, new kindergartens were opened."""
SHIFTED = GOOD.translate({code: (code - 0x430 + 11) % 32 + 0x430 for code in range(0x430, 0x450)})


def health(text: str) -> Health:
    return health_of([Block(line) for line in text.split("\n")], shared_analyzer(load()).is_known)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "Омск\n2021\nДа.",
        "Информация не представлена.",
        "МБУ «КЦСОН», ТОС, МКД, ФКГС, ДНТ, СНТ, МАУ ДО ДЮСШ № 3\nИвановых А. П., Шмыгаль Д. А., Цой Е. Б.",
        f"{GOOD}\n{ENGLISH}",
        "Показатель | 2018 | 2019\n" + "\n".join(f"Дороги, км | {n} 120,5 | {n * 7} 300,1" for n in range(60)),
        "ФИО: ____________________________ Подпись: ......................\n" + GOOD,
        "┌────────────────────────────┐\n" + GOOD + "\n└────────────────────────────┘",
        "1. Да\n2. Нет\n3. Нет\n4. Да\n5. Не было\n6. Не проводились",
        GOOD + "\nСсылка: <http://www.admin.tomsk.ru/pages/about?id=12&page=3>, в письме <b>жирно</b>.",
        GOOD.upper(),
        "Отчёт города Томска\n" + "\n".join(f"https://www.admin.tomsk.ru/p?a={n}&b=o_{n}.html" for n in range(90)),
        GOOD + "\n" + "\n".join(f"{n};{n * 2},5;(тыс. руб.);=" for n in range(60)),
        GOOD + "\n" + "\n".join(f"S = {n} м2; N = {n * 2} (чел.)" for n in range(40)),
        GOOD + "\nСмарт-city, ITшник, SMM-щик, 3D-модель, e-mail, Wi-Fi, VIPзал и QRкод на IPадресе, PRслужба",
        GOOD + "\nMicrosoft Windows (10), PR-агентство «Сибирь» (Томск)\nSmart City (2019)" * 9,
        GOOD + '\n"Доступная среда",\n"Городская среда";\nВсего: 15 (пятнадцать);' * 9,
    ],
)
def test_good_reports(text: str) -> None:
    found = health(text)
    assert (found.refusal, found.warning) == (None, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # Czech letters by the Russian table.
        ("Svitky od MrtvИho moЬe jsou starovЛkИ idovskИ nАboenskИ texty, nalezenИ poblМ MrtvИho moЬe", "перемешаны"),
        (SHIFTED, "словарю известны"),
        (GOOD.encode().decode("cp1251", "replace"), "нечитаем"),
        (GOOD.encode("koi8-r").decode("cp1251"), "нечитаем"),
        (GOOD.encode("cp1251").decode("latin-1"), "надстрочными"),
        (GOOD.encode("cp1251").decode("utf-8", "replace"), "не распознаны"),
        ("".join(f"<w:p><w:r><w:t>{word}</w:t></w:r></w:p>" for word in GOOD.split()), "разметка"),
        ("{\\rtf1\\ansi\\deff0\\fs24 \\par\\pard " * 20 + "Томск", "разметка"),
        ("iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4" * 20, "разметка"),
        ("\n".join("Отчётгородаомска" * 3), "по одной букве"),
        ("О т ч ё т г о р о д а О м с к а з а г о д и т о г и р а б о т ы п л а н ы", "порознь"),
        ("ааааааааааааааааааааааа бббббббббббббббббббббббб вввввввввввввввв", "повторяются"),
        ("0101 2929 393,93 " * 60, "почти нет букв"),
        ("Ἔκθεση της πόλης για το έτος: κατασκευάστηκε ένα νέο σχολείο και ένας δρόμος", "греческими"),
        ("ქალაქის ანგარიში წლისთვის აშენდა ახალი სკოლა და გზა და ხიდი მდინარეზე", "грузинскими"),
        ("城市年度报告" * 10, "иероглифами"),
        ("市の年次報告書では、新しい学校とプールが建設されました。" * 3, "японскими"),
        ("annual report 年次報告書の建設, " * 4, "латинскими"),
        (ENGLISH, "переведите его на русский"),
        (
            "Звіт міста за рік: побудовано школу, відремонтовано дороги і мости, відкрито їдальні, її мешканці "
            "задоволені. Місто збудувало нові лікарні, вулиці, садки, бібліотеки і будинки культури.",
            "не по-русски",
        ),
    ],
)  # fmt: skip
def test_rubbish_and_other_alphabets(text: str, reason: str) -> None:
    found = health(text)
    told = found.refusal or found.warning or ""
    assert reason in told
    assert "не по-русски" in told or found.refusal


TATAR = (
    "Шәһәр уникe мәктәп төзеде. Яңа китапханә ачылды, юллар төзәтелде. Халык үтенече буенча ишегалдылары төзекләнде."
)


def test_another_language_in_russian_letters() -> None:
    assert "не по-русски" in (health(f"{TATAR}\n" * 3).refusal or "")


def test_answers_in_another_language_below_russian_questions() -> None:
    told = health(
        f"Что наиболее значительное удалось сделать в 2019 году?\n{TATAR}\nКакие задачи стоят в 2020 году?\n{TATAR}"
    )
    assert told.refusal is None and "не по-русски" in (told.warning or "")


NEIGHBOURS = {
    "Serbian": "У граду је отворена нова школа и обновљен парк. Радови су трајали осам месеци. Становници су добили "
    "нове аутобусе и боље путеве.\nНе постоје проблеми са водом, али недостаје новац за грејање и поправку кровова.",
    "Bulgarian": "През годината бяха ремонтирани дванадесет улици в центъра на града и беше монтирано осветление.\n"
    "Най-големият проблем е липсата на средства за поддръжка на пътищата. Необходими са повече пари от бюджет.",
    "Kazakh without its letters": "Жыл ишинде кала орталыгында он еки коше жондалып, жана жарыктандыру орнатылды.\n"
    "Басты маселе жолдар мен су кубырларын кутип устауга каражаттын жетиспеуи. Кобирек акша керек.",
    "Tajik without its letters": "Дар давоми сол дувоздах кучаи маркази шахр таъмир карда шуд ва чарогхои нав насб "
    "гардиданд.\nМушкилоти асоси нарасидани маблаг барои нигохдории роххо мебошад.",
}


@pytest.mark.parametrize("text", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_languages_near_to_russian_are_told_as_such(text: str) -> None:
    questions = ("Что наиболее значительное удалось сделать в городе?", "Какие задачи планируется решить в году?")
    asked = "\n".join(f"{question}\n{answer}" for question, answer in zip(questions, text.split("\n"), strict=True))
    for written in (text, asked, f"{GOOD}\n{asked}"):
        told = health(written)
        assert "не по-русски" in (shown := told.refusal or told.warning or "") or "на другом языке" in shown
        assert "нечитаем" not in shown and "читается плохо" not in shown


DAMAGED = [
    SHIFTED,
    GOOD.encode("koi8-r").decode("cp1251"),
    GOOD.replace("о", ""),
    GOOD.replace("е", ""),
    " ".join(a + b for a, b in zip(GOOD.split()[::2], GOOD.split()[1::2], strict=False)),
    GOOD.translate(str.maketrans("пз", "нв")),
]


@pytest.mark.parametrize("text", DAMAGED)
def test_spoilt_russian_is_no_other_language(text: str) -> None:
    for written in (text, f"{GOOD}\n{text}"):
        told = health(written)
        assert "языке" not in (told.refusal or told.warning or "")


@pytest.mark.parametrize(
    "text",
    [
        "На вечёрке робята шибко баско сплясали, бабки шанежки напекли, старики про тутошние места баяли, дивно было.",
        "Ансамбль «Алтан Булаг», Бадмаев Б. Д., Цыремпилов Д. Ц., Дондокова С. Ж., Гармаев Ж. Б., клуб «Наран»",
        "пгт. Усть-Абакан, с. Шушенское, д. Малая Минуса: рем. кровли, зам. окон, асф. 2 500 кв. м, освещ. 14 св.",
        "МБДОУ № 5, ул. Ленина, 12: кап. рем. эл. щитовой, монтаж АПС, СОУЭ, ОПС, поверка ИПУ, гос. экспертиза ПСД",
        "Запущены коворкинг, стартап-хаб, воркаут-площадка, скейт-парк, каршеринг, буккроссинг, айти-буткемп, квизы",
    ],
)
def test_dialect_names_and_abbreviations_are_no_other_language(text: str) -> None:
    assert "языке" not in (health(f"{text}\n{GOOD}\n{text}").warning or "")
    assert "языке" not in (health(f"{text}\n{text}").warning or "")


def test_names_of_another_language_are_no_other_language() -> None:
    named = (
        "Проведён праздник Ыһыах, открыт музей «Өксөкүлээх Өлөксөй», работает ансамбль «Сарыал» и клуб «Үрүҥ Уолан».\n"
    )
    assert health(f"{named}{GOOD}\n{named}") == health(GOOD)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (f"Томск, 2019\n{ENGLISH}", "латинскими буквами"),
        ("\n".join([GOOD] * 5 + [SHIFTED]), "часть текста нечитаема"),
        ("\n".join([GOOD, SHIFTED]), "читается плохо"),
        (GOOD + "".join(f"<span>{n}</span>" for n in range(3)), "осталась разметка"),
    ],
)
def test_a_warning(text: str, warning: str) -> None:
    found = health(text)
    assert found.refusal is None
    assert warning in (found.warning or "")


LOST = "".join(f"Расч?ты закончены, сч?т закрыт, {n} учр?ждений получили отч?т в срок.\n" for n in range(9))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("о", "?"), "Текст нечитаем: в 41\u00a0% слов потеряны буквы, на их месте знак «?»; "),
        (GOOD.replace("е", "□"), "Текст нечитаем: в 37\u00a0% слов потеряны буквы, на их месте знак «□»; "),
        (LOST, "Текст нечитаем: "),
        (GOOD * 3 + LOST, "слов потеряны буквы, на их месте знак «?»"),
        (GOOD.replace("ё", "¿") * 3, "в 4\u00a0% слов потеряны буквы, на их месте знак «¿»"),
        (GOOD * 3 + "\n?тчёт ?тдела ?хватил район и г?род", "слов потеряны буквы"),
    ],
)
def test_letters_that_became_question_marks(text: str, told: str) -> None:
    found = health(text)
    assert told in (found.refusal or found.warning or "")
    assert (found.refusal is not None) == told.startswith("Текст нечитаем")


@pytest.mark.parametrize(
    "text",
    [
        "Что сделано?Построен мост. Где?В городе. Когда?В мае. Зачем?Так решили.",
        "Что? где? когда? как? зачем?",
        "□ да\n□ нет\n■ отчасти\n□построен\n□открыт\n■закрыт",
        "Ссылки: /найти?город=Томск, /найти?год=2019, /search?q=мост, ?page=2, ?a=1",
    ],
)
def test_question_marks_and_boxes_in_their_places(text: str) -> None:
    assert health(f"{GOOD}\n{text}") == Health()


def test_sentences_end_as_sentences() -> None:
    refusal = health(SHIFTED).refusal
    assert refusal
    assert refusal.endswith(".")


CODE = {
    "python": """import os


def главная(город):
    print("Отчёт администрации города Томска за 2019 год")
    for имя in ("Дороги", "Мосты"):
        print(f"Построен {имя} в городе")
    return {"город": "Томск", "год": 2019}
""",
    "javascript": """const город = "Томск";
function отчёт(год) {
  console.log("Построен планетарий на двести мест");
  if (год === 2019) {
    return "Отчёт за 2019 год";
  }
  document.getElementById("ответ").innerHTML = "Открыта оранжерея";
}
""",
    "one line": """(function(){var a={"city":"Томск","year":2019};function b(c){return c&&c.city==="Томск"?"Да":"Нет"}
for(var i=0;i<10;i++){console.log(b(a),"Отчёт города Томска",i)}window.report=b;})();""".replace("\n", "")
    * 5,
    "1C": """Процедура СформироватьОтчет(Город, Год) Экспорт
Запрос = Новый Запрос;
Запрос.Текст = "ВЫБРАТЬ Отчеты.Город ИЗ Справочник.Отчеты КАК Отчеты";
Если Результат.Пустой() Тогда
Сообщить("Нет отчётов за год");
Возврат Неопределено;
КонецЕсли;
КонецПроцедуры
""",
    "sql": """CREATE TABLE otchet (id INT, gorod VARCHAR(50));
INSERT INTO otchet VALUES (1, 'Томск построил планетарий');
INSERT INTO otchet VALUES (2, 'Омск открыл оранжерею');
SELECT gorod, god
FROM otchet
WHERE god = 2019;
UPDATE otchet SET god = 2020;
""",
    "settings": "city=Томск\nyear=2019\nsection=Организационная работа\nname=Построен планетарий\nmode=1\nkey=Да\n",
}


@pytest.mark.parametrize("language", CODE)
def test_programs_are_no_reports(language: str) -> None:
    assert "код" in (health(CODE[language]).refusal or "")


@pytest.mark.parametrize("language", ["python", "javascript", "1C", "sql"])
def test_a_report_with_programs_in_it_is_warned_of(language: str) -> None:
    found = health("\n".join([GOOD, GOOD, CODE[language], CODE[language]]))
    assert found.refusal is None
    assert "код" in (found.warning or "")
