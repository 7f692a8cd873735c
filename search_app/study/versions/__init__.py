"""Texts against each other: two years of an answer, two reports side by side."""
