"""The vocabulary: real files hold together, faults are told with file and line, look-ups forgive."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pymorphy3
import pytest

from indexer import vocabulary
from indexer.errors import VocabularyError
from indexer.vocabulary import Phrase, Vocabulary, load

KINDS = [
    "overview",
    "achievements",
    "colleagues",
    "problems",
    "tasks",
    "help",
    "conference",
    "discussion",
    "training",
    "other",
]

CITIES = """\
[[city]]
name = "Омск"
slug = "omsk"
region = "Омская область"
latitude = 54.99
longitude = 73.37
population = 1_125_695
declension = "Омск, Омска, Омску, Омск, Омском, Омске"
adjective = "омск"
member = true

[[city]]
name = "Комсомольск-на-Амуре"
slug = "komsomolsk-na-amure"
region = "Хабаровский край"
latitude = 50.55
longitude = 137.01
population = 236_158
declension = "Комсомольск-на-Амуре, Комсомольска-на-Амуре, Комсомольску-на-Амуре, Комсомольск-на-Амуре,\
 Комсомольском-на-Амуре, Комсомольске-на-Амуре"
aliases = ["Комсомольск"]

[[city]]
name = "Артём"
slug = "artem"
region = "Приморский край"
latitude = 43.36
longitude = 132.19
population = 109_556
declension = "Артём, Артёма, Артёму, Артём, Артёмом, Артёме"
word = true
"""
SECTIONS = """\
[[section]]
title = "Жилищно-коммунальное хозяйство"
slug = "zhkh"
aliases = ["ЖКХ", "городского хозяйства"]
[section.cues]
"жилищный фонд" = 1.5

[[section]]
title = "Культура"
slug = "kultura"
aliases = ["культуры"]
[section.cues]
"музей" = 2
"""
TOPICS = """\
[[topic]]
name = "Молодёжь"
slug = "molodezh"
[topic.phrases]
"молодёжь" = 2.0
"молодой человек" = 1.5
"""
KIND_FILE = """\
[[kind]]
id = "tasks"
label = "Задачи и планы"
wordings = ["Какие задачи стоят?"]
cues = ["задач* сто*"]
not = ["коллег*"]

[[kind]]
id = "other"
label = "Другие вопросы"
wordings = []
cues = []
"""
SYNONYMS = """\
[[group]]
terms = ["ВКС", "видеоконференция"]

[[group]]
terms = ["мэр", "глава города"]
note = "кто как зовёт"
"""
ANALYSIS = """\
[lemmas]
"нашли" = ["найти"]

[prefixes]
city = ["г.", "город"]
section = ["управление", "раздел"]
"""
WRITING = """\
[[same]]
word = "онлайн"
written = ["on-line"]

[[short]]
written = ["кв. м", "м²"]
means = ["квадратный метр"]
unit = true

[acts]
kinds = ["фз"]

[latin]
words = ["expo", "link"]
names = ["expo"]
cyrillic = ["тос"]
"""
FILES = {
    "cities": CITIES,
    "sections": SECTIONS,
    "topics": TOPICS,
    "question_kinds": KIND_FILE,
    "synonyms": SYNONYMS,
    "analysis": ANALYSIS,
    "writing": WRITING,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small vocabulary without faults."""
    for name, text in FILES.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return load()


@pytest.fixture(scope="module")
def morphology() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer()


def test_small_vocabulary_is_read_whole(folder: Path) -> None:
    words = load(folder)
    omsk = words.city("Омск")
    assert omsk == vocabulary.City(
        name="Омск",
        slug="omsk",
        region="Омская область",
        latitude=54.99,
        longitude=73.37,
        population=1_125_695,
        forms=("Омск", "Омска", "Омску", "Омск", "Омском", "Омске"),
        adjective="омск",
        member=True,
    )
    assert words.topics[0].phrases == (Phrase(("молодежь",), 2.0), Phrase(("молодой", "человек"), 1.5))
    assert words.kinds[0].exclusions == ("коллег*",)
    assert words.synonyms[1] == vocabulary.SynonymGroup(("мэр", "глава города"), "кто как зовёт")
    assert words.exceptions.lemmas == {"нашли": ("найти",)}
    assert words.cities[2].word


