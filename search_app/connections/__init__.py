"""What hangs together across answers, cities and years: shown as what may hang together, always with the quote.

Door: asks.digest, asks.items, evaluation, measure, outcomes.plans, outcomes.problems, outcomes.solved.
"""
