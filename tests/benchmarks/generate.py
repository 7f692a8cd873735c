"""A made-up archive of any size that behaves like a real one: words, lengths, repeats, layouts; always the same.

The first reports of a large archive are those of a small one, so growth is measured on growing data.

    python -m tests.benchmarks.generate FOLDER --passages 300000
"""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from indexer.language.analysis import shared_analyzer
from indexer.model import KIND_OTHER, KIND_OVERVIEW, Passage, Report
from indexer.report.asks import Asks
from indexer.report.identity import report_id
from indexer.vocabulary import City, Section, Vocabulary, load
from tests.benchmarks.lexicon import Lexicon, load_lexicon

CITIES = 70
SECTIONS = 22
FIRST_YEAR, YEARS = 2004, 20
PASSAGES_A_REPORT = 18
"""On average."""
WORK = Path("tests/benchmarks/results/work")
"""Where big files go: git ignores the folder above."""

_RUN = 5
"""Years in a row that a city reports of a section: answers repeat from year to year within them."""
_REPEATED = 0.125
"""Chance that an answer is last year's; with the first year of each run that makes a tenth of all answers."""
_BLANK = 0.02
_BURST = 0.12
"""Chance that a word stands in a passage because it already stood there."""
_SHORT = (3.6, 0.8)
"""Words of a short answer: log-normal, median 37, mean 50."""
_PART = (4.87, 0.17)
"""Words of a part of a long answer: median 130. A file does not tell where parts end: read back, its paragraphs are
packed anew, and five sixths as many passages hold all the words."""
_LONGEST = 180
_LONG_PARTS = 3.4
"""Parts of a long answer beyond the first, on average."""
_YEAR = re.compile(r"20\d\d")
_SEED = 20240501


@dataclass(frozen=True, slots=True)
class _Answer:
    kind: str
    question: str | None
    parts: tuple[str, ...]
    blank: bool = False