# file, what is replaced, by what, the line the fault stands on, a word of the message
FAULTS = [
    ("cities", 'slug = "artem"', 'slug = "omsk"', 24, "omsk"),
    ("cities", 'name = "Артём"\n', 'name = "Омск"\n', 29, "склонение"),
    ("cities", "latitude = 43.36", "latitude = 143.36", 26, "latitude"),
    ("cities", "longitude = 132.19", "longitude = -181", 27, "longitude"),
    ("cities", "population = 109_556", 'population = "много"', 28, "population"),
    ("cities", "population = 109_556", "population = 0", 28, "нуля"),
    ("cities", "population = 109_556", "population = true", 28, "целое"),
    ("cities", "word = true", 'word = "да"', 30, "true"),
    ("cities", "word = true", "world = true", 30, "world"),
    ("cities", 'region = "Приморский край"\n', "", 22, "region"),
    ("cities", ", Артёмом, Артёме", ", Артёмом", 29, "шесть"),
    ("cities", '["Комсомольск"]', '["Омске"]', 20, "Омск"),
    ("cities", '["Комсомольск"]', '["Комсомольск", "Комсомольск"]', 20, "дважды"),
    ("cities", '["Комсомольск"]', '"Комсомольск"', 20, "списком"),
    ("cities", '["Комсомольск"]', "[1]", 20, "строки"),
    ("cities", 'adjective = "омск"', 'adjective = "Омск"', 9, "строчными"),
    ("cities", 'region = "Омская область"', 'region = "Омcкая область"', 4, "латинские"),
    ("cities", 'region = "Омская область"', 'region = "Омская  область"', 4, "пробелы"),
    ("cities", 'region = "Омская область"', 'region = ""', 4, "пустая"),
    ("cities", 'region = "Омская область"', "region = Омск", 4, "TOML"),
    ("cities", 'slug = "artem"', 'slug = "Артём"', 24, "латинскими"),
    ("cities", "[[city]]\nname", '[[town]]\nname = "x"\n\n[[city]]\nname', 1, "town"),
    ("sections", '["культуры"]', '["жкх"]', 11, "Жилищно-коммунальное хозяйство"),
    ("sections", '["культуры"]', '["КУЛЬТУРА"]', 11, "лишнее"),
    ("sections", 'title = "Культура"', 'title = "жилищно-коммунальное хозяйство"', 9, "второй раз"),
    ("sections", '"музей" = 2', '"Музей" = 2', 13, "строчными"),
    ("sections", '"музей" = 2', '"музей" = 0', 13, "больше нуля"),
    ("sections", '"музей" = 2', '"музей" = 20', 13, "от 0 до 10"),
    ("sections", '"музей" = 2', '"музей" = "два"', 13, "число"),
    ("sections", '"музей" = 2', "", 12, "пуста"),
    ("topics", '"молодёжь" = 2.0', '"молодёжь" = 2.0\n"молодежь" = 1.0', 6, "второй раз"),
    ("topics", '"молодой человек" = 1.5', '"молодёжь" = 1.5', 6, "TOML"),
    ("question_kinds", 'id = "other"', 'id = "tasks"', 9, "tasks"),
    ("question_kinds", '["коллег*"]', '["задач* сто*"]', 6, "not"),
    ("question_kinds", '["задач* сто*"]', '["*задач"]', 5, "звёздочка"),
    ("question_kinds", "wordings = []", 'wordings = ["Какие задачи стоят?"]', 11, "второй раз"),
    ("synonyms", '"глава города"', '"вкс"', 5, "вкс"),
    ("synonyms", '["мэр", "глава города"]', '["мэр"]', 5, "двух"),
    ("synonyms", "note", "remark", 6, "remark"),
    ("analysis", '["найти"]', "[]", 2, "нашли"),
    ("writing", '"м²"', '"on-line"', 6, "онлайн"),
    ("writing", '"м²"', '"м!"', 6, "м!"),
    ("writing", '["on-line"]', '["On-line"]', 3, "строчными"),
    ("writing", "квадратный метр", "square", 7, "square"),
    ("writing", 'names = ["expo"]', 'names = ["link"]', 15, "link"),
    ("writing", 'names = ["expo"]', 'names = ["max"]', 15, "max"),
    ("writing", '"тос"', '"снп"', 16, "снп"),
    ("writing", "unit", "units", 8, "units"),
    ("writing", '["кв. м", "м²"]', "[]", 6, "написание"),
    ("analysis", '"нашли" = ["найти"]', '"Нашли" = ["найти"]', 2, "строчными"),
    ("analysis", "[lemmas]", "[lemma]", 1, "lemma"),
    ("analysis", '"нашли" = ["найти"]', '"нашли" = ["найти"]\n"ещё" = ["еще"]\n"еще" = ["еще"]', 4, "второй раз"),
]


