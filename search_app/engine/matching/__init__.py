"""Which passages satisfy a plan, how well, and how many each facet value would give."""
