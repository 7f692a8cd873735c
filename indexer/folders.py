"""Where reports and the index lie if nobody says otherwise, and which folder is the sample of the program."""

from __future__ import annotations

from pathlib import Path

DEFAULT_INDEX = Path("index_data")
DEFAULT_REPORTS = DEFAULT_INDEX / "reports"
DEFAULT_SAMPLE = DEFAULT_INDEX / "sample"

INDEX_VARIABLE = "INDEX_DIR"
REPORTS_VARIABLE = "REPORTS_DIR"

_HOME = Path(__file__).resolve().parents[1]


def sample_folder() -> Path:
    """The sample: that of the working folder, else the one beside the program; it need not exist."""
    beside = _HOME / DEFAULT_SAMPLE
    return beside if not DEFAULT_SAMPLE.is_dir() and beside.is_dir() else DEFAULT_SAMPLE


def is_sample(folder: Path) -> bool:
    """Whether a reports folder is the sample: its place tells, no file in it can brand another folder."""
    place = Path(folder).resolve()
    return place in {DEFAULT_SAMPLE.resolve(), _HOME / DEFAULT_SAMPLE}
