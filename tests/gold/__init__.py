"""The gold set: reports written for the purpose, how they must be understood, and how well the parser does."""
