"""Which sought words stand in the texts of found passages: one loop over their places in the stream."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Ints, Longs
from search_app.engine.matching.compiled import INT_ROWS_OUT, INTS, INTS_OUT, LONG_ROWS, LONGS, compiled


@compiled(LONGS, INTS, INTS, INTS, INTS, LONGS, INTS, LONGS, LONGS, LONG_ROWS, INTS_OUT, INT_ROWS_OUT)
def spot(
    docs: Longs,
    zones: Ints,
    stream: Ints,
    form_spelling: Ints,
    form_whole: Ints,
    forms_start: Longs,
    forms: Ints,
    lemmas: Longs,
    exact: Longs,
    ranges: NDArray[np.int64],
    table: Ints,
    found: Ints,
) -> int:
    """Fills in rows of a passage's place and a form: every sought word of each passage's text, in order.

    Sought are the forms of the lemmas, ``exact`` spellings, and spellings from ranges of their numbers; returns how
    many there are. The table of forms is -1 all over, as it is left.
    """
    for number in range(len(lemmas)):
        for at in range(forms_start[lemmas[number]], forms_start[lemmas[number] + 1]):
            table[forms[at]] = 0
    count = 0
    for number in range(len(docs)):
        for at in range(zones[docs[number] * 3], zones[docs[number] * 3 + 1]):
            form = stream[at]
            spelling = form_spelling[form]
            if spelling < 0:
                continue
            sought = table[form] == 0
            for place in range(len(exact)):
                sought = sought or exact[place] == spelling or exact[place] == form_whole[form]
            for place in range(len(ranges)):
                sought = sought or ranges[place, 0] <= spelling < ranges[place, 1]
            if sought:
                found[count, 0] = number
                found[count, 1] = form
                count += 1
    for number in range(len(lemmas)):
        for at in range(forms_start[lemmas[number]], forms_start[lemmas[number] + 1]):
            table[forms[at]] = -1
    return count
