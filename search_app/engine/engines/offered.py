"""What every engine offers: all that pages, studies, exports and the command line may ask of an archive.

A ``number`` is the engine's own handle of an answer: it means something to the engine that gave it, as long as that is
open, and stands in no address.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from indexer.builds.manifest import Manifest, SourceEntry
from indexer.index.arrays.steps import Floats
from indexer.language.gists import Gists
from indexer.model import Passage, Remark, Report, ReportCard
from indexer.vocabulary import Vocabulary
from search_app.engine.city_answers import AnswerPlace
from search_app.engine.city_words import WordUse
from search_app.engine.cross import Cell
from search_app.engine.marking import Marker
from search_app.engine.matching.ranking import Weights
from search_app.engine.memory import Arrival, Dates
from search_app.engine.neighbours import Neighbours
from search_app.engine.statements.weighing import Weighed
from search_app.engine.suggest import LIMIT, Suggestion
from search_app.engine.ties.echoes import Repeated, Slice
from search_app.engine.ties.remarks import Spoken, Tallies
from search_app.request.mentions import MentionsRequest
from search_app.request.model import AlikeCity, FacetValue, Hit, SearchPage, SearchRequest, Value


class FoundAnswer(NamedTuple):
    """A passage with the report it stands in, that one without its passages."""

    passage: Passage
    report: Report
    added: int = 0
    """When the archive first had its text: seconds since 1970, UTC."""


class KeptAnswer(NamedTuple):
    """What an address that somebody kept leads to."""

    state: str
    """`SAME`, `MOVED` (the text stands at another place), `CHANGED` (another text stands at its place) or `GONE`."""
    answer: FoundAnswer | None
    """``None`` for what is gone."""


class Engine(Protocol):
    """What may be asked of an archive. Safe to share by threads; an engine that lies elsewhere may raise EngineGone."""

    vocabulary: Vocabulary
    stamp: str
    """Names what is served: another stamp, other answers."""
    manifest: Manifest

    @property
    def sources(self) -> tuple[SourceEntry, ...]:
        """The files that the archive was made of; none where they cannot be told any more."""

    def warm(self) -> None:
        """Makes the first request as fast as later ones."""

    def close(self) -> None:
        """Lets go of the files, whoever still holds this engine; nothing can be asked of it any more."""

    # What a search finds

    def search(self, request: SearchRequest, weights: Weights | None = None, *, meaning: bool = False) -> SearchPage:
        """One page of the answers that a request asks for. Never raises for what a user can type.

        With ``meaning`` those near in meaning stand on it too, unless the request forbids it; never in its counts.
        """

    def total(self, request: SearchRequest) -> int:
        """How many answers a request finds, repeated ones once where it folds them: sooner told than a page is made."""

    @property
    def has_meaning(self) -> bool:
        """Whether the build has the vectors of this installation's model of words."""

    def words_near(self, query: str, limit: int) -> tuple[tuple[str, int], ...]:
        """Words of the archive near in meaning to those of a query, each with the answers that have it."""

    def counts(self, request: SearchRequest, years: tuple[FacetValue, ...]) -> Mapping[Cell, int]:
        """City and year → answers found, each the number that following the cell gives; no empty cells."""

    def suggest(self, beginning: str, limit: int = LIMIT) -> tuple[Suggestion, ...]:
        """What a query may be going to be, the likeliest first."""

    def said_most(self, phrases: Iterable[str], most: int) -> tuple[tuple[str, int], ...]:
        """Those of some phrases that most answers say, with how many do."""

    def similar(self, passage_id: str, *, limit: int = 5, other_cities: bool = False) -> tuple[Hit, ...]:
        """The answers most like one, never itself nor its repeats over the years."""

    def marker(self, query: str) -> Marker:
        """A function that marks in any text what a query looks for."""

    def frequency(self, word: str) -> int:
        """How many answers have a word in any of its forms."""

    def cities_by_topic(self, kind: str) -> Mapping[str, frozenset[str]]:
        """Topic → the known cities that have answers of a kind about it."""

    # Statements

    def weigh(self, texts: Iterable[str]) -> Weighed:
        """Sentences and items as weighed words, to be compared by `likeness`; each text is one statement."""

    def seek(
        self, statement: Weighed, weights: Floats, kinds: Collection[str], but: Collection[str] = (), most: int = 60
    ) -> list[int]:
        """Handles of the answers of ``kinds``, not of the cities ``but``, most likely to speak of a statement.

        ``weights`` tell how much each of its words counts. The best by words come first, then the nearest in meaning.
        """

    def closely(self, text: str, others: Sequence[str]) -> Floats | None:
        """The cosine of a sentence with each of a handful of others, each read as a whole; ``None`` without a model.

        Takes some thirty milliseconds for each that was not read lately.
        """

    def commonest_words(self, most: int) -> list[str]:
        """Words as the archive spells them, those that stand most often first."""

    def learn(self, words: Sequence[str]) -> None:
        """Looks at words beforehand, so that statements that have them are weighed sooner."""

    def hits(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        """Answers by their handles as hits without marks."""

    # Reports and answers

    def cards(self) -> tuple[ReportCard, ...]:
        """Every report, newest year first, then by city."""

    def facet_counts(self) -> Mapping[str, Mapping[Value, int]]:
        """Facet → value → answers in the whole archive."""

    def report(self, report_id: str) -> Report | None:
        """A report with its passages by position, ``None`` if there is none with this id."""

    def neighbours(self, report_id: str) -> Neighbours:
        """The reports before and after a report, and those of other cities for the same year."""

    def answer(self, passage_id: str) -> FoundAnswer | None:
        """The answer of an id, ``None`` if there is none such."""

    def numbers(self, request: SearchRequest) -> list[int]:
        """Handles of the answers that pass a request's filters, whatever its words: newest year first, then city."""

    def year_at(self, number: int) -> int | None:
        """The reported year of the answer behind a handle, without its text."""

    def years_at(self, numbers: Sequence[int]) -> list[int | None]:
        """The same of many handles, in their order."""

    def number_of(self, passage_id: str) -> int | None:
        """The handle of an answer, ``None`` if there is none with this id."""

    def answer_at(self, number: int) -> FoundAnswer:
        """The answer behind a handle."""

    def answers_at(self, numbers: Iterable[int]) -> Iterator[FoundAnswer]:
        """The answers behind some handles: of many that stand in the same reports quicker than one by one."""

    # What the archive remembers

    def kept_answer(self, passage_id: str, fingerprint: str) -> KeptAnswer:
        """The answer that had this id when it had this fingerprint; any fingerprint if that is blank or none."""

    def dates(self, report_id: str) -> Dates:
        """When a report and the texts of its answers came to the archive."""

    def arrivals(self) -> tuple[Arrival, ...]:
        """All that ever came and still is here, the last first."""

    # One city

    def answers_of_city(self, name: str) -> tuple[AnswerPlace, ...]:
        """Where the city's answers belong, newest year first, without their texts."""

    def alike_cities(self, name: str) -> tuple[AlikeCity, ...]:
        """The cities of the archive most like the one called ``name``, and why."""

    def topics_of_city(self, name: str) -> Mapping[tuple[str, Value], int]:
        """Topic and year → answers of the city."""

    def words_of_city(self, name: str, limit: int) -> tuple[WordUse, ...]:
        """The words that the city uses more than the others do, the most telling first."""

    def mentioned_by_city(self, name: str) -> Mapping[str, Sequence[int]]:
        """City → handles of the answers in which the city called ``name`` mentions it, newest first."""

    def mentions_of_city(self, name: str) -> Mapping[str, Sequence[int]]:
        """City, blank where unknown → handles of its answers that mention the city called ``name``, newest first."""

    # What is said again

    def repeats(self, wanted: SearchRequest, begin: int, end: int) -> Slice[Repeated]:
        """Answers said in several years, from one place to another: those said in most years first.

        Only city, section and kind narrow them.
        """

    def newcomers(self, year: int, wanted: SearchRequest, begin: int, end: int) -> Slice[int]:
        """Handles of the answers of a year that say what earlier answers to the same question did not."""

    @property
    def gists(self) -> Gists:
        """What makes gists of texts, to compare what they say."""

    def likeness_of_texts(self, earlier: tuple[str, int | None], later: tuple[str, int | None]) -> float:
        """How nearly two texts, each of a year, say the same, 0…1."""

    # What cities say of each other

    def remarks_in(self, text: str, own: str | None, kind: str) -> tuple[Remark, ...]:
        """What a text of the city ``own`` would be understood to say of other cities."""

    def mentioned_cities(self) -> tuple[str, ...]:
        """The cities that answers of others mention."""

    def mentions(self, wanted: MentionsRequest) -> tuple[int, tuple[Spoken, ...]]:
        """How many mentions there are that are asked for, and those of the page."""

    def mention_tallies(self, wanted: MentionsRequest) -> Tallies:
        """All mentions that are asked for, counted by who speaks of whom and of what."""
