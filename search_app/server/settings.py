"""How a site runs that is left alone: its settings, each an option of the command line and a variable of the system."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from indexer.errors import IndexerError

PUBLIC_URL, TRUSTED_PROXY, ALLOWED_HOST = "PUBLIC_URL", "TRUSTED_PROXY", "ALLOWED_HOST"
ACCESS_LOG, SLOW_REQUEST = "ACCESS_LOG", "SLOW_REQUEST"
LOG_QUERIES, LOG_ADDRESSES = "LOG_QUERIES", "LOG_ADDRESSES"
METRICS, QUERY_LOG = "METRICS", "QUERY_LOG"
SEARCH_ENGINE, ENGINE_USER, ENGINE_CA, ENGINE_ALIAS = "SEARCH_ENGINE", "ENGINE_USER", "ENGINE_CA", "ENGINE_ALIAS"
OWN_HOST = "OWN_HOST"
"""Where the server listens, name and port: told by the command line, not by the operator."""


class SettingError(IndexerError):
    """A setting of the site that means nothing; told when the site starts."""


_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name is that of the variable."""

    name: str
    option: str
    help: str
    metavar: str = ""
    """Blank for a switch."""
    many: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""


SETTINGS = (
    Setting(
        PUBLIC_URL,
        "--public-url",
        "Адрес, по которому сайт открывают читатели, можно с путём: его получают ленты, ссылки для цитирования, файлы.",
        "АДРЕС",
    ),
    Setting(
        TRUSTED_PROXY,
        "--trusted-proxy",
        "Адрес или сеть прокси, заголовкам X-Forwarded-* которого верить; можно несколько раз.",
        "АДРЕС",
        many=True,
    ),
    Setting(
        ALLOWED_HOST,
        "--allowed-host",
        "Имя, под которым сайт можно открыть, с точкой впереди — и все имена под ним; под другими — отказ.",
        "ИМЯ",
        many=True,
    ),
    Setting(
        ACCESS_LOG,
        "--log",
        "Журнал запросов: строкой (plain), строкой JSON (json) или никакой (off); пишется туда же, куда ошибки.",
        "ВИД",
        choices=("plain", "json", "off"),
        default="plain",
    ),
    Setting(LOG_QUERIES, "--log-queries", "Писать в журнал и запросы; без этого — только адрес страницы."),
    Setting(LOG_ADDRESSES, "--log-addresses", "Писать в журнал и адреса читателей: это персональные данные."),
    Setting(
        SLOW_REQUEST,
        "--slow",
        "Дольше стольких секунд — медленный запрос: о нём предупреждение.",
        "СЕКУНД",
        default="1",
    ),
    Setting(
        METRICS, "--metrics", "Отдавать показатели для Prometheus по адресу /metrics (нужен необязательный пакет)."
    ),
    Setting(
        QUERY_LOG,
        "--query-log",
        "Файл, где по дням считаются запросы и ненайденное, без сведений о читателях; off — не считать.",
        "ФАЙЛ",
        default="",
    ),
    Setting(
        SEARCH_ENGINE,
        "--engine",
        "Искать в кластере OpenSearch по этому адресу, а не в папке индекса; несколько узлов — через запятую.",
        "АДРЕС",
    ),
    Setting(
        ENGINE_USER,
        "--engine-user",
        "Имя, под которым входить в кластер; пароль — в переменной ENGINE_PASSWORD.",
        "ИМЯ",
    ),
    Setting(ENGINE_CA, "--engine-ca", "Сертификаты, которым верить, если связь с кластером зашифрована.", "ФАЙЛ"),
    Setting(ENGINE_ALIAS, "--engine-alias", "Имя архива в кластере, если их там несколько; иначе opyt.", "ИМЯ"),
)


def with_settings(command: _Command) -> _Command:
    """Gives a command an option for each setting, named like its variable in small letters."""
    for setting in reversed(SETTINGS):
        kind: dict[str, Any] = {"metavar": setting.metavar, "default": setting.default or None}
        if setting.default:
            kind["show_default"] = True
        if setting.choices:
            kind["type"] = click.Choice(setting.choices)
        if setting.many:
            kind = {"metavar": setting.metavar, "multiple": True}
        elif not setting.metavar:
            kind = {"is_flag": True}
        command = click.option(
            setting.option, setting.name.lower(), envvar=setting.name, show_envvar=True, help=setting.help, **kind
        )(command)
    return command


def cluster_of(options: dict[str, Any]) -> dict[str, Any]:
    """Takes out of a command's options those that say which cluster is searched; settings by name."""
    return {name: options.pop(name.lower()) for name in (SEARCH_ENGINE, ENGINE_USER, ENGINE_CA, ENGINE_ALIAS)}


def chosen(options: Mapping[str, Any]) -> dict[str, Any]:
    """What a command was given, by the names of the settings."""
    return {setting.name: options[setting.name.lower()] for setting in SETTINGS}


def from_environment() -> dict[str, Any]:
    """The settings of a site that is started without the command line."""
    return {setting.name: os.environ.get(setting.name) or setting.default for setting in SETTINGS}


def is_on(value: object) -> bool:
    """Whether a switch is set, be it by an option or by a variable («1», «yes», «да»)."""
    return str(value or "").strip().lower() not in ("", "0", "no", "off", "false", "нет", "none")
