"""The fields of the Whoosh index and the analysis they go through."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from whoosh.analysis import Composable, Token
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.index import FileIndex, open_dir
from whoosh.index import IndexError as IndexError_

from indexer.language.analysis import Analyzer

TEXT_FIELDS = ("text", "question", "heading")
"""The searched fields, in the order of the columns' zones."""


class LemmaTokenizer(Composable):  # type: ignore[misc]
    """Whoosh's view of our analysis: every lemma of a position as a token at that position.

    Whoosh pickles its schema, the analysis inside: what is pickled is an empty shell, so an index can only be used with
    the schema that this program makes.
    """

    def __init__(self, analyzer: Analyzer | None) -> None:
        self._analyzer = analyzer

    def __getstate__(self) -> dict[str, Any]:
        return {"_analyzer": None}

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **kwargs: object,
    ) -> Iterator[Token]:
        assert self._analyzer is not None, "an unpickled schema cannot analyse"
        token = Token(positions, chars, mode=mode, boost=1.0, removestops=False, stopped=False)
        for term in self._analyzer.terms(value):
            token.text = term.lemma
            token.boost = 1.0
            token.stopped = False
            if keeporiginal:
                token.original = value[term.start : term.end]
            if positions:
                token.pos = start_pos + term.position
            if chars:
                token.startchar = start_char + term.start
                token.endchar = start_char + term.end
            yield token


def make_schema(analyzer: Analyzer) -> Schema:
    """The schema of every build; a Whoosh document is a passage, its number stands in the columns."""

    def lemmas() -> TEXT:
        return TEXT(analyzer=LemmaTokenizer(analyzer), phrase=True, stored=False)

    return Schema(
        id=STORED(),
        city=ID(),
        year=NUMERIC(int, signed=False),
        kind=ID(),
        section=ID(),
        topic=KEYWORD(commas=True),
        text=lemmas(),
        question=lemmas(),
        heading=lemmas(),
    )


@contextmanager
def disk_told() -> Iterator[None]:
    """Raises OSError where Whoosh finds no index in a folder that must have one.

    It takes a folder that cannot be listed for an empty one, and does not pass on what the disk said.
    """
    try:
        yield
    except IndexError_ as error:
        raise OSError(errno.EIO, "no list of the Whoosh index") from error
    except OSError as error:
        # The same of a folder that cannot be looked at: the draft is one, we have just made it.
        raise OSError(errno.EIO if error.errno == errno.ENOTDIR else error.errno, str(error)) from error


def open_whoosh(folder: str, analyzer: Analyzer, *, readonly: bool = True) -> FileIndex:
    """The Whoosh index of a build, with our own schema, never the pickled one."""
    return open_dir(folder, readonly=readonly, schema=make_schema(analyzer))
