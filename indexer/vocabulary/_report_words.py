"""report.toml: the words by which a report is taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.vocabulary._toml import TomlFile

_LABELS = ("city", "year", "section", "question", "answer", "number")
_QUESTIONS = (
    *("imperatives", "interrogatives", "pronouns", "addressed"),
    *("entries", "loose_entries", "plain_entries", "ignored"),
)


@dataclass(frozen=True, slots=True)
class ReportWords:
    """Word patterns (a trailing ``*`` stands for any ending) of titles, questions, blank answers and cities."""

    titles: tuple[str, ...] = ()
    not_sections: tuple[str, ...] = ()
    """Lemma phrases of titles in which the name of a section is none: «муниципальное образование»."""
    events: tuple[str, ...] = ()
    """Lemma phrases of what may befall a city, whatever a report is about: «паводок»."""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(_LABELS, ()))
    """``city``, ``year``, ``section``, ``question``, ``answer``, ``number`` → names of such a field."""
    imperatives: tuple[str, ...] = ()
    interrogatives: tuple[str, ...] = ()
    pronouns: tuple[str, ...] = ()
    """Interrogatives that ask even without a question mark."""
    addressed: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    """Beginnings of lines that ask for something without asking: «ваш* пожелани*»."""
    loose_entries: tuple[str, ...] = ()
    """Those that begin items of an answer's own list as often."""
    plain_entries: tuple[str, ...] = ()
    """Those that need nothing to set them apart."""
    ignored: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    """Of these words answers are made that say nothing."""
    placeholders: tuple[str, ...] = ()
    """What stands in a field that nobody has filled in."""
    denials: tuple[str, ...] = ()
    """One of these stands in each of them."""
    city_titles: tuple[str, ...] = ()
    city_self: tuple[str, ...] = ()
    city_self_after_adjective: tuple[str, ...] = ()
    city_others: tuple[str, ...] = ()


def parse_report_words(file: TomlFile) -> ReportWords:
    """The tables of report.toml. Raises VocabularyError on unknown, missing or mistyped keys."""
    file.only("titles", "labels", "questions", "answers", "cities")
    titles, labels = file.table("titles"), file.table("labels")
    questions, answers, cities = file.table("questions"), file.table("answers"), file.table("cities")
    titles.check_keys(("words", "not_sections", "events"))
    labels.check_keys(_LABELS)
    questions.check_keys(_QUESTIONS)
    answers.check_keys(("blank_words", "placeholders", "denials"))
    cities.check_keys(("titles", "self", "self_after_adjective", "others"))
    return ReportWords(
        titles=titles.texts("words"),
        events=titles.texts("events"),
        not_sections=titles.texts("not_sections"),
        labels={name: labels.texts(name) for name in _LABELS},
        imperatives=questions.texts("imperatives"),
        interrogatives=questions.texts("interrogatives"),
        pronouns=questions.texts("pronouns"),
        addressed=questions.texts("addressed"),
        entries=questions.texts("entries"),
        loose_entries=questions.texts("loose_entries"),
        plain_entries=questions.texts("plain_entries"),
        ignored=questions.texts("ignored"),
        blank=answers.texts("blank_words"),
        placeholders=answers.texts("placeholders"),
        denials=answers.texts("denials"),
        city_titles=cities.texts("titles"),
        city_self=cities.texts("self"),
        city_self_after_adjective=cities.texts("self_after_adjective"),
        city_others=cities.texts("others"),
    )
