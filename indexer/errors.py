"""Small named errors. Each message is one Russian sentence that names the culprit and the way out."""


class IndexerError(Exception):
    """Anything the command line tells in one sentence and the site as a page."""


class VocabularyError(IndexerError):
    """A TOML file of the vocabulary or of the operator contradicts itself; names file and line."""


class ReadError(IndexerError):
    """A file cannot be turned into blocks."""


class EmptyFileError(ReadError):
    """A file holds no text: nothing, blanks, or a scan without a text layer."""


class MissingToolError(ReadError):
    """A format needs a program or an optional package that is not installed."""


class ReportsFolderError(IndexerError):
    """The reports folder is missing, unreadable or holds nothing to read."""


class StoreError(IndexerError):
    """The index folder cannot be written or holds nothing that can be served."""


class NoBuildError(StoreError):
    """There is no published build yet."""


class VersionError(StoreError):
    """The build was written by another version of the program."""


class LockedError(StoreError):
    """Another rebuild is under way in the same index folder."""


class PinnedError(StoreError):
    """The operator went back to an earlier build, which stays until it is released."""


class LossError(StoreError):
    """A new build would lack many reports of the served one at once."""
