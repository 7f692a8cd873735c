"""``make faults``: all campaigns, with their figures. Takes hours on two processors; ``--every 20`` a sample."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.faults.campaign import COMMANDS, Campaign
from tests.faults.flips import flip_campaign


def main() -> int:
    """Prints the figures; 1 where anything was lost, left over, told untruly or not detected."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--every", type=int, default=1, help="every n-th point only")
    options.add_argument("--commands", nargs="*", default=COMMANDS)
    chosen = options.parse_args()
    found = 0
    with tempfile.TemporaryDirectory() as name:
        damages, undetected = flip_campaign(Path(name) / "flips")
        print(f"flipped bits, halves, zeros: {damages - len(undetected)} of {damages} detected", *undetected, sep="\n")
        found += len(undetected)
        for command in chosen.commands:
            outcome = Campaign(Path(name) / command, command).run(chosen.every)
            print(
                f"{command}: {outcome.points} points, {len(outcome.faults)} faults",
                *outcome.faults,
                sep="\n",
                flush=True,
            )
            found += len(outcome.faults)
    return min(found, 1)


if __name__ == "__main__":
    raise SystemExit(main())
