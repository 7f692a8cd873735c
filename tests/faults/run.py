"""``make faults``: all campaigns, with their figures; ``--every 20`` a sample of them."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from tests.faults.campaign import campaigns
from tests.faults.flips import flip_campaign

_IN_MEMORY = Path("/dev/shm")  # noqa: S108  # files come and go by the ten thousand, and no disk has to be waited for
"""What is not tried here is the disk, but what the program does of what the disk says."""


def main() -> int:
    """Prints the figures; 1 where anything was lost, left over, told untruly or not detected."""
    known = campaigns()
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--every", type=int, default=1, help="every n-th point only")
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    options.add_argument("--part", nargs=2, type=float, default=(0.0, 1.0), help="from which share of them to which")
    options.add_argument("--commands", nargs="*", default=("flips", *known), choices=("flips", *known))
    chosen = options.parse_args()
    found = 0
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as name:
        for command in chosen.commands:
            started = time.monotonic()
            if command == "flips":
                damages, faults = flip_campaign(Path(name) / "flips")
                told = f"flipped bits, halves, zeros: {damages - len(faults)} of {damages} detected"
            else:
                outcome = known[command](Path(name) / command).run(chosen.every, chosen.jobs, tuple(chosen.part))
                faults = outcome.faults
                told = (
                    f"{command}: {outcome.calls} calls of {outcome.kinds} kinds, {outcome.points} points, "
                    f"{len(faults)} faults"
                )
            print(f"{told}, {time.monotonic() - started:.0f} s", *faults, sep="\n", flush=True)
            found += len(faults)
    return min(found, 1)


if __name__ == "__main__":
    raise SystemExit(main())
