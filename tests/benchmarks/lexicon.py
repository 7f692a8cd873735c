"""The words and phrases that generated reports are made of: common ones from the sample archive, rare ones from the
dictionary of pymorphy3, with Zipf's frequencies."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pymorphy3
from numpy.typing import NDArray

SAMPLE = Path("index_data/sample")

PHRASE_SHARE = 0.07
"""Of ten tokens not quite one is a phrase of the sample; phrases then hold about a fifth of all words."""
NUMBER_SHARE = 0.03
"""Amounts, years, act numbers: about three words in a hundred of the real reports."""

_EXPONENT, _SHIFT = 1.05, 2.7
"""Zipf–Mandelbrot: word number r has weight (r + shift)^-exponent, which fits Russian prose."""
_KEEP_LEMMAS = 8
"""One lemma in so many of the dictionary's: some 40,000 lemmas, as many as 300,000 real answers have."""
_UNFIT = ("Name", "Surn", "Patr", "Geox", "Orgn", "Trad", "Abbr", "Arch", "Infr", "Erro", "Dist", "Slng", "Init")
"""Names would be taken for cities; archaisms and slang do not stand in reports."""
_PARTS = ("NOUN", "ADJF", "VERB", "INFN", "PRTF", "ADVB")
_NUMBERS = 4000
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?;:\n]+")
_MARKS = re.compile(r"[#*_•]+|^[-–—\d]+[.)]?\s", re.MULTILINE)
_NO_ANSWER = re.compile(r"^.*\?.*$|^#.*$|^(?:Укажите|Назовите).*$", re.MULTILINE)
"""Questions and headings stand in every report: as words of answers they would be far too common."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Tokens (words, numbers, phrases) with the distribution they are drawn from."""

    tokens: list[str]
    cumulative: NDArray[np.float64]
    """Running sum of the tokens' probabilities; ends at 1."""

    def draw(self, random: np.random.Generator, count: int) -> NDArray[np.int64]:
        """Numbers of ``count`` tokens."""
        return np.searchsorted(self.cumulative, random.random(count), side="right")


def load_lexicon(cache: Path, sample: Path = SAMPLE) -> Lexicon:
    """The lexicon; ``cache`` keeps the dictionary's words, which take ten seconds to gather."""
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        part = cache.with_suffix(".part")
        part.write_text("\n".join(" ".join(forms) for forms in _dictionary_forms()), encoding="utf-8")
        part.replace(cache)
    lemmas = [line.split(" ") for line in cache.read_text(encoding="utf-8").split("\n")]
    pages = [path.read_text(encoding="utf-8") for path in sorted(sample.rglob("*")) if path.suffix in (".txt", ".md")]
    texts = [_MARKS.sub("", _NO_ANSWER.sub("", page)) for page in pages]
    return _lexicon(lemmas, texts)


def _dictionary_forms() -> list[tuple[str, ...]]:
    """The forms of some lemmas of the dictionary, in a shuffled but fixed order."""
    forms: dict[str, list[str]] = {}
    for word, tag, lemma, _, _ in pymorphy3.MorphAnalyzer().dictionary.iter_known_words():
        if zlib.crc32(lemma.encode()) % _KEEP_LEMMAS or len(lemma) < 4 or tag.POS not in _PARTS:
            continue
        if not any(grammeme in tag for grammeme in _UNFIT):
            forms.setdefault(lemma, []).append(word)
    order = sorted(forms, key=lambda lemma: zlib.crc32(lemma.encode() + b"order"))
    return [tuple(dict.fromkeys(forms[lemma])) for lemma in order]


def _lexicon(lemmas: Iterable[list[str]], texts: list[str]) -> Lexicon:
    random = np.random.default_rng(11)
    words, word_weights = _words(lemmas, _counted(texts), random)
    phrases = list(dict.fromkeys(_phrases(texts)))
    random.shuffle(phrases)
    numbers = list(dict.fromkeys(_numbers(random)))
    weights = np.concatenate(
        [
            word_weights * (1 - PHRASE_SHARE - NUMBER_SHARE),
            _zipf(len(phrases)) * PHRASE_SHARE,
            _zipf(len(numbers)) * NUMBER_SHARE,
        ]
    )
    cumulative = np.cumsum(weights)
    return Lexicon([*words, *phrases, *numbers], cumulative / cumulative[-1])


def _counted(texts: Iterable[str]) -> list[str]:
    """The words of the sample, the most frequent first; names, which are never written small, are left out."""
    counts = Counter(word for text in texts for word in _WORD.findall(text) if word.islower() or len(word) == 1)
    for word in [word for word in counts if word.isupper()]:
        counts[word.lower()] += counts.pop(word)
    return [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _words(
    lemmas: Iterable[list[str]], common: list[str], random: np.random.Generator
) -> tuple[list[str], NDArray[np.float64]]:
    """Words with probabilities: the sample's lead, then lemma by lemma the dictionary's forms, some forms favoured."""
    groups = [[word] for word in common]
    known = set(common)
    groups.extend(fresh for forms in lemmas if (fresh := [form for form in forms if form not in known]))
    sizes = np.array([len(group) for group in groups])
    # Within a lemma a few forms (nominative, genitive of a noun) carry most of its use.
    favour = random.exponential(size=int(sizes.sum())) ** 2
    totals = np.add.reduceat(favour, np.concatenate([[0], np.cumsum(sizes)[:-1]]))
    weights = np.repeat(_zipf(len(groups)) / totals, sizes) * favour
    return [word for group in groups for word in group], weights


def _phrases(texts: Iterable[str]) -> Iterator[str]:
    """Runs of two to five words of one sentence of the sample."""
    for text in texts:
        for sentence in _SENTENCE.findall(text):
            words = [word for word in sentence.replace(",", " ").split() if word not in "–—-"]
            for size in (2, 3, 5):
                for start in range(0, len(words) - size + 1, size):
                    yield " ".join(words[start : start + size])


def _numbers(random: np.random.Generator) -> Iterator[str]:
    small = random.integers(2, 100, _NUMBERS).tolist()
    large = random.integers(100, 4000, _NUMBERS).tolist()
    for first, second in zip(small, large, strict=True):
        yield str(first)
        yield f"{second}"
        yield f"{first},{second % 10}"
        yield f"№ {second}"
        yield f"{first % 28 + 1:02}.{first % 12 + 1:02}.{2005 + second % 19}"
        yield f"{second}-р"


def _zipf(count: int) -> NDArray[np.float64]:
    weights = (np.arange(count) + _SHIFT) ** -_EXPONENT
    return np.asarray(weights / weights.sum())
