"""The engine that searches a published build where it lies: mapped columns, texts in files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from indexer.builds.build import Build
from indexer.builds.manifest import Manifest, SourceEntry
from indexer.index.arrays.steps import Floats
from indexer.language.gists import Gists
from indexer.model import Remark, Report, ReportCard
from indexer.vocabulary import Vocabulary
from search_app.engine import city_answers, city_mentions, city_words, memory
from search_app.engine.alike_cities import alike_cities
from search_app.engine.city_answers import AnswerPlace
from search_app.engine.city_words import WordUse
from search_app.engine.cross import Cell, counts
from search_app.engine.engines.offered import FoundAnswer, KeptAnswer
from search_app.engine.found.hits import hits_of
from search_app.engine.found.meaning import closely, vectors_of, words_near
from search_app.engine.marking import Marker, marker
from search_app.engine.marks.snippets import Sought
from search_app.engine.matching.ranking import Weights
from search_app.engine.memory import Arrival, Dates
from search_app.engine.neighbours import Neighbours, neighbours
from search_app.engine.query.syntax import words_of
from search_app.engine.search import numbers_of, search, total_of, warm
from search_app.engine.similar import similar
from search_app.engine.statements.seeking import seek
from search_app.engine.statements.weighing import Weighed, learn, weigh
from search_app.engine.suggest import LIMIT, Suggestion, said_most, suggest
from search_app.engine.ties import echoes, remarks
from search_app.engine.ties.echoes import Repeated, Slice
from search_app.engine.ties.remarks import Spoken, Tallies
from search_app.request.mentions import MentionsRequest
from search_app.request.model import AlikeCity, FacetValue, Hit, SearchPage, SearchRequest, Value


class LocalEngine:
    """One published build that is searched where it lies: mapped columns, texts in files. Safe to share by threads."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self.vocabulary: Vocabulary = build.vocabulary
        self.stamp: str = build.stamp
        """Names what is served: another stamp, other answers."""
        self.manifest: Manifest = build.manifest

    @property
    def sources(self) -> tuple[SourceEntry, ...]:
        """The files that the archive was made of; none where they cannot be told any more."""
        return self._build.sources

    def warm(self) -> None:
        """Makes the first request as fast as later ones."""
        warm(self._build)

    def close(self) -> None:
        """Lets go of the files, whoever still holds this engine; nothing can be asked of it any more."""
        self._build.close()

    # What a search finds

    def search(self, request: SearchRequest, weights: Weights | None = None, *, meaning: bool = False) -> SearchPage:
        """One page of the answers that a request asks for. Never raises for what a user can type.

        With ``meaning`` those near in meaning stand on it too, unless the request forbids it; never in its counts.
        """
        return search(request, self._build, weights, meaning=meaning)

    def total(self, request: SearchRequest) -> int:
        """How many answers a request finds, repeated ones once where it folds them: sooner told than a page is made."""
        return total_of(request, self._build)

    @property
    def has_meaning(self) -> bool:
        """Whether the build has the vectors of this installation's model of words."""
        return vectors_of(self._build) is not None

    def words_near(self, query: str, limit: int) -> tuple[tuple[str, int], ...]:
        """Words of the archive near in meaning to those of a query, each with the answers that have it."""
        lemmas = [self._build.analyzer.first_lemma(word) for word in words_of(query, self.vocabulary)]
        return words_near(lemmas, self._build, limit)

    def counts(self, request: SearchRequest, years: tuple[FacetValue, ...]) -> Mapping[Cell, int]:
        """City and year → answers found, each the number that following the cell gives; no empty cells."""
        return counts(request, years, self._build)

    def suggest(self, beginning: str, limit: int = LIMIT) -> tuple[Suggestion, ...]:
        """What a query may be going to be, the likeliest first."""
        return suggest(beginning, self._build, limit)

    def said_most(self, phrases: Iterable[str], most: int) -> tuple[tuple[str, int], ...]:
        """Those of some phrases that most answers say, with how many do."""
        return said_most(phrases, self._build, most)

    def similar(self, passage_id: str, *, limit: int = 5, other_cities: bool = False) -> tuple[Hit, ...]:
        """The answers most like one, never itself nor its repeats over the years."""
        return similar(passage_id, self._build, limit=limit, other_cities=other_cities)

    def marker(self, query: str) -> Marker:
        """A function that marks in any text what a query looks for."""
        return marker(query, self._build)

    def frequency(self, word: str) -> int:
        """How many answers have a word in any of its forms."""
        return city_answers.frequency(word, self._build)

    def cities_by_topic(self, kind: str) -> Mapping[str, frozenset[str]]:
        """Topic → the known cities that have answers of a kind about it."""
        return city_answers.cities_by_topic(kind, self._build)

    # Statements

    def weigh(self, texts: Iterable[str]) -> Weighed:
        """Sentences and items as weighed words, to be compared by `likeness`; each text is one statement."""
        return weigh(texts, self._build)

    def seek(
        self, statement: Weighed, weights: Floats, kinds: Collection[str], but: Collection[str] = (), most: int = 60
    ) -> list[int]:
        """Handles of the answers of ``kinds``, not of the cities ``but``, most likely to speak of a statement.

        ``weights`` tell how much each of its words counts. The best by words come first, then the nearest in meaning.
        """
        return seek(statement, weights, kinds, but, self._build, most)

    def closely(self, text: str, others: Sequence[str]) -> Floats | None:
        """The cosine of a sentence with each of a handful of others, each read as a whole; ``None`` without a model.

        Takes some thirty milliseconds for each that was not read lately.
        """
        return closely(text, others, self._build)

    def commonest_words(self, most: int) -> list[str]:
        """Words as the archive spells them, those that stand most often first."""
        order = np.argsort(-self._build.columns.spelling_count, kind="stable")[:most].tolist()
        return [self._build.spellings[number] for number in order]

    def learn(self, words: Sequence[str]) -> None:
        """Looks at words beforehand, so that statements that have them are weighed sooner."""
        learn(words, self._build)

    def hits(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        """Answers by their handles as hits without marks."""
        return hits_of([(number, None) for number in numbers], Sought(frozenset()), self._build)

    # Reports and answers

    def cards(self) -> tuple[ReportCard, ...]:
        """Every report, newest year first, then by city."""
        return self._build.cards()

    def facet_counts(self) -> Mapping[str, Mapping[Value, int]]:
        """Facet → value → answers in the whole archive."""
        return self._build.facet_counts()

    def report(self, report_id: str) -> Report | None:
        """A report with its passages by position, ``None`` if there is none with this id."""
        return self._build.report(report_id)

    def neighbours(self, report_id: str) -> Neighbours:
        """The reports before and after a report, and those of other cities for the same year."""
        return neighbours(report_id, self.cards())

    def answer(self, passage_id: str) -> FoundAnswer | None:
        """The answer of an id, ``None`` if there is none such."""
        number = self._build.number_of(passage_id)
        return None if number is None else self.answer_at(number)

    def numbers(self, request: SearchRequest) -> list[int]:
        """Handles of the answers that pass a request's filters, whatever its words: newest year first, then city."""
        found: list[int] = numbers_of(request, self._build).tolist()
        return found

    def year_at(self, number: int) -> int | None:
        """The reported year of the answer behind a handle, without its text."""
        columns = self._build.columns
        year = self._build.values["year"][int(columns.report_year[columns.doc_report[number]])]
        return year if isinstance(year, int) else None

    def years_at(self, numbers: Sequence[int]) -> list[int | None]:
        """The same of many handles, in their order."""
        columns = self._build.columns
        places = columns.report_year[columns.doc_report[np.asarray(numbers, dtype=np.int64)]].tolist()
        years = [year if isinstance(year, int) else None for year in self._build.values["year"]]
        return [years[place] for place in places]

    def number_of(self, passage_id: str) -> int | None:
        """The handle of an answer, ``None`` if there is none with this id."""
        return self._build.number_of(passage_id)

    def answer_at(self, number: int) -> FoundAnswer:
        """The answer behind a handle."""
        added = int(self._build.columns.doc_added[number])
        return FoundAnswer(self._build.passage(number), self._build.report_of(number), added)

    def answers_at(self, numbers: Iterable[int]) -> Iterator[FoundAnswer]:
        """The answers behind some handles: of many that stand in the same reports quicker than one by one."""
        columns, reports = self._build.columns, dict[int, Report]()
        for number in numbers:
            place = int(columns.doc_report[number])
            if place not in reports:
                reports[place] = self._build.texts.report(place)
            yield FoundAnswer(self._build.passage(number), reports[place], int(columns.doc_added[number]))

    # What the archive remembers

    def kept_answer(self, passage_id: str, fingerprint: str) -> KeptAnswer:
        """The answer that had this id when it had this fingerprint; any fingerprint if that is blank or none."""
        trail = memory.trail_of(passage_id, fingerprint, self._build)
        return KeptAnswer(trail.state, None if trail.number is None else self.answer_at(trail.number))

    def dates(self, report_id: str) -> Dates:
        """When a report and the texts of its answers came to the archive."""
        return memory.dates_of(report_id, self._build)

    def arrivals(self) -> tuple[Arrival, ...]:
        """All that ever came and still is here, the last first."""
        return memory.arrivals(self._build)

    # One city

    def answers_of_city(self, name: str) -> tuple[AnswerPlace, ...]:
        """Where the city's answers belong, newest year first, without their texts."""
        return city_answers.answers_of_city(name, self._build)

    def alike_cities(self, name: str) -> tuple[AlikeCity, ...]:
        """The cities of the archive most like the one called ``name``, and why."""
        return alike_cities(name, self._build)

    def topics_of_city(self, name: str) -> Mapping[tuple[str, Value], int]:
        """Topic and year → answers of the city."""
        return city_answers.topics_of_city(name, self._build)

    def words_of_city(self, name: str, limit: int) -> tuple[WordUse, ...]:
        """The words that the city uses more than the others do, the most telling first."""
        return city_words.words_of_city(name, limit, self._build)

    def mentioned_by_city(self, name: str) -> Mapping[str, Sequence[int]]:
        """City → handles of the answers in which the city called ``name`` mentions it, newest first."""
        return city_mentions.mentioned_by_city(name, self._build)

    def mentions_of_city(self, name: str) -> Mapping[str, Sequence[int]]:
        """City, blank where unknown → handles of its answers that mention the city called ``name``, newest first."""
        return city_mentions.mentions_of_city(name, self._build)

    # What is said again

    def repeats(self, wanted: SearchRequest, begin: int, end: int) -> Slice[Repeated]:
        """Answers said in several years, from one place to another: those said in most years first.

        Only city, section and kind narrow them.
        """
        return echoes.repeats(wanted, begin, end, self._build)

    def newcomers(self, year: int, wanted: SearchRequest, begin: int, end: int) -> Slice[int]:
        """Handles of the answers of a year that say what earlier answers to the same question did not."""
        return echoes.newcomers(year, wanted, begin, end, self._build)

    @property
    def gists(self) -> Gists:
        """What makes gists of texts, to compare what they say."""
        return echoes.gists_of(self._build)

    def likeness_of_texts(self, earlier: tuple[str, int | None], later: tuple[str, int | None]) -> float:
        """How nearly two texts, each of a year, say the same, 0…1."""
        return echoes.likeness_of_texts(earlier, later, self._build)

    # What cities say of each other

    def remarks_in(self, text: str, own: str | None, kind: str) -> tuple[Remark, ...]:
        """What a text of the city ``own`` would be understood to say of other cities."""
        return remarks.remarks_in(text, own, kind, self._build)

    def mentioned_cities(self) -> tuple[str, ...]:
        """The cities that answers of others mention."""
        return remarks.mentioned_cities(self._build)

    def mentions(self, wanted: MentionsRequest) -> tuple[int, tuple[Spoken, ...]]:
        """How many mentions there are that are asked for, and those of the page."""
        return remarks.remarks(wanted, self._build)

    def mention_tallies(self, wanted: MentionsRequest) -> Tallies:
        """All mentions that are asked for, counted by who speaks of whom and of what."""
        return remarks.tallies(wanted, self._build)
