"""A quiet site through a hundred updates: few requests between, and nothing may grow: handles, maps, space.

    python -m tests.campaigns.quiet [--updates 100]

Reads /proc: Linux only.
"""

from __future__ import annotations

import argparse
import urllib.request
from collections.abc import Sequence

from indexer.builds.store import Store
from indexer.builds.verification import index_faults

from .soak import Sample, Site, changes, ended, running

_SETTLED = 10
"""Updates until everything has been used once."""
_GROWN = 1.5
"""What fifty updates may take of what a rebuild takes."""
PAGES = ("/", "/search?q=%D0%BC%D0%BE%D1%81%D1%82", "/about", "/plans", "/topics", "/cities/omsk")


def quiet(site: Site, updates: int) -> list[str]:
    """So many updates with a request or two after each; what was not as it should be, a sentence each."""
    rebuilt, coming, samples, faults = Store(site.index).status().size, changes(site), list[Sample](), list[str]()
    for number in range(updates):
        next(coming)
        for page in PAGES[: number % len(PAGES) + 1]:
            with urllib.request.urlopen(f"http://127.0.0.1:{site.port}{page}", timeout=300) as answer:
                answer.read()
        samples.append(site.sample())
        status = Store(site.index).status()
        if status.unnamed or status.size > _GROWN * rebuilt:
            faults.append(f"update {number + 1}: {status.size:,} bytes and {status.unnamed:,} unnamed, of {rebuilt:,}")
    print(f"{updates} updates; bytes of a build: {rebuilt:,} rebuilt, {Store(site.index).status().size:,} at the end")
    return [*faults, *_grown(samples), *index_faults(site.index, deep=True)]


def _grown(samples: Sequence[Sample]) -> list[str]:
    faults = []
    for name in ("handles", "maps", "builds", "memory"):
        held = [getattr(one, name) for one in samples]
        first, last = max(held[:_SETTLED]), max(held[-_SETTLED:])
        print(f"{name}: at most {first:,} in the first {_SETTLED} updates, {last:,} in the last")
        if last > (1.3 * first if name == "memory" else first):
            faults.append(f"{name} grew from {first:,} to {last:,}")
    return faults


def main() -> None:
    """Exits 1 if anything grew."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--updates", type=int, default=100)
    options = arguments.parse_args()
    with running() as site:
        faults = quiet(site, options.updates)
    ended(faults)


if __name__ == "__main__":
    main()
