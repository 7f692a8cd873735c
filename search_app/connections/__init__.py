"""What hangs together across answers, cities and years: shown as what may hang together, always with the quote.

Door: asks.digest, asks.items, echoes.own, echoes.runs, evaluation, measure, outcomes.plans, outcomes.problems,
outcomes.solved.
"""
