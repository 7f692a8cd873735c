"""«Версия для слабовидящих»: how the reader wants the pages to look, kept in one cookie and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlsplit

COOKIE = "vision"
COOKIE_AGE = 365 * 24 * 3600  # Seconds. The reader's eyes will not have changed by the next visit.


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting with its values and their Russian labels, the first being the usual one."""

    name: str
    title: str
    options: tuple[tuple[str, str], ...]


CHOICES = (
    Choice("size", "Размер шрифта", (("100", "обычный"), ("150", "в полтора раза крупнее"), ("200", "вдвое крупнее"))),
    Choice(
        "space",
        "Расстояние между буквами и строками",
        (("plain", "обычное"), ("wide", "увеличенное"), ("wider", "большое")),
    ),
    Choice(
        "scheme",
        "Цвета",
        (
            ("white", "чёрным по белому"),
            ("black", "белым по чёрному"),
            ("blue", "тёмно-синим по голубому"),
            ("beige", "коричневым по бежевому"),
            ("brown", "светло-зелёным по тёмно-коричневому"),
        ),
    ),
    Choice("face", "Шрифт", (("sans", "без засечек"), ("serif", "с засечками"))),
)


SIGNS = {
    "size": ("А", "А+", "А++"),
    "space": ("аб", "а б", "а  б"),
    "scheme": ("Ц",) * 5,
    "face": ("Ш", "Ш"),
}
"""What stands on the bar's buttons, by choice, in the order of its options."""


@dataclass(frozen=True, slots=True)
class Vision:
    """One value of each of `CHOICES`. As it is made, it is what the version starts with."""

    size: str = "150"
    space: str = "plain"
    scheme: str = "white"
    face: str = "sans"

    @property
    def classes(self) -> str:
        """The classes of the ``html`` element."""
        return " ".join(["vision", *(f"{choice.name}-{getattr(self, choice.name)}" for choice in CHOICES)])

    @property
    def cookie(self) -> str:
        """The value of the cookie."""
        return ".".join(getattr(self, field.name) for field in fields(self))


def from_cookie(cookies: Mapping[str, str]) -> Vision | None:
    """The settings in force; ``None`` for the usual version, and for a cookie that we did not write."""
    values = cookies.get(COOKIE, "").split(".")
    if len(values) != len(CHOICES) or any(
        not _allowed(choice, value) for choice, value in zip(CHOICES, values, strict=True)
    ):
        return None
    return Vision(*values)


def from_form(form: Mapping[str, str]) -> Vision:
    """The settings chosen in the form; what is missing or unknown stays as the version starts."""
    chosen = {choice.name: form.get(choice.name, "") for choice in CHOICES}
    return Vision(**{choice.name: chosen[choice.name] for choice in CHOICES if _allowed(choice, chosen[choice.name])})


def changed(settings: Vision, wish: str) -> Vision:
    """``settings`` with one of them as the bar's button wishes it: «size.200»; unchanged by what is none."""
    name, _, value = wish.partition(".")
    known = any(choice.name == name and _allowed(choice, value) for choice in CHOICES)
    return replace(settings, **{name: value}) if known else settings


def way_back(address: str) -> str:
    """``address`` if it is a page of this site, else the first page: nobody may be sent elsewhere through us."""
    try:
        parts = urlsplit(address)
    except ValueError:  # «http://[» is no address at all
        return "/"
    local = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if local and address.isprintable() else "/"


def _allowed(choice: Choice, value: str) -> bool:
    return any(value == option for option, _ in choice.options)
