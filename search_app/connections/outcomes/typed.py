"""Whether statements complain of a problem that a reader typed: by words, by the trouble that both are, by meaning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search_app.connections.outcomes.needs import needs
from search_app.connections.outcomes.remedies import remedies
from search_app.engine.door import Engine, Weighed, likeness

WEIGHTS = {"exact": 3.16, "soft": 4.91, "nearness": 1.92, "same": 3.56, "covering": 3.64}
BIAS = -8.61
"""Fitted by logistic regression on ``tests/data/typed_problems.tsv`` over the sample alone and with the gold archive;
cross-validated problem by problem: .91 to 1.0 of what is called about it is, .70 of what is about it is found."""

ABOUT = 0.5
"""Log odds from which a statement is said to be about the problem: what is missing can be sought, what is wrongly
counted makes all figures of the page untrue."""

_SAME_WORD = 0.78
"""Words that stand for each other from here on are the same or synonyms: «банки» is no «банкоматы»."""


def sureness(typed: Weighed, statements: Sequence[str], engine: Engine) -> NDArray[np.float32]:
    """Of each statement the log odds that it complains of what was typed; ``typed`` is weighed by the same engine."""
    if not statements:
        return np.zeros(0, dtype=np.float32)
    features = _features(typed, statements, engine)
    found: NDArray[np.float32] = sum(
        (np.float32(WEIGHTS[name]) * features[name] for name in WEIGHTS), np.full(len(statements), BIAS, np.float32)
    )
    return found


def _features(typed: Weighed, statements: Sequence[str], engine: Engine) -> dict[str, NDArray[np.float32]]:
    compared = likeness(typed, engine.weigh(statements))
    weights = needs(engine.vocabulary).need(typed, to_complain=True).weights
    same = remedies(engine.vocabulary).alike(typed.texts[0], statements)
    return {
        "exact": weights @ (compared.met * (compared.met > _SAME_WORD)),
        "soft": weights @ compared.met,
        "nearness": compared.nearness[0],
        "same": np.asarray(same, dtype=np.float32),
        "covering": compared.covering[0],
    }
