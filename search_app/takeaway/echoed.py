"""What is said of cities and what is said again as notes for the boss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from indexer.model import Passage, Report
from indexer.vocabulary import Vocabulary
from search_app.engine.door import Spoken
from search_app.request.addresses import kept_url
from search_app.takeaway.exports.note import Group, Note, Quote, Source
from search_app.wording.labels import value_label
from search_app.wording.numbers import counted

_TONES = {"praise": "похвала", "negative": "критика", "neutral": "без оценки"}


def mentions_note(
    title: str, summary: str, found: Iterable[Spoken], about: Sequence[tuple[str, str]], vocabulary: Vocabulary
) -> Note:
    """One group for each city spoken of, the one spoken of most first."""
    by_city: dict[str, list[Spoken]] = {}
    for spoken in found:
        by_city.setdefault(spoken.remark.city, []).append(spoken)
    groups = tuple(
        Group(
            title=f"{city} ({counted(len(own), 'упоминание', 'упоминания', 'упоминаний')})",
            quotes=tuple(
                Quote(
                    spoken.sentence,
                    source_of(spoken.passage, spoken.report),
                    _TONES[spoken.remark.tone],
                    value_label("kind", spoken.passage.kind, vocabulary),
                )
                for spoken in own
            ),
        )
        for city, own in sorted(by_city.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )
    return Note(title, (summary,), groups, (), tuple(about))


def answers_note(
    title: str,
    summary: str,
    found: Iterable[tuple[Passage, Report, str]],
    about: Sequence[tuple[str, str]],
    vocabulary: Vocabulary,
) -> Note:
    """Answers, each with what is told beside it, grouped by the kind of question in the order they come."""
    ordered = sorted(found, key=lambda one: _place(one[0].kind, vocabulary))
    groups = tuple(
        Group(
            title=value_label("kind", kind, vocabulary),
            quotes=tuple(
                Quote(passage.text, source_of(passage, report), remark, value_label("kind", kind, vocabulary))
                for passage, report, remark in own
            ),
        )
        for kind, own in groupby(ordered, key=lambda one: one[0].kind)
    )
    return Note(title, (summary,), groups, (), tuple(about))


def source_of(passage: Passage, report: Report) -> Source:
    """Where a quote stands."""
    return Source(
        url=kept_url(passage.id, passage.fingerprint),
        city=report.city,
        year=report.year,
        section=report.section,
        question=passage.question,
        file=report.source,
    )


def _place(kind: str, vocabulary: Vocabulary) -> int:
    return next((place for place, one in enumerate(vocabulary.kinds) if one.id == kind), len(vocabulary.kinds))
