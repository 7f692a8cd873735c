"""A query tree over an open build: concepts to match, wishes to rank by, restrictions to hold."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from indexer.builds.build import Build
from indexer.language.forms import Form
from indexer.language.spelling import normal_form
from search_app.engine.matching.making import LocalRuns, RunMaker
from search_app.engine.matching.match import Concept
from search_app.engine.query.expansion import akin_lemmas
from search_app.engine.query.known import known_word, shelf
from search_app.engine.query.synonyms import with_synonyms
from search_app.engine.query.tree import All, Any, Node, Phrase, QueryTree, Restriction, Word, words_in
from search_app.engine.query.wishes import find_wishes
from search_app.engine.query.words import QueryWords, query_words
from search_app.request.model import Synonym, Understood

MAX_EXPANSIONS = 200
"""Forms that an asterisk stands for at most, the most frequent first: bounds the time of a query."""

WISH_WORD_WEIGHT = 0.3
"""«Барнаул» in «Барнаул ТОС» chooses the city; a text that repeats its name is no better for it."""

OPPOSITE_WEIGHT = 0.3
"""What «хватает» counts where «не хватает» is looked for."""

AKIN_WEIGHT = 0.6
AKIN_WEIGHT_OF_MANY = 0.02
"""What a word that looks akin counts, times its likeness: in a long question the words themselves suffice (with .4 in
all queries xquad_ru loses .3 points, without any the verbal nouns of our own judgements lose 6)."""

MANY = 4
"""Words that make a query long."""


@dataclass(slots=True)
class Plan:
    """What is to be done with a query."""

    concepts: list[Concept] = field(default_factory=list)
    excluded: list[Concept] = field(default_factory=list)
    restrictions: tuple[Restriction, ...] = ()
    wishes: list[Understood] = field(default_factory=list)
    synonyms: list[Synonym] = field(default_factory=list)
    question: bool = False
    """A question in words: «какие города работают с китайскими городами»."""
    any_of: bool = False
    """Only wishes were typed: a passage need fulfil one of them."""
    hints: tuple[str, ...] = ()
    dropped: list[str] = field(default_factory=list)
    """Phrases that stand nowhere: their words are looked for instead."""
    loose: list[Concept] = field(default_factory=list)
    """Phrases that are wished for, not demanded."""

    @property
    def empty(self) -> bool:
        """Nothing to look for: only restrictions or exclusions, or nothing at all."""
        return not self.concepts


def make_plan(tree: QueryTree, build: Build, *, synonyms: bool = True, runs: RunMaker | None = None) -> Plan:
    """The plan of a query for one build; its runs are made by ``runs``, by default from the build's columns."""
    return _Planner(tree, build, runs).plan(synonyms=synonyms)


def concept_of_phrase(phrase: Phrase, build: Build, runs: RunMaker | None = None) -> Concept:
    """A phrase as one concept; without runs where it stands nowhere."""
    return _Planner(QueryTree("", (phrase,)), build, runs)._phrase(phrase)


