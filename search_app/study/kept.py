"""What takes long to work out about a build: worked out once and kept while that build is served."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from search_app.engine.door import Engine

T = TypeVar("T")

MOST = 128
"""Values: a study of every one of seventy cities and some more."""


class Kept:
    """Values of one build by key, the least recently used gone first. Safe to share between threads."""

    def __init__(self, most: int = MOST, weight: Callable[[Any], int] = lambda _: 1) -> None:
        """``most`` is what all values may weigh together; one alone stays whatever it weighs."""
        self._most = most
        self._weight = weight
        self._weighs = 0
        self._guard = threading.Lock()
        self._stamp = ""
        self._values: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, engine: Engine, key: Hashable, make: Callable[[], T]) -> T:
        """The value of ``key`` for ``engine``, made by ``make`` where it is not kept yet.

        Two threads may make the same value at the same time: that costs time, not correctness.
        """
        with self._guard:
            if self._stamp != engine.stamp:
                self._values.clear()
                self._weighs = 0
                self._stamp = engine.stamp
            if key in self._values:
                self._values.move_to_end(key)
                return cast(T, self._values[key])
        value = make()
        with self._guard:
            if self._stamp == engine.stamp:
                if key in self._values:
                    self._weighs -= self._weight(self._values.pop(key))
                self._values[key] = value
                self._weighs += self._weight(value)
                while self._weighs > self._most and len(self._values) > 1:
                    self._weighs -= self._weight(self._values.popitem(last=False)[1])
        return value
