"""What decides beside the files themselves what an index holds; how a folder differs from what a build was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.builds.manifest import FORMAT_VERSION, Manifest
from indexer.folders import is_sample
from indexer.intake.overrides import OVERRIDES_FILE
from indexer.language.analysis import Analyzer, shared_analyzer
from indexer.meaning.model import word_model
from indexer.readers.recognition import Recognition
from indexer.rebuild.rules import rules_of
from indexer.rebuild.seen import SeenFile, files_in
from indexer.vocabulary import load


@dataclass(frozen=True, slots=True)
class Changes:
    """How a reports folder differs from what a build was made of."""

    new: int
    changed: int
    gone: int
    otherwise: bool
    """The program, its vocabulary or a reports.toml has changed."""

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.new or self.changed or self.gone or self.otherwise)


def changes(reports_dir: Path, manifest: Manifest, recognition: Recognition) -> Changes:
    """What an update would find. Raises ReportsFolderError and VocabularyError; changes nothing."""
    entries = {entry.file: entry for entry in manifest.sources}
    files = {file.task.name: file for file in files_in(reports_dir, entries, recognition)}
    vocabulary = load()
    settings = settings_of(reports_dir, shared_analyzer(vocabulary), vocabulary.version, recognition)
    return Changes(
        new=len(files.keys() - entries.keys()),
        changed=sum(name in files and files[name].digest != entry.digest for name, entry in entries.items()),
        gone=len(entries.keys() - files.keys()),
        otherwise=manifest.settings != settings,
    )


def is_fresh(reports_dir: Path, manifest: Manifest, files: Sequence[SeenFile]) -> bool:
    """Whether the build was made of these very files, with this vocabulary, by this version."""
    vocabulary = load()
    recognition = files[0].task.recognition
    if manifest.settings != settings_of(reports_dir, shared_analyzer(vocabulary), vocabulary.version, recognition):
        return False
    return {entry.file: entry.digest for entry in manifest.sources} == {file.task.name: file.digest for file in files}


def reading_of(analyzer: Analyzer, vocabulary_version: str, recognition: Recognition) -> str:
    """A fingerprint of what decides for all files alike what the index holds of them."""
    versions = (FORMAT_VERSION, *rules_of(analyzer, vocabulary_version).items(), recognition.mode)
    return hashlib.sha256(repr(versions).encode()).hexdigest()


def settings_of(reports_dir: Path, analyzer: Analyzer, vocabulary_version: str, recognition: Recognition) -> str:
    """A fingerprint of all that decides beside the files themselves what the index holds."""
    digest = hashlib.sha256(reading_of(analyzer, vocabulary_version, recognition).encode())
    digest.update(recognition.fingerprint().encode())
    for path in sorted(reports_dir.rglob(OVERRIDES_FILE)):
        digest.update(path.read_bytes())
    digest.update(b"sample" if is_sample(reports_dir) else b"own")
    model = word_model()
    if model is not None:
        digest.update(model.name.encode())
    return digest.hexdigest()
