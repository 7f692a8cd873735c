"""Which candidates of a report are its questions: the chain that looks most like a questionnaire.

A questionnaire keeps one style, one numbering and one order; a question inside an answer breaks them. So every
candidate is weighed by itself and every pair of neighbours by how well one follows the other, and the chain with the
greatest sum is taken. A candidate that adds nothing to the sum is a line of an answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from indexer.model import KIND_DISCUSSION, KIND_OTHER, KIND_TRAINING
from indexer.report.questions import CLOSE, EXACT, LONG_QUESTION, SHORT_HEAD, VERBATIM, Candidate, Form, Style
from indexer.report.wording import words

_ASK_FOR_TOPICS = (KIND_DISCUSSION, KIND_TRAINING)
_COST = 1.5
"""What a candidate must bring to be a question at all."""
_REACH = 80
"""Candidates looked back upon for the question before: more lines that look like questions are no questionnaire."""
_LEAST_REACH, _STEPS = 8, 400_000
"""In a text of nothing but lines that look like questions fewer are looked back upon, so that it takes no minutes."""
_FORMS = {Form.ASKED: 0.5, Form.IMPERATIVE: 0.0, Form.INTERROGATIVE: -0.5, Form.LABEL: -1.0}
_CUED = (0.0, 1.25, 2.0)
"""No telling word of a kind, one, two or more."""
_APART = 0.5
_ANSWERED = 3.0
_HEADS = 1.0
"""For short heads of different kinds, each above or before its text, in a form without questions."""
_PLAIN_QUESTION = 5
_LETTERS = "абвгдежзик"
_FEWEST_LISTED = 3
"""Heads with letters or numbers; two may be the items of an answer's own list."""
_STATED = 1.5
"""A full stop or a colon where a question mark should be: a sentence of an answer, or the lead-in of a list."""


