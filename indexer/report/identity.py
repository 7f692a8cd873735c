"""Ids of reports: ASCII, readable, the same for the same city, year and section whatever else is in the folder."""

from __future__ import annotations

import re

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


def report_id(city: str | None, year: int | None, section: str | None) -> str:
    """«omsk-2021-organizacionnaya-rabota»; city and section are slugs or names to transliterate."""
    parts = (ascii_slug(city) if city else "gorod-neizvesten", str(year or "bez-goda"), section or "bez-razdela")
    return "-".join(part for part in parts if part)


def ascii_slug(name: str) -> str:
    """A name in Latin letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", latin(name)).strip("-")


def latin(name: str) -> str:
    """A name in lower case with its Russian letters transliterated."""
    return "".join(_LATIN.get(letter, letter) for letter in name.lower())
