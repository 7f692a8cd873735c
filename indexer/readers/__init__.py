"""From the bytes of a file to blocks of text. The reader is chosen by content, never by the file's name.

Door: archive, isolated, leftovers, limits, prepared, recognition and what stands here.
"""

from __future__ import annotations

from indexer.readers.registry import format_of, read_blocks, read_document

READERS_VERSION = "10"
"""Changes whenever the same files would give other blocks: an index made before is stale."""

__all__ = ["READERS_VERSION", "format_of", "read_blocks", "read_document"]