def best_chain(
    candidates: Sequence[Candidate], order: Mapping[str, int], is_addressed: Callable[[str], bool]
) -> list[Candidate]:
    """The candidates that together make the best questionnaire, in the order of the report; empty if none is one.

    ``order`` holds the place of each kind in the questionnaire, ``is_addressed`` tells who speaks to the respondent.
    """
    heads = _bare_heads(candidates)
    if listed := _listed_heads(candidates) if not heads else set():
        # «Основная проблема – нехватка мест» below «3. Проблемы.» asks nothing.
        candidates = [candidate for candidate in candidates if candidate.index in listed or candidate.number]
        heads = listed
    candidates = [
        replace(c, only_head=True) if c.index in heads else c for c in candidates if c.index in heads or not c.only_head
    ]
    within = _heads_of_answers(candidates)
    candidates = [candidate for candidate in candidates if candidate.index not in within]
    style = common_style([candidate for candidate in candidates if candidate.strong])
    topics = _proposed_topics(candidates, order, is_addressed)
    weighed = [(c, w) for c in candidates if c.index not in topics and (w := _weight(c, style, is_addressed)) > -_COST]
    reach = min(_REACH, max(_LEAST_REACH, _STEPS // max(len(weighed), 1)))
    sums: list[float] = []
    before: list[int | None] = []
    for place, (candidate, weight) in enumerate(weighed):
        best, source = _opening(candidate), None
        for other in range(max(0, place - reach), place):
            total = sums[other] + _step(weighed[other][0], candidate, order)
            if total > best:
                best, source = total, other
        sums.append(best + weight)
        before.append(source)
    last: int | None = max(range(len(sums)), key=lambda place: sums[place], default=None)
    if last is None or sums[last] <= 0:
        return []
    chain: list[Candidate] = []
    while last is not None:
        chain.append(weighed[last][0])
        last = before[last]
    return chain[::-1]


def _bare_heads(candidates: Sequence[Candidate]) -> set[int]:
    """The blocks «Достижения», «Проблемы», «Планы» on lines of their own, where nothing asks or is set apart."""
    if any(c.form in (Form.ASKED, Form.IMPERATIVE) or c.marked or c.answered for c in candidates):
        return set()
    heads = [c for c in candidates if (c.only_head or c.apart) and len(words(c.text)) <= SHORT_HEAD]
    return {head.index for head in heads} if len({head.kind for head in heads}) > 1 else set()


def _listed_heads(candidates: Sequence[Candidate]) -> set[int]:
    """The blocks «а) достижения 2019 года:», «2. Нерешённые проблемы.», each above its text, where nothing asks."""
    if any(c.form in (Form.ASKED, Form.IMPERATIVE) or c.answered for c in candidates):
        return set()
    heads: list[Candidate] = []
    for candidate in candidates:
        if candidate.kind is None or candidate.answer or (candidate.after_lead and not heads):
            continue
        apart = not heads or candidate.index > heads[-1].index + 1
        if apart and _place_in_list(candidate, heads[0] if heads else candidate) == len(heads) + 1:
            heads.append(candidate)
    different = len({head.kind for head in heads}) == len(heads) >= _FEWEST_LISTED
    return {head.index for head in heads} if different else set()


def _place_in_list(candidate: Candidate, first: Candidate) -> int | None:
    """The number before it, or that of the letter, where it has the shape of the first one's."""
    shape, like = candidate.style.shape, first.style.shape
    if candidate.number is not None:
        return candidate.number if shape == like else None
    letter = _LETTERS.find(shape[0]) + 1 if shape[1:] in (")", ".") and shape[1:] == like[1:] else 0
    return letter or None


def common_style(strong: Sequence[Candidate]) -> Style | None:
    """The style that most sure questions wear; ``None`` where no style is the most of them."""
    if not strong:
        return None
    style, count = Counter(candidate.style for candidate in strong).most_common(1)[0]
    return style if count * 2 > len(strong) else None


def _heads_of_answers(candidates: Sequence[Candidate]) -> set[int]:
    """Blocks «Опыт», «Проблемы» without a number that stand between the sure questions «1. …?» and «2. …?»."""
    found: set[int] = set()
    above: Candidate | None = None
    heads: list[int] = []
    for candidate in candidates:
        if candidate.form is Form.LABEL:
            if _may_head_an_answer(candidate):
                heads.append(candidate.index)
        elif candidate.strong and candidate.number is not None:
            if above is not None and _is_next_number(above, candidate):
                found.update(heads)
            above, heads = candidate, []
    return found


def _may_head_an_answer(label: Candidate) -> bool:
    """«Нерешённые проблемы», as a questionnaire says it, may have lost its number where Word counts by itself."""
    return label.number is None and label.likeness < VERBATIM and len(words(label.text)) <= SHORT_HEAD


def _proposed_topics(
    candidates: Sequence[Candidate], order: Mapping[str, int], is_addressed: Callable[[str], bool]
) -> set[int]:
    """Blocks that answer «Какие вопросы … обсудить …?» with a question: «Ливневая канализация: за чей счёт?»."""
    found: set[int] = set()
    asked: Candidate | None = None
    for candidate in candidates:
        if candidate.kind in _ASK_FOR_TOPICS and (candidate.strong or candidate.likeness >= CLOSE):
            asked = candidate
        elif asked is None or _is_next_question(asked, candidate, order):
            asked = None
        elif not is_addressed(candidate.text):
            found.add(candidate.index)
    return found


def _is_next_question(asked: Candidate, candidate: Candidate, order: Mapping[str, int]) -> bool:
    """Whether the form goes on: with a known question, the next number, or what is set apart in the same way."""
    if candidate.likeness >= CLOSE:
        return True
    if asked.number is not None and candidate.number is not None:
        return candidate.style == asked.style and candidate.number > asked.number
    if asked.style.marked and candidate.style == asked.style:
        return True
    return candidate.strong and order.get(candidate.kind or "", 0) > order.get(asked.kind or "", 0)


def _weight(candidate: Candidate, style: Style | None, is_addressed: Callable[[str], bool]) -> float:
    """What the candidate brings by itself, in a report whose sure questions wear ``style``."""
    if candidate.quoted:
        return -10.0
    if candidate.only_head:
        return _wording(candidate) + _HEADS - _COST
    weight = _wording(candidate) + _FORMS[candidate.form] + _looks(candidate, style) - _COST
    if candidate.after_lead:
        weight -= 1.0 if candidate.likeness >= VERBATIM and candidate.form is not Form.LABEL else 3.0
    if candidate.answered or candidate.called:
        weight += _ANSWERED
    if candidate.form in (Form.LABEL, Form.INTERROGATIVE) and candidate.text.endswith((".", ":")):
        weight -= _STATED
    if candidate.apart and candidate.form in (Form.LABEL, Form.INTERROGATIVE):
        weight += _APART
    if candidate.answer and candidate.likeness < VERBATIM:
        weight -= 0.5
    if candidate.kind is None and is_addressed(candidate.text):
        # «Готовы ли Вы поделиться материалами?»
        weight += 1.0
    elif candidate.kind is None and len(words(candidate.text)) >= LONG_QUESTION:
        weight += 0.75
    return weight


def _wording(candidate: Candidate) -> float:
    if candidate.likeness >= EXACT:
        return 5.0
    if candidate.likeness >= VERBATIM:
        return 4.0
    if candidate.likeness >= CLOSE:
        return 3.0
    return _CUED[min(candidate.cue, 2)]


def _looks(candidate: Candidate, style: Style | None) -> float:
    """The report's own style is worn by all its questions; without one, whatever sets a line apart speaks for it."""
    if style is None:
        return (1.0 if candidate.style.emphasis or candidate.style.heading else 0.0) + (
            0.5 if candidate.number else 0.0
        )
    if candidate.style == style:
        return 1.5 if style.marked else 0.5
    if not style.marked:
        return 0.0 if candidate.style.emphasis or candidate.style.heading else -1.0
    # A typist forgets to make a line bold more easily than to number it.
    return -1.0 if candidate.style.shape == style.shape else -1.5


def _opening(candidate: Candidate) -> float:
    """What speaks for the candidate as the first question."""
    if candidate.number is None:
        return 0.0
    return 0.5 if candidate.number <= 2 else -0.25 * candidate.number


def _step(earlier: Candidate, later: Candidate, order: Mapping[str, int]) -> float:
    """How well a question follows another."""
    return _numbers_step(earlier.number, later.number) + _kinds_step(earlier, later, order)


def _numbers_step(earlier: int | None, later: int | None) -> float:
    if earlier is None or later is None:
        return 0.0
    if later == earlier + 1:
        return 1.0
    # Numbers jump where a question was left out, they never go back.
    return 0.25 if later > earlier else -3.0


def _kinds_step(earlier: Candidate, later: Candidate, order: Mapping[str, int]) -> float:
    first, second = order.get(earlier.kind or KIND_OTHER, 0), order.get(later.kind or KIND_OTHER, 0)
    if earlier.kind is None or later.kind is None:
        # A question of no kind stands anywhere, and a question before it is as good as none.
        return 0.25
    if first == second:
        # The answer repeats its question: «… удалось сделать следующее».
        return -3.0 if later.index == earlier.index + 1 else -1.5
    if second > first:
        return 0.5
    # Not every form has the usual order: whole sentences that ask, each on its own line, and numbers tell its own.
    own = (earlier.only_head and later.only_head) or (
        earlier.style[1:] == later.style[1:] and _is_plainly_asked(earlier) and _is_plainly_asked(later)
    )
    return -0.5 if own or _is_next_number(earlier, later) else -1.5


def _is_next_number(earlier: Candidate, later: Candidate) -> bool:
    """«2. Проблемы» … «3. Опыт коллег» in one style."""
    numbers = earlier.number, later.number
    return None not in numbers and later.style == earlier.style and numbers[1] == (numbers[0] or 0) + 1


def _is_plainly_asked(candidate: Candidate) -> bool:
    """«Какую помощь могла бы оказать Ассоциация?» between finished sentences or behind a bullet, and nothing else."""
    if candidate.form is not Form.ASKED or candidate.answer or candidate.quoted or candidate.after_lead:
        return False
    if not candidate.apart and not candidate.style.shape:
        return False
    return (candidate.likeness >= CLOSE or candidate.cue > 1) and len(words(candidate.text)) >= _PLAIN_QUESTION