@pytest.mark.parametrize(("name", "old", "new", "line", "word"), FAULTS)
def test_fault_is_told_with_file_and_line(folder: Path, name: str, old: str, new: str, line: int, word: str) -> None:
    path = folder / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(VocabularyError) as caught:
        load(folder)
    message = str(caught.value)
    assert message.startswith(f"{path}, строка {line}: ")
    assert word in message


def test_missing_file_and_wrong_encoding_are_told(folder: Path) -> None:
    path = folder / "synonyms.toml"
    path.write_bytes(SYNONYMS.encode("cp1251"))
    with pytest.raises(VocabularyError, match=r"synonyms\.toml, строка 2: .*UTF-8"):
        load(folder)
    path.unlink()
    with pytest.raises(VocabularyError, match=r"synonyms\.toml.*не читается"):
        load(folder)


def test_windows_line_ends_and_byte_order_mark_are_fine(folder: Path) -> None:
    path = folder / "cities.toml"
    path.write_bytes(b"\xef\xbb\xbf" + CITIES.replace("\n", "\r\n").encode())
    assert len(load(folder).cities) == 3


def test_version_changes_with_any_file(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = load(folder).version
    other = tmp_path_factory.mktemp("copy") / "vocabulary"
    shutil.copytree(folder, other)
    assert load(other).version == before
    with (other / "synonyms.toml").open("a", encoding="utf-8") as file:
        file.write("# ещё\n")
    assert load(other).version != before


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Омск", "Омск"),
        ("омск", "Омск"),
        (" г.  ОМСК ", "Омск"),
        ("г.Омск", "Омск"),
        ("город Омск", "Омск"),
        ("**ОМСК**", "Омск"),
        ("Омске", "Омск"),
        ("omsk", "Омск"),
        ("О\u0301мск", "Омск"),
        ("артем", "Артём"),
        ("Комсомольск", "Комсомольск-на-Амуре"),
        ("комсомольск на амуре", "Комсомольск-на-Амуре"),
        ("Комсомольск\u2011на\u2011Амуре", "Комсомольск-на-Амуре"),
        ("Атлантида", None),
        ("город", None),
        ("", None),
    ],
)
def test_city_is_found_however_it_is_written(folder: Path, text: str, name: str | None) -> None:
    city = load(folder).find_city(text)
    assert (city and city.name) == name


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("жкх", "Жилищно-коммунальное хозяйство"),
        ("жилищно - коммунальное хозяйство", "Жилищно-коммунальное хозяйство"),
        ("Управление городского хозяйства", "Жилищно-коммунальное хозяйство"),
        ("Раздел 3. КУЛЬТУРА", "Культура"),
        ("IV. Культура:", "Культура"),
        ("kultura", "Культура"),
        ("культурный шок", None),
        ("3.", None),
    ],
)
def test_section_is_found_however_it_is_written(folder: Path, text: str, title: str | None) -> None:
    section = load(folder).find_section(text)
    assert (section and section.title) == title


