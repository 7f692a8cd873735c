"""The section: which branch of municipal work a report is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from indexer.language.analysis import Analyzer
from indexer.language.phrases import LemmaReader, PhraseMatcher
from indexer.report.cities import Found, loose_latin
from indexer.report.names import KNOWN_WORDS
from indexer.vocabulary import Phrase, Vocabulary, fold

BODY_EVIDENCE = "слова ответов"
"""How evidence by the words of the answers begins: too thin to hand on to the next report of a file."""

_ENOUGH = 4.0
"""Less than two heavy phrases is a guess, not evidence."""
_FEWEST_PHRASES = 3
"""Different phrases: one said again and again is a subject of the answers, not their section."""
_QUOTED, _LONGEST_QUOTE = 3, 120
_NO_WORD = re.compile(r"[_\W\d]+")
_CLEAR = 1.3
"""The best section must lead the next by this factor to pass without a warning."""


class SectionRules:
    """Tells the section by title, folder, questions and, last, by the words of the answers."""

    def __init__(self, vocabulary: Vocabulary, analyzer: Analyzer, reader: LemmaReader) -> None:
        self._vocabulary = vocabulary
        self._reader = reader
        self._names = PhraseMatcher(
            {
                section.title: [
                    # The title itself wins over a longer alias of another section.
                    *_as_phrases((section.title,), analyzer, weight=2.0),
                    *_as_phrases(section.aliases, analyzer),
                ]
                for section in vocabulary.sections
            },
            reader,
        )
        self._masks = PhraseMatcher({"": _as_phrases(vocabulary.report.not_sections, analyzer)}, reader)
        self._short = PhraseMatcher(
            {section.title: _as_phrases(section.short, analyzer) for section in vocabulary.sections}, reader
        )
        self._analyzer = analyzer
        self._events = PhraseMatcher({"": _as_phrases(vocabulary.report.events, analyzer)}, reader)
        self._body = PhraseMatcher({section.title: section.cues for section in vocabulary.sections}, reader)
        self._last_words = frozenset(
            fold(name).rpartition(" ")[2]
            for section in vocabulary.sections
            for name in (section.slug, section.title, *section.aliases, *section.short)
        )
        self._may_end = lru_cache(KNOWN_WORDS)(self._may_end_line)
        labels = "|".join(label[:-1] for label in vocabulary.report.labels["section"] if " " not in label)
        self._quoted = re.compile(
            rf"\b(?:{labels})\w*:?\s+[«“\"](?P<name>[^»”\"]{{1,{_LONGEST_QUOTE}}})[»”\"]", re.IGNORECASE
        )
        self._latin = {
            loose_latin(name): section.title
            for section in vocabulary.sections
            for name in (section.slug, section.title, *section.aliases, *section.short)
            if len(loose_latin(name)) >= 3
        }

    def alone(self, text: str) -> str | None:
        """The section of a line that names it and nothing else."""
        text = text.strip().rstrip(".:")
        *_, piece = text.rsplit(None, 1) or ("",)
        section = self._vocabulary.find_section(text) if self._may_end(piece) else None
        return section.title if section else None

    def _may_end_line(self, piece: str) -> bool:
        """Whether a line that names a section may end so, whatever stands before it: most lines need no looking up."""
        last = fold(piece).rpartition(" ")[2]
        return not last or last in self._last_words

    def named(self, text: str) -> str | None:
        """The section named in a text: by its own title, else by the longest wording."""
        return self.alone(text) or self._names.longest(self._masks.without(self._reader.lemmas(text)))

    def of_titles(self, titles: Iterable[str]) -> Found | None:
        """«Организационная работа», «Отчёт о работе в сфере ЖКХ»: the section of a title; a lone name before others."""
        titles = list(titles)
        for tell in (self.alone, self.named):
            for title in titles:
                section = tell(title)
                if section:
                    return Found(section, f"заголовок: «{title}»")
        return None

    def of_path(self, path: str) -> Found | None:
        """The section in the name of the file or a folder, in Cyrillic or transliterated."""
        pure = PurePosixPath(path)
        for part in (pure.stem, *reversed(pure.parts[:-1])):
            section = self.named(_NO_WORD.sub(" ", part)) or self._in_latin(part)
            if section:
                return Found(section, f"имя файла или папки: «{part}»")
        return None

    def _in_latin(self, name: str) -> str | None:
        pieces = [piece for piece in re.split(r"[\W\d_]+", name.lower()) if piece.isascii()]
        for length in range(min(5, len(pieces)), 0, -1):
            for start in range(len(pieces) - length + 1):
                title = self._latin.get(loose_latin("".join(pieces[start : start + length])))
                if title:
                    return title
        return None

    def of_questions(self, questions: Iterable[str]) -> Found | None:
        """«Какие проблемы ЖКХ не удалось решить?»"""
        for question in questions:
            section = self.named(question)
            if section:
                return Found(section, f"вопрос: «{question}»")
        return None

    def of_quotes(self, texts: Iterable[str]) -> Found | None:
        """«… направляем информацию по разделу «Культура»»: a letter names the section before the questions."""
        for text in texts:
            for found in self._quoted.finditer(text):
                section = self.alone(found["name"])
                if section:
                    return Found(section, f"текст до вопросов: «{found[0]}»")
        return None

    def of_short(self, titles: Iterable[str], path: str) -> Found | None:
        """«Подготовка городских праздников», «2019_молодёжка»: a common word, where nothing else names a section."""
        for title in titles:
            section = self._short.longest(self._reader.lemmas(title))
            if section:
                return Found(section, f"заголовок: «{title}»")
        pure = PurePosixPath(path)
        for part in (pure.stem, *reversed(pure.parts[:-1])):
            section = self._short.longest(self._reader.lemmas(_NO_WORD.sub(" ", part)))
            if section:
                return Found(section, f"имя файла или папки: «{part}»")
        return None

    def of_body(self, texts: Sequence[str]) -> Found | None:
        """The section whose words the answers use most; a few words are a guess, thin evidence comes with a warning."""
        text = "\n".join(texts)
        # What befell the city is told in reports of every section.
        told = self._body.told(self._events.without(self._reader.lemmas(text)))
        scores = {title: sum(weight for weight, _, _ in phrases) for title, phrases in told.items()}
        ranked = sorted(scores.items(), key=lambda item: -item[1])
        if not ranked or ranked[0][1] < _ENOUGH or len(told[ranked[0][0]]) < _FEWEST_PHRASES:
            return None
        title, score = ranked[0]
        next_score = ranked[1][1] if len(ranked) > 1 else 0.0
        quotes = ", ".join(f"«{quote}»" for quote in self._quotes(text, told[title]))
        evidence = f"{BODY_EVIDENCE}: {quotes} (вес {score:.0f}, следующий раздел — {next_score:.0f})"
        clear = score >= 2 * _ENOUGH and score >= _CLEAR * next_score
        doubt = "" if clear else f"; возможен и раздел «{ranked[1][0]}»" if len(ranked) > 1 else ""
        return Found(title, evidence, f"раздел не назван, определён по словам ответов: «{title}»{doubt}")

    def _quotes(self, text: str, phrases: Sequence[tuple[float, int, int]]) -> list[str]:
        """The heaviest phrases as they are written in the text."""
        heaviest = sorted(phrases, key=lambda phrase: (-phrase[0], phrase[1]))[:_QUOTED]
        offsets = [(start, end) for _, start, end in self._analyzer.forms(text)]
        written = (text[offsets[at][0] : offsets[at + length - 1][1]] for _, at, length in heaviest)
        return list(dict.fromkeys(" ".join(quote.lower().split()) for quote in written))


def _as_phrases(names: Iterable[str], analyzer: Analyzer, weight: float = 1.0) -> list[Phrase]:
    """Names as lemma phrases."""
    lemmas = {tuple(form.lemmas[0][0] for form, _, _ in analyzer.forms(name)) for name in names}
    return [Phrase(words, weight) for words in sorted(lemmas) if words]
