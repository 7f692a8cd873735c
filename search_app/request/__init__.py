"""What was asked: the values of a search, the parameters it comes from, the addresses it leads to.

Door: addresses, mentions, model, params.
"""