class Archive:
    """The reports of a made-up archive."""

    def __init__(self, vocabulary: Vocabulary | None = None, work: Path = WORK, *, asks: bool = False) -> None:
        """With ``asks`` passages tell their requests, as readers do: a millisecond an answer, for pages to compare."""
        self._vocabulary = vocabulary or load()
        self._asks = Asks(self._vocabulary.connections, shared_analyzer(self._vocabulary)) if asks else None
        self._work = work
        self.cities = sorted(self._vocabulary.cities, key=lambda city: (not city.member, city.slug))[:CITIES]
        self.sections = self._vocabulary.sections[:SECTIONS]
        self._layouts: dict[str, list[str]] = tomllib.loads(
            Path(__file__).with_name("layouts.toml").read_text(encoding="utf-8")
        )
        self._kinds = [
            (kind.id, kind.wordings[0]) for kind in self._vocabulary.kinds if kind.wordings and kind.id != KIND_OTHER
        ]

    @cached_property
    def _lexicon(self) -> Lexicon:
        return load_lexicon(self._work / "lexicon.txt")

    @cached_property
    def _writer(self) -> _TextWriter:
        return _TextWriter(self._lexicon)

    def reports(self, passages: int) -> Iterator[Report]:
        """Reports that hold ``passages`` passages in all, or a few more to finish the last report."""
        taken = 0
        for report in self._endless():
            yield report
            taken += len(report.passages)
            if taken >= passages:
                return

    def write(self, folder: Path, passages: int) -> int:
        """The same reports as text files, ``year/city-section.txt``; returns how many files."""
        files = 0
        for report in self.reports(passages):
            path = folder / report.source
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._page(report, files), encoding="utf-8")
            files += 1
        return files

    # Reports

    def _endless(self) -> Iterator[Report]:
        runs = len(self.cities) * len(self.sections) * (YEARS // _RUN)
        round_number = 0
        while True:
            for place in np.random.default_rng(_SEED).permutation(runs).tolist():
                yield from self._run(place, round_number)
            round_number += 1

    def _run(self, place: int, round_number: int) -> Iterator[Report]:
        """The reports of one city about one section in a few years in a row."""
        random = np.random.default_rng((_SEED, place, round_number))
        place, span = divmod(place, YEARS // _RUN)
        city_number, section_number = divmod(place, len(self.sections))
        city, section = self.cities[city_number], self.sections[section_number]
        before: dict[str, _Answer] = {}
        for year in range(FIRST_YEAR + span * _RUN, FIRST_YEAR + (span + 1) * _RUN):
            answers = self._answers(random, year, before)
            before = {answer.question or "": answer for answer in answers}
            yield self._report(random, city, section, year, answers, round_number)

    def _answers(self, random: np.random.Generator, year: int, before: dict[str, _Answer]) -> list[_Answer]:
        plan = self._plan(random, year)
        fates = random.random(len(plan))
        old = [before.get(_last_year(question or "")) if fate < _REPEATED else None
               for (_, question, _), fate in zip(plan, fates, strict=True)]  # fmt: skip
        sizes = [parts for (_, _, parts), known in zip(plan, old, strict=True) if known is None]
        texts = iter(self._writer.texts(random, sizes))
        answers = []
        for (kind, question, _), known, fate in zip(plan, old, fates, strict=True):
            if known is not None:
                answers.append(_Answer(kind, question, known.parts, known.blank))
                continue
            parts, blank = tuple(next(texts)), bool(fate > 1 - _BLANK) and kind != KIND_OVERVIEW
            answers.append(_Answer(kind, question, (self._any(random, "blank"),) if blank else parts, blank))
        return answers

    def _plan(self, random: np.random.Generator, year: int) -> list[tuple[str, str | None, int]]:
        """Kind, question and number of parts of each answer of a report; no parts means a short answer."""
        plan: list[tuple[str, str | None, int]] = [(KIND_OVERVIEW, None, 0)] if random.random() < 0.6 else []
        for place, (kind, wording) in enumerate(self._kinds):
            if place == 0 or random.random() < 0.9:
                question = _YEAR.sub(str(year + (kind == "tasks")), wording)
                long = place in (0, 2, 3) and random.random() < 0.85
                plan.append((kind, question, 1 + int(random.poisson(_LONG_PARTS)) if long else 0))
        if random.random() < 0.3:
            plan.append((KIND_OTHER, self._any(random, "other_questions"), 0))
        return plan

    def _any(self, random: np.random.Generator, name: str) -> str:
        choices = self._layouts[name]
        return choices[int(random.integers(len(choices)))]

    def _report(
        self, random: np.random.Generator, city: City, section: Section, year: int, answers: list[_Answer], turn: int
    ) -> Report:
        name = f"{city.slug}-{section.slug}" + (f"-{turn + 1}" if turn else "")
        identity = report_id(city.slug, year, section.slug) + (f"-v{turn + 1}" if turn else "")
        passages: list[Passage] = []
        topics = [topic.name for topic in self._vocabulary.topics]
        for answer in answers:
            # A section has its own favourite topics: ranks are turned by its length.
            found = (random.zipf(1.6, int(random.binomial(3, 0.35))) + len(section.slug)) % len(topics)
            for part, text in enumerate(answer.parts, 1):
                position = len(passages) + 1
                passages.append(
                    Passage(
                        id=f"{identity}-{position}",
                        position=position,
                        kind=answer.kind,
                        question=answer.question,
                        text=text,
                        part=part,
                        parts=len(answer.parts),
                        blank=answer.blank,
                        topics=tuple(dict.fromkeys(topics[number] for number in found.tolist())),
                        asks=() if answer.blank or self._asks is None else self._asks.places(text, answer.kind),
                    )
                )
        return Report(identity, f"{year}/{name}.txt", city.name, year, section.title, tuple(passages))

    # Files

    def _page(self, report: Report, number: int) -> str:
        """The report as an office writes it, in one of several layouts."""
        city = self._vocabulary.city(report.city or "")
        assert city is not None
        names = {
            "city": city.name,
            "CITY": city.name.upper(),
            "city_of": city.forms[1],
            "CITY_OF": city.forms[1].upper(),
            "section": report.section,
            "year": report.year,
        }
        titles, questions = self._layouts["titles"], self._layouts["questions"]
        blocks = [titles[number % len(titles)].format(**names)]
        style = questions[number // len(titles) % len(questions)]
        asked = 0
        for passage in report.passages:
            if passage.question and passage.part == 1:
                asked += 1
                blocks.append(style.format(question=passage.question, number=asked))
            blocks.append(passage.text.replace("\n", "\n\n").replace("\n\n- ", "\n- "))
        return "\n\n".join(blocks) + "\n"


def _last_year(question: str) -> str:
    return _YEAR.sub(lambda year: str(int(year[0]) - 1), question)


class _TextWriter:
    """Draws passages: all words of a report at once, cut into sentences, paragraphs and lists."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._words = len(lexicon.tokens)
        # A word in mid-sentence brings its blank along, one that begins a sentence its capital.
        inner = [f" {token}" for token in lexicon.tokens]
        first = [token[0].upper() + token[1:] for token in lexicon.tokens]
        self._signs = [",", ". ", ".\n", ";\n- ", ":\n- ", "."]
        self._table = inner + first + self._signs
        self._sign = {sign: 2 * self._words + place for place, sign in enumerate(self._signs)}

    def texts(self, random: np.random.Generator, parts: list[int]) -> list[list[str]]:
        """For each answer the texts of its parts; 0 parts means one short text."""
        counts = np.array([max(count, 1) for count in parts])
        long = np.repeat([count > 1 for count in parts], counts)
        lengths = np.where(long, random.lognormal(*_PART, len(long)), random.lognormal(*_SHORT, len(long)))
        sizes = np.clip(lengths * _TOKENS_A_WORD, 3, _LONGEST * _TOKENS_A_WORD).astype(np.int64)
        texts = self._drawn(random, sizes)
        ends = np.cumsum(counts)
        return [texts[end - count : end] for count, end in zip(counts.tolist(), ends.tolist(), strict=True)]

    def _drawn(self, random: np.random.Generator, sizes: NDArray[np.int64]) -> list[str]:
        total = int(sizes.sum())
        ends = np.cumsum(sizes)
        starts = ends - sizes
        words = self._lexicon.draw(random, total)
        self._repeat_words(random, words, np.repeat(starts, sizes))
        signs = self._punctuation(random, starts, ends, total)
        after_stop = np.ones(total, dtype=np.bool_)
        after_stop[1:] = signs[:-1] > self._sign[","]
        words[after_stop] += self._words
        # Each word and the sign behind it, if any: -1 marks no sign and is dropped.
        stream = np.stack([words, signs], axis=1).ravel()
        kept = stream >= 0
        bounds = np.concatenate([[0], np.cumsum(kept)[2 * ends - 1]]).tolist()
        pieces = list(map(self._table.__getitem__, stream[kept].tolist()))
        return ["".join(pieces[low:high]) for low, high in zip(bounds, bounds[1:], strict=False)]

    def _repeat_words(self, random: np.random.Generator, words: NDArray[np.int64], starts: NDArray[np.int64]) -> None:
        places = np.flatnonzero(random.random(len(words)) < _BURST)
        begin = starts[places]
        words[places] = words[begin + ((places - begin) * random.random(len(places))).astype(np.int64)]

    def _punctuation(
        self, random: np.random.Generator, starts: NDArray[np.int64], ends: NDArray[np.int64], total: int
    ) -> NDArray[np.int64]:
        """The sign behind each word: commas, ends of sentences, paragraphs and list items; -1 is none."""
        signs = np.full(total, -1, dtype=np.int64)
        signs[random.random(total) < 0.08] = self._sign[","]
        stop = np.zeros(total + 1, dtype=np.bool_)
        stop[np.minimum(np.cumsum(3 + random.poisson(8, 1 + total // 8)), total)] = True
        stop = stop[:-1]
        listed = np.repeat(random.random(len(starts)) < 0.25, ends - starts)
        signs[stop] = np.where(random.random(int(stop.sum())) < 0.3, self._sign[".\n"], self._sign[". "])
        signs[stop & listed] = self._sign[";\n- "]
        stops = np.flatnonzero(stop & listed)
        # The first stop of a list ends its lead-in.
        first = np.searchsorted(stops, starts)
        leads = stops[first[first < len(stops)]]
        signs[leads[listed[leads]]] = self._sign[":\n- "]
        signs[ends - 1] = self._sign["."]
        return signs


_TOKENS_A_WORD = 0.8
"""A phrase is one token and several words."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--passages", default=300_000, show_default=True)
def main(folder: Path, passages: int) -> None:
    """Writes the archive as text files."""
    started = time.monotonic()
    files = Archive().write(folder, passages)
    click.echo(f"{files} files in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