def test_topic_and_kind_are_found_by_name_slug_and_label(folder: Path) -> None:
    words = load(folder)
    assert words.find_topic("молодежь") is words.find_topic("molodezh") is words.topic("Молодёжь")
    assert words.find_kind("задачи и планы") is words.find_kind("TASKS") is words.kind("tasks")
    assert words.topic("молодежь") is None and words.find_topic("спорт") is None


def test_own_vocabulary_is_read_once(words: Vocabulary) -> None:
    assert load() is words


def test_own_vocabulary_is_complete(words: Vocabulary) -> None:
    assert [kind.id for kind in words.kinds] == KINDS
    assert len(words.cities) >= 70
    assert len(words.sections) >= 20
    assert 25 <= len(words.topics) <= 37
    assert len(words.synonyms) >= 650
    assert all(len(section.aliases) >= 10 and len(section.cues) >= 20 for section in words.sections)
    assert all(len(topic.phrases) >= 10 for topic in words.topics)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Организационная деятельность", "Организационная работа"),
        ("управление организационной работы", "Организационная работа"),
        ("Отдел делопроизводства", "Организационная работа"),
        ("Департамент образования", "Образование"),
        ("Комитет по физической культуре и спорту", "Физическая культура и спорт"),
        ("Управление по делам молодежи", "Молодёжная политика"),
        ("ГО и ЧС", "Безопасность, ГО и ЧС"),
        ("Управление по связям с общественностью", "Общественные связи и ТОС"),
        ("департамент финансов", "Бюджет и финансы"),
        ("КУМИ", "Муниципальное имущество"),
        ("ИКТ", "Информатизация"),
        ("Департамент городского хозяйства", "Жилищно-коммунальное хозяйство"),
        ("дорожное хозяйство и транспорт", "Транспорт и дороги"),
        ("Муниципальная служба и кадры", "Кадровая работа и муниципальная служба"),
        ("Международные связи", "Международное сотрудничество"),
        ("ТОС", "Общественные связи и ТОС"),
    ],
)
def test_own_sections_know_names_of_departments(words: Vocabulary, text: str, title: str) -> None:
    section = words.find_section(text)
    assert section is not None and section.title == title


def test_no_city_is_taken_for_a_section_or_topic(words: Vocabulary) -> None:
    assert [city.name for city in words.cities if words.find_section(city.name) or words.find_topic(city.name)] == []


def test_every_phrase_is_made_of_lemmas(words: Vocabulary, morphology: pymorphy3.MorphAnalyzer) -> None:
    wrong = {
        " ".join(phrase.words): word
        for phrase in _phrases(words)
        for word in phrase.words
        if word not in _lemmas(word, words, morphology)
    }
    assert wrong == {}


def test_exceptions_correct_something(words: Vocabulary, morphology: pymorphy3.MorphAnalyzer) -> None:
    idle = [
        form
        for form, lemmas in words.exceptions.lemmas.items()
        if (_plain(morphology.parse(form)[0].normal_form),) == lemmas
    ]
    assert idle == []


def test_no_phrase_weighs_the_same_in_many_sections(words: Vocabulary) -> None:
    heavy = Counter(cue.words for section in words.sections for cue in section.cues if cue.weight >= 2)
    assert [phrase for phrase, count in heavy.items() if count > 2] == []


def _phrases(words: Vocabulary) -> Iterator[Phrase]:
    for section in words.sections:
        yield from section.cues
    for topic in words.topics:
        yield from topic.phrases


def _lemmas(word: str, words: Vocabulary, morphology: pymorphy3.MorphAnalyzer) -> set[str]:
    """What the analysis may make of ``word``: the exceptions', or the parses of some weight and the first."""
    if word in words.exceptions.lemmas:
        return set(words.exceptions.lemmas[word])
    parses = morphology.parse(word)
    return {_plain(parse.normal_form) for parse in parses if parse is parses[0] or parse.score >= 0.1}


def _plain(word: str) -> str:
    return word.replace("ё", "е")