class _Planner:
    def __init__(self, tree: QueryTree, build: Build, runs: RunMaker | None) -> None:
        self._tree = tree
        self._build = build
        self._runs = runs or LocalRuns(build)
        self._columns = build.columns
        self._words: QueryWords = query_words()
        self._plan = Plan(restrictions=tree.restrictions)
        self._asked = [known_word(word.text, build) for word in words_in(tree)]
        self._many = sum([not word.light for word in self._asked]) >= MANY
        self._wishes = find_wishes(tree, build)
        self._unknown_idf = math.log1p((build.columns.passages + 0.5) / 0.5)
        self._concepts = self._kept("concepts")
        self._required = self._kept("required concepts")
        self._with_akin_words = self._kept(f"concepts with akin words, {self._many}")

    def plan(self, *, synonyms: bool) -> Plan:
        plan = self._plan
        plan.question = self._is_question()
        plan.wishes = list(self._wishes.understood)
        plan.hints = self._wishes.hints
        lemmas: list[str | None] = []
        facets: list[str | None] = []
        for place, node in enumerate(self._tree.nodes):
            added = self._at(place, node)
            plan.concepts.extend(added)
            plain = isinstance(node, Word) and not node.exact and not node.prefix
            lemmas.extend(concept.lemma if plain and place not in self._wishes.optional else None for concept in added)
            facets.extend([self._facet_at(place)] * len(added))
        plan.excluded = [self._one(node) for node in self._tree.excluded]
        if synonyms:
            plan.concepts, plan.synonyms = with_synonyms(plan.concepts, lemmas, self._build, self._runs)
        if not any(concept.mass > 0 for concept in plan.concepts):
            self._nothing_else(facets)
        return plan

    def _at(self, place: int, node: Node) -> Sequence[Concept]:
        """The concepts of one node of the query, with what it wishes for and whether it is denied."""
        added = self._top(node, optional=place in self._wishes.optional)
        before = self._tree.nodes[place - 1] if place else None
        if isinstance(node, Word) and isinstance(before, Word) and self._denies(before):
            added = [self._denied(concept, before, node) for concept in added]
        runs = tuple(self._runs.facet(facet, value) for facet, value in self._wishes.values.get(place, ()))
        if place in self._wishes.silent:
            return [Concept(concept.label, runs, 0.0) for concept in added[:1] if runs]
        return [replace(concept, runs=(*concept.runs, *runs)) for concept in added] if runs else added

    def _denies(self, word: Word) -> bool:
        return known_word(word.text, self._build).denies

    def _denied(self, concept: Concept, no: Word, word: Word) -> Concept:
        """«не хватает»: what says so counts; «хватает» alone hardly does, for it says the opposite."""
        runs = self._phrase(Phrase((no, word))).runs
        opposite = tuple(replace(run, weight=run.weight * OPPOSITE_WEIGHT) for run in concept.runs)
        return replace(concept, runs=runs, weak=(*opposite, *concept.weak), label=f"{no.text} {concept.label}")

    def _facet_at(self, place: int) -> str | None:
        return next((facet for facet, _ in self._wishes.values.get(place, ())), None)

    def _nothing_else(self, facets: Sequence[str | None]) -> None:
        """«Омск 2020», «что это такое»: nothing else is asked for, so the wishes are what is looked for.

        Values of one facet are alternatives: «Томск Барнаул».
        """
        plan = self._plan
        plan.any_of = bool(self._wishes.optional)
        heavy = any(concept.shown and not concept.companion for concept in plan.concepts)
        united: dict[str, int] = {}
        concepts: list[Concept] = []
        for concept, facet in zip(plan.concepts, facets, strict=True):
            if heavy and not (concept.shown and not concept.companion):
                concepts.append(concept)
            elif facet in united:
                first = concepts[united[facet]]
                lemmas, akin = (*first.lemmas, *concept.lemmas), (*first.akin, *concept.akin)
                concepts[united[facet]] = replace(first, runs=(*first.runs, *concept.runs), lemmas=lemmas, akin=akin)
            else:
                if facet is not None:
                    united[facet] = len(concepts)
                concepts.append(replace(concept, mass=self._mass(concept.lemmas)))
        plan.concepts = concepts

    def _is_question(self) -> bool:
        return "?" in self._tree.text or any(word.lemma in self._words.asking for word in self._asked[:2])

    # Concepts

    def _top(self, node: Node, *, optional: bool) -> Sequence[Concept]:
        if isinstance(node, Word) and not node.exact and not node.prefix:
            return self._optional(node) if optional else self._word_with_akin(node)
        if isinstance(node, All):
            return [concept for inner in node.nodes for concept in self._demanded(inner)]
        if isinstance(node, Phrase) and len(node.words) > 1:
            return self._top_phrase(node)
        concept = self._one(node)
        return (replace(_lighter(concept), mass=0.0) if optional else replace(concept, required=True),)

    def _optional(self, word: Word) -> Sequence[Concept]:
        """A word that says a wish."""
        companion = normal_form(word.text) in self._wishes.companions
        return [
            replace(_lighter(concept), mass=0.0, companion=companion, shown=concept.shown and not companion)
            for concept in self._word(word)
        ]

    def _demanded(self, node: Node) -> Sequence[Concept]:
        """The concepts of a node that an answer must have."""
        if not isinstance(node, Word) or node.exact or node.prefix:
            return [replace(concept, required=True) for concept in self._top(node, optional=False)]
        found = self._required.get((node.text, self._many))
        if found is None:
            concepts = self._word_with_akin(node)
            found = tuple([replace(concept, required=True) for concept in concepts])
            self._required[node.text, self._many] = found
        return found

    def _top_phrase(self, phrase: Phrase) -> Sequence[Concept]:
        """The phrase; with its words as well where it is only wished for or stands nowhere."""
        concept = self._phrase(phrase, required=not phrase.loose)
        said = any(run.says for run in concept.runs)
        if said and not phrase.loose:
            return (concept,)
        words = [concept for word in phrase.words for concept in self._word_with_akin(word)]
        if not said:
            self._plan.dropped.append(concept.label)
            return words
        loose = replace(concept, mass=0.0, lemmas=())
        self._plan.loose.append(loose)
        return (*words, loose)

    def _kept(self, name: str) -> dict[Hashable, tuple[Concept, ...]]:
        """The concepts of words met before: runs of the build itself stay, others go with the request."""
        return shelf(name, self._build) if isinstance(self._runs, LocalRuns) else {}

    def _word_with_akin(self, word: Word) -> tuple[Concept, ...]:
        """The concepts of a word with those that look akin; most words of queries have been asked for before."""
        found = self._with_akin_words.get(word.text)
        if found is None:
            found = self._with_akin_words[word.text] = tuple(map(self._with_akin, self._word(word)))
        return found

    def _with_akin(self, concept: Concept) -> Concept:
        """A word with those that look akin to it, unless it is a word of every sentence or has a synonym's help."""
        if not concept.shown or not concept.spellings or concept.spellings[0][0].isdigit():
            return concept
        known = {number for number, _ in concept.lemmas}
        found = akin_lemmas(self._build, concept.spellings[0], concept.lemma or concept.spellings[0])
        akin = [(number, like) for number, like in found if number not in known]
        weight = AKIN_WEIGHT_OF_MANY if self._many else AKIN_WEIGHT
        weak = tuple(self._runs.lemma(number, weight * like) for number, like in akin)
        return replace(concept, weak=weak, akin=tuple(number for number, _ in akin)) if weak else concept

    def _word(self, word: Word) -> tuple[Concept, ...]:
        """One concept for each position of a word; the reading of a compound belongs to its first part."""
        found = self._concepts.get(word.text)
        if found is None:
            forms = self._build.analyzer.forms(word.text)
            found = self._concepts[word.text] = tuple([self._form_concept(word.text, form) for form, _, _ in forms])
        return found

    def _form_concept(self, label: str, form: Form) -> Concept:
        found = [(self._build.lemmas.find(lemma), weight) for lemma, weight in form.sought]
        lemmas = tuple((number, weight) for number, weight in found if number >= 0)
        light = form.sought[0][0] in self._words.light
        return Concept(
            label=label,
            runs=tuple(self._runs.lemma(number, weight) for number, weight in lemmas),
            mass=0.0 if light else self._mass(lemmas),
            lemma=form.sought[0][0],
            lemmas=lemmas,
            spellings=form.exact,
            shown=not light,
        )

    def _mass(self, lemmas: Sequence[tuple[int, float]]) -> float:
        """The idf of a word with several readings is their mean; an unknown word is as rare as can be."""
        total = sum(weight for _, weight in lemmas)
        if not total:
            return self._unknown_idf
        return float(sum(self._columns.lemma_idf[number] * weight for number, weight in lemmas) / total)

    def _one(self, node: Node) -> Concept:
        """A node as a single concept."""
        if isinstance(node, Word):
            return self._single_word(node)
        if isinstance(node, Phrase):
            return self._phrase(node)
        concepts = [self._one(inner) for inner in node.nodes]
        lemmas = tuple(lemma for concept in concepts for lemma in concept.lemmas)
        label = (" ИЛИ " if isinstance(node, Any) else " ").join(concept.label for concept in concepts)
        if isinstance(node, Any):
            runs = tuple(run for concept in concepts for run in concept.runs)
            return Concept(label, runs, max((c.mass for c in concepts), default=0.0), lemmas=lemmas)
        run = self._runs.all_of(concepts)
        return Concept(label, (run,) if len(run.docs) else (), sum(concept.mass for concept in concepts), lemmas=lemmas)

    def _single_word(self, word: Word) -> Concept:
        if word.prefix:
            return self._prefix(word)
        if word.exact:
            return self._exact(word)
        concepts = self._word(word)
        if len(concepts) == 1:
            return concepts[0]
        return self._phrase(Phrase((word,)))

    def _exact(self, word: Word) -> Concept:
        positions = [form for form, _, _ in self._build.analyzer.forms(word.text)]
        # Of a compound the whole is meant, which stands at its first part.
        spelling = positions[0].exact[-1 if len(positions) > 1 else 0]
        number = self._build.spellings.find(spelling)
        if number < 0:
            return Concept(f"!{word.text}", (), self._unknown_idf)
        weight = float(self._columns.spelling_idf[number])
        run = self._runs.spelled(number, weight)
        return Concept(f"!{word.text}", (run,), weight, spellings=(spelling,))

    def _prefix(self, word: Word) -> Concept:
        columns = self._columns
        positions = [form for form, _, _ in self._build.analyzer.forms(word.text)]
        # «1 200*» begins as the number does.
        whole = positions[0].exact[0] if len(positions) == 1 and word.text[0].isdigit() else normal_form(word.text)
        span = self._build.spellings.beginning(whole)
        numbers = np.arange(span.start, span.stop)
        if len(numbers) > MAX_EXPANSIONS:
            counts = columns.spelling_count[numbers]
            numbers = numbers[np.argpartition(-counts, MAX_EXPANSIONS)[:MAX_EXPANSIONS]]
        label = f"{word.text}*"
        if not len(numbers):
            return Concept(label, (), self._unknown_idf)
        weight = float(columns.spelling_idf[numbers].min())
        return Concept(label, (self._runs.beginning(numbers, weight),), weight, spellings=(f"{whole}*",))

    def _phrase(self, phrase: Phrase, *, required: bool = False) -> Concept:
        positions: list[list[int]] = []
        lemmas: list[tuple[int, float]] = []
        weight = 0.0
        for word in phrase.words:
            for concept in self._word(word):
                positions.append(sorted({number for number, _ in concept.lemmas}))
                lemmas.extend(concept.lemmas)
                weight += self._mass(concept.lemmas)
        if phrase.near:
            run = self._runs.near(positions, phrase.near + len(positions) - 1, weight)
        else:
            run = self._runs.row(positions, weight)
        label = "«" + " ".join(word.text for word in phrase.words) + "»"
        return Concept(label, (run,) if len(run.docs) else (), weight, required, lemmas=tuple(lemmas))


def _lighter(concept: Concept) -> Concept:
    """A word that is a wish: the wish itself counts, the word's presence only a little."""
    runs = tuple(replace(run, weight=run.weight * WISH_WORD_WEIGHT) for run in concept.runs)
    return replace(concept, runs=runs, spellings=())
