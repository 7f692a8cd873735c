"""Plans with their results, solutions and problems as notes for the boss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.vocabulary import Vocabulary
from search_app.connections.outcomes.plans import PlanItem, Plans
from search_app.connections.outcomes.plans import Quote as Stretch
from search_app.connections.outcomes.problems import Problem, Told
from search_app.connections.outcomes.solved import Solved
from search_app.engine.door import Engine
from search_app.request.addresses import kept_url
from search_app.takeaway.echoed import source_of
from search_app.takeaway.exports.note import Group, Note, Quote, Source
from search_app.wording.labels import value_label
from search_app.wording.outcomes import (
    GUESSED,
    PLANS_GUESSED,
    plans_summary,
    problem_summary,
    shown_words,
    since_words,
    status_words,
)

About = Sequence[tuple[str, str]]


def plans_note(found: Plans, title: str, about: About, engine: Engine) -> Note:
    """One group for each task: the task, then what may tell what became of it."""
    groups = [
        Group(
            title=_capital(item.task.text.rstrip(" .;,")),
            quotes=tuple(_results(item, engine)),
            text=(f"{_capital(status_words(item.status, bool(item.results), item.looked))}. {item.why}",),
        )
        for item in found.items
    ]
    summary = (*plans_summary(found), *([PLANS_GUESSED] if found.next_report else []))
    return Note(title, summary, tuple(groups), (), tuple(about))


def _results(item: PlanItem, engine: Engine) -> Iterable[Quote]:
    yield from _told(item.task, engine, "задача")
    for result in item.results:
        yield from _told(result.quote, engine)


def _told(told: Stretch, engine: Engine, remark: str = "") -> Iterable[Quote]:
    """The stretch with the source of its answer, which the served archive has."""
    answer = engine.answer(told.passage_id)
    if answer:
        kind = value_label("kind", answer.passage.kind, engine.vocabulary)
        yield Quote(told.text, source_of(answer.passage, answer.report), remark, kind)


def solved_note(found: Solved, title: str, about: About, vocabulary: Vocabulary) -> Note:
    """The need, then who met it."""
    own = _quote(Told(found.passage, found.need), vocabulary)
    groups = [Group("Нужда", (own,))]
    for head, possible in (("Кто решил", False), ("Возможно, по теме", True)):
        quotes = tuple(_quote(told, vocabulary) for told in found.solutions if told.possible == possible)
        groups += [Group(head, quotes)] if quotes else []
    summary = (
        (GUESSED,) if found.solutions else ("В архиве не нашлось ответа другого города, где сказано, как это решили.",)
    )
    return Note(title, summary, tuple(groups), (), tuple(about))


def problem_note(found: Problem, title: str, about: About, vocabulary: Vocabulary) -> Note:
    """Who went from complaint to success, who complains, who tells of success."""
    groups = []
    if found.turned:
        pairs = [_quote(told, vocabulary) for turned in found.turned for told in (turned.before, turned.after)]
        groups.append(Group("Было проблемой – стало успехом", tuple(pairs)))
    complaints = tuple(_quote(one.newest, vocabulary, since_words(one.years)) for one in found.complaints)
    groups.append(Group("Жалобы", complaints))
    # What is told under a topic is a success, not the solution of the complaints beside it.
    told = "Успехи по теме" if vocabulary.topic(found.subject) else "Решения"
    groups.append(Group(told, tuple(_quote(told, vocabulary) for told in found.solutions)))
    shown = tuple(group for group in groups if group.quotes)
    partly = shown_words(len(found.complaints), found.complaining)
    summary = (problem_summary(found), *([f"Жалобы. {partly}"] if partly else []), *([GUESSED] if shown else []))
    return Note(title, summary, shown, (), tuple(about))


def _quote(told: Told, vocabulary: Vocabulary, remark: str = "") -> Quote:
    hit = told.hit
    source = Source(
        url=kept_url(hit.id, hit.fingerprint),
        city=hit.city,
        year=hit.year,
        section=hit.section,
        question=hit.question,
        file=hit.source,
    )
    goes_on = f"после слов «{told.lead.rstrip(' :')}»" if told.lead else ""
    remarks = "; ".join(part for part in (goes_on, remark or "; ".join(told.why)) if part)
    return Quote(told.sentence, source, remarks, value_label("kind", hit.kind, vocabulary))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
