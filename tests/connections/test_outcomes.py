"""Plans and their results, needs and who met them: rules by tables, the rest on an archive made for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.meaning.model import word_model
from indexer.rebuild import rebuild
from indexer.vocabulary import load
from search_app.connections.outcomes import solutions
from search_app.connections.outcomes.judged import measured_needs, measured_plans, measured_typed
from search_app.connections.outcomes.needs import needs
from search_app.connections.outcomes.numbers import counted_in
from search_app.connections.outcomes.plans import Plans, plan_years, plans
from search_app.connections.outcomes.problems import problem_topics, topic_problem, typed_problem
from search_app.connections.outcomes.solutions import claimed, solver
from search_app.connections.outcomes.solved import solved, warm
from search_app.connections.outcomes.tasks import tasks
from search_app.connections.outcomes.verdicts import verdicts
from search_app.engine.door import Engine, LocalEngine
from tests.small_archive import make_reports as reports_of
from tests.small_archive import temporary_build

DATA = Path(__file__).parent.parent / "data"


def table(name: str) -> list[tuple[str, ...]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [tuple(part.strip() for part in line.split("|")) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("text", "states"), table("verdict_cases.txt"))
def test_a_clause_says_what_became_of_a_thing(text: str, states: str) -> None:
    telling = verdicts(load())
    clauses = telling.clauses(text)
    assert [telling.of(text[begin:end]).state for begin, end in clauses] == [one.strip() for one in states.split("/")]
    assert "".join(text[begin:end] for begin, end in clauses) == text


@pytest.mark.parametrize(("task", "told", "status"), table("plan_traps.txt"))
def test_nothing_is_called_done_that_is_not(task: str, told: str, status: str) -> None:
    rows = (
        ("Томск", 2020, "Культура", (("tasks", "Какие задачи?", f"- {task};\n- провести фестиваль ремёсел."),)),
        ("Томск", 2021, "Культура", (("achievements", "Что удалось?", f"{told} Прошёл марафон вдоль реки."),)),
    )
    with temporary_build(reports_of(rows)) as build:
        assert plans("Томск", 2020, "Культура", LocalEngine(build)).items[0].status == status


def test_tasks_are_cut_into_items_without_what_leads_to_them() -> None:
    text = (
        "Предстоит:\n- открыть баню;\nЗакольцевать теплосети, создать запас труб. "
        "В планах – установление связей с Чжухаем, открытие центра."
    )
    assert [item.text.rstrip(" ;") for item in tasks(load()).of(text)] == [
        "открыть баню",
        "Закольцевать теплосети",
        "создать запас труб.",
        "В планах – установление связей с Чжухаем",
        "открытие центра.",
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("переведено 640 рабочих мест", [640]),
        ("оцифровать 12 тысяч предметов", [12_000]),
        ("Проложено 11,6 км водопровода", [11.6]),
        ("1 870 умных счётчиков", [1870]),
        ("к 75-летию Победы в 2020 году", []),
        ("постановлением от 11.02.2019 № 38", []),
        ("ремонт двух помещений", [2]),
        ("восемнадцать тёплых остановок", [18]),
    ],
)
def test_numbers_that_count(text: str, values: list[float]) -> None:
    assert [one.value for one in counted_in(text)] == values


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    index = tmp_path_factory.mktemp("outcomes") / "index"
    rebuild(DATA / "outcomes", index, jobs=1)
    yield LocalEngine(open_build(Store(index).current_dir()))


def status_of(found: Plans) -> dict[str, str]:
    return {item.task.text.split(" ")[0] + " " + item.task.text.split(" ")[1]: item.status for item in found.items}


def test_each_task_stands_beside_its_result(engine: Engine) -> None:
    found = plans("Белово", 2020, None, engine)
    assert status_of(found) == {"заменить 20": "done", "открыть баню": "partly", "поставить общественные": "done"}
    assert found.next_report
    for item in found.items:
        assert item.why and 1 <= len(item.results) <= 3
        for result in item.results:
            passage = engine.answer(result.quote.passage_id)
            assert passage and result.quote.text in passage.passage.text and result.year == 2021
            assert result.shared == tuple(
                dict.fromkeys(result.quote.text[start:end].lower() for start, end in result.quote.marks)
            )


def test_a_missing_report_is_said_and_no_failure(engine: Engine) -> None:
    found = plans("Белово", 2021, None, engine)
    assert not found.next_report and found.items
    assert {item.status for item in found.items} == {"unknown"}
    assert not any(item.results for item in found.items)
    assert all("в архиве нет" in item.why for item in found.items)
    assert plan_years("Белово", engine) == (2021, 2020)


@pytest.mark.skipif(word_model() is None, reason="нет модели слов")
def test_who_met_a_need(engine: Engine) -> None:
    complaint = next(
        passage.id
        for card in engine.cards()
        if card.city == "Ачинск" and (report := engine.report(card.id))
        for passage in report.passages
        if passage.kind == "problems"
    )
    found = solved(complaint, "Закрыт по предписанию загородный лагерь «Сокол»", engine)
    assert found and [told.hit.city for told in found.solutions] == ["Минусинск"]
    assert "Сосновый бор" in found.solutions[0].sentence and found.solutions[0].why
    assert found.need.startswith("Закрыт по предписанию")
    all_of_it = solved(complaint, "", engine)
    assert all_of_it and len(all_of_it.needs) > 1
    assert not any(told.hit.city == "Ачинск" for told in all_of_it.solutions)
    same_region = solved(complaint, found.need, engine, other_regions=True)
    assert same_region and not same_region.solutions
    assert solved("no-such", "", engine) is None


def test_what_was_looked_at_beforehand_is_found_as_before(engine: Engine) -> None:
    before = typed_problem("не хватает тренеров", engine), plans("Томск", 2020, None, engine)
    warm(engine)
    assert (typed_problem("не хватает тренеров", engine), plans("Томск", 2020, None, engine)) == before
    words = engine.commonest_words(10)
    assert len(set(words)) == 10 and engine.frequency(words[0]) > 0


def test_nothing_is_claimed_where_nothing_fits(engine: Engine) -> None:
    for text in ("космические корабли", "нехватка хормейстеров", "", "и"):
        found = typed_problem(text, engine)
        assert (found.solutions, found.complaints, found.turned, found.complaining, found.succeeding) == (
            (),
            (),
            (),
            0,
            0,
        )


COMPLAINTS = (
    ("Томск", 2019, "Образование", (("problems", "Что не удалось?", "Не хватает учителей математики."),)),
    ("Томск", 2020, "Образование", (("problems", "Что не удалось?", "Дефицит учителей сохраняется. Дороги разбиты."),)),
    ("Чита", 2020, "Образование", (("problems", "Что не удалось?", "Не хватает тренеров по плаванию."),)),
    ("Омск", 2020, "Образование", (("problems", "Что не удалось?", "Не решён вопрос бесхозяйных сетей."),)),
)


@pytest.mark.parametrize(
    ("typed", "cities"),
    [
        ("нехватка учителей", {"Томск": "Дефицит учителей сохраняется."}),
        ("не хватает тренеров", {"Чита": "Не хватает тренеров по плаванию."}),
        ("бесхозяйные сети", {"Омск": "Не решён вопрос бесхозяйных сетей."}),
        # The same frame about another thing is another problem.
        ("не хватает врачей", {}),
        ("не решён вопрос дольщиков", {}),
        ("нехватка парковок", {}),
    ],
)
def test_only_complaints_about_a_typed_problem_are_counted(typed: str, cities: dict[str, str]) -> None:
    with temporary_build(reports_of(COMPLAINTS)) as build:
        found = typed_problem(typed, LocalEngine(build))
    assert {str(one.city): one.newest.sentence for one in found.complaints} == cities
    assert found.complaining == len(cities)


def test_since_when_a_city_complains_of_a_topic_is_told_by_all_answers() -> None:
    rows = tuple(
        (city, year, "Образование", (("problems", "Что не удалось?", f"Не налажен онлайн приём, {year} год."),))
        for city in ("Томск", "Чита")
        for year in range(1990, 2023)
    )
    with temporary_build(reports_of(rows)) as build:
        engine = LocalEngine(build)
        found = topic_problem("Онлайн-формат", engine)
    assert {one.city: (one.years[0], one.years[-1]) for one in found.complaints} == {
        "Томск": (1990, 2022),
        "Чита": (1990, 2022),
    }
    assert (found.complaining, found.succeeding) == (2, 0)


def typed_rows(*rows: tuple[str, str, str, str, str]) -> list[dict[str, str]]:
    return [dict(zip(("typed", "side", "passage", "words", "about"), row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("мошенники звонят пенсионерам", "Открыто отделение дневного пребывания для пожилых людей на 30 мест."),
        ("плохо собирают взносы на капремонт", "Выполнен капитальный ремонт 42 многоквартирных домов."),
        ("аварийные деревья", "Высажено 11 400 деревьев и кустарников."),
        ("дорогие авиабилеты", "Отремонтировано 38 км дорог."),
        ("нет банкоматов", "Банковских кредитов у города больше нет, долг погашен."),
        # It is known how cities answer it, and this is not what they do.
        ("мусор не вывозят", "Река очищена от 380 тонн ила и мусора."),
        ("молодёжь уезжает из города", "Открыт дом молодёжи, где побывало 5 тысяч человек."),
    ],
)
def test_what_only_sounds_alike_is_no_solution_of_a_typed_problem(typed: str, told: str) -> None:
    rows = (
        ("Томск", 2020, "Экономика", (("achievements", "Что удалось?", told),)),
        ("Омск", 2020, "Экономика", (("achievements", "Что удалось?", "Прошёл марафон вдоль реки."),)),
    )
    with temporary_build(reports_of(rows)) as build:
        assert typed_problem(typed, LocalEngine(build)).solutions == ()


@pytest.mark.parametrize(
    ("need", "told", "section", "claimed"),
    [
        # Nothing that cities usually do: one word in common, two, one that is counted; the same in another section.
        ("Антивирусная защита слаба", "Средства защиты завезены с запасом.", "Экономика", False),
        ("Охранные зоны не согласованы", "Охранные зоны военных объектов согласованы.", "Экономика", True),
        ("Дефицит программистов", "Обучены девять программистов.", "Экономика", True),
        ("Дефицит программистов", "Программисты введены в штаб.", "Экономика", False),
        ("Дефицит программистов", "Обучены девять программистов.", "Культура", False),
        # What cities usually do, in another section: it must name what is needed.
        ("Не хватает водителей автобусов", "Обучены 58 водителей автобусов.", "Культура", True),
        ("Водителей автобусов мало, город просит помощи", "Город открыл автошколу.", "Культура", False),
    ],
)
def test_what_speaks_for_a_claim(
    need: str, told: str, section: str, claimed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solutions, "CLAIMED", ((1, 2), (-9.0, -9.0)))
    rows = (
        ("Томск", 2020, section, (("achievements", "Что удалось?", told),)),
        ("Омск", 2020, section, (("achievements", "Что удалось?", "Прошёл марафон вдоль реки."),)),
    )
    with temporary_build(reports_of(rows)) as build:
        found = solver(LocalEngine(build)).solutions(need, ["Чита"], "Экономика", 3)
        assert bool(found) == claimed


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Антивирусная защита есть.", []),
        ("Томск избавился от наледей.", []),
        ("Антивирусная защита есть, но нет смены.", ["Антивирусная защита есть, но нет смены."]),
        ("Специалисты есть, не хватает помещений.", ["не хватает помещений."]),
        ("Возможность есть лишь в 80.", ["Возможность есть лишь в 80."]),
        ("Не удалось: свести учёт; найти тех, кто есть.", ["свести учёт;", "найти тех, кто есть."]),
        ("Как вы решаете вопрос стоянок? Стоянок не хватает.", ["Стоянок не хватает."]),
        ("Как решаете вопрос стоянок?", []),
        ("Где взять деньги на стоянки?", ["Где взять деньги на стоянки?"]),
    ],
)
def test_what_is_well_is_no_need(text: str, wanted: list[str]) -> None:
    assert [one.text for one in needs(load()).statements(text)] == wanted


def test_what_is_conceded_tells_less_of_a_need_than_what_is_lacking(engine: Engine) -> None:
    weighed = engine.weigh(["Защита есть, но нет дежурной смены"])
    weights = needs(engine.vocabulary).need(weighed).weights
    told = {word.lemma: float(weight) for word, weight in zip(weighed.words, weights, strict=True)}
    assert told["смена"] > 2 * told["защита"]


def test_more_must_speak_for_a_claim_where_more_sentences_vie() -> None:
    borders = [claimed(answers) for answers in (0, 300, 600, 900, 300_000)]
    assert borders == sorted(borders)
    assert borders[0] < borders[2] < borders[-1]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        # How bad it is, where and when, no tale of a solution repeats.
        ("плохие дороги", "Отремонтировано 38 км дорог."),
        ("весной улицы топит паводок", "От паводка улицы защищены дамбами."),
        ("нет денег на ремонт школ", "Ремонт спортивных залов выполнен в двух школах."),
        # No noun names the matter.
        ("бездомным негде ночевать", "Открыта ночлежка для бездомных."),
    ],
)
def test_what_answers_a_typed_problem_is_found_by_its_matter(typed: str, told: str) -> None:
    rows = (
        ("Томск", 2020, "Транспорт и дороги", (("achievements", "Что удалось?", told),)),
        *(
            ("Омск", year, "Культура", (("achievements", "Что удалось?", f"Прошёл {year - 1999}-й марафон."),))
            for year in range(2015, 2022)
        ),
    )
    with temporary_build(reports_of(rows)) as build:
        assert [one.sentence for one in typed_problem(typed, LocalEngine(build)).solutions] == [told.rstrip(" ;")]


def test_typed_problems_are_measured_by_side() -> None:
    with temporary_build(reports_of(COMPLAINTS)) as build:
        engine = LocalEngine(build)
        ids = {card.city: engine.report(card.id).passages[0].id for card in engine.cards()}  # type: ignore[union-attr]
        rows = typed_rows(
            ("не хватает тренеров", "complaint", ids["Чита"], "тренеров", "yes"),
            ("бесхозяйные сети", "complaint", "-", "-", "yes"),
            ("нехватка врачей", "complaint", "-", "-", "yes"),
            ("нехватка врачей", "solution", "-", "-", "yes"),
        )
        found = measured_typed(rows, engine)
    assert [(one.value, one.of) for one in found.figures] == [
        (0.5, 2),
        (1, 1),
        (1, 1),
        (0.5, 2),
        (1, 0),
        (1, 0),
        (1, 0),
        (0, 1),
    ]
    assert found.failures == ("не о том: бесхозяйные сети → Не решён вопрос бесхозяйных сетей.",)


def test_topics_count_cities(engine: Engine) -> None:
    for topic in problem_topics(engine):
        assert topic.complaining == len({one.city for one in topic_problem(topic.name, engine).complaints} - {None})


def test_measures_pass_over_what_the_archive_does_not_have(engine: Engine) -> None:
    row = {"plan": "no", "task": "x", "result": "-", "said": "-", "became": "done"}
    assert [figure.of for figure in measured_plans([row], engine).figures] == [0, 0]
    need = {"need": "no", "complaint": "x", "solution": "-", "told": "-"}
    assert [figure.of for figure in measured_needs([need], engine).figures] == [0, 0]
