"""The command lines in Russian: what click says by itself, environment variables and examples in every help.

Click asks gettext, which looks for compiled catalogues by the language of the system. This program speaks Russian on
any system, so click's modules are given a catalogue of their own; a test holds it to the installed click.
"""

from __future__ import annotations

import importlib
import inspect
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from indexer import __version__
from indexer.builds.manifest import FORMAT_VERSION
from indexer.folders import DEFAULT_INDEX, INDEX_VARIABLE

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types")
"""Those of click that speak to whoever types a command."""

CATALOGUE = {
    "Usage:": "Вызов:",
    "Options": "Параметры",
    "Positional arguments": "Аргументы",
    "Commands": "Команды",
    "Aborted!": "Прервано.",
    "deprecated": "устарело",
    "Show this message and exit.": "Показать эту справку.",
    "Show the version and exit.": "Показать версию программы.",
    "%(prog)s, version %(version)s": "%(prog)s, версия %(version)s",
    "Do you want to continue?": "Продолжить?",
    "Confirm the action without prompting.": "Не переспрашивать.",
    "env var: {var}": "переменная окружения: {var}",
    "default: {default}": "по умолчанию: {default}",
    "required": "обязательно",
    "(dynamic)": "(вычисляется)",
    "Try '{command} {option}' for help.": "Справка: {command} {option}",
    "Error: {message}": "Ошибка: {message}",
    "Missing command.": "не названа команда.",
    "Missing argument": "не хватает аргумента",
    "Missing option": "не хватает параметра",
    "Missing parameter": "не хватает параметра",
    "Missing {param_type}": "не хватает: {param_type}",
    "Missing parameter: {param_name}": "не хватает параметра {param_name}",
    "No such option {name!r}.": "параметра «{name}» нет.",
    "No such option: {name}": "параметра «{name}» нет.",
    "No such command {name!r}.": "команды «{name}» нет.",
    "Did you mean {possibility}?": "Может быть, {possibility}?",
    "(Did you mean one of: {possibilities}?)": "Может быть, одно из этих: {possibilities}?",
    "(Possible options: {possibilities})": "Может быть, одно из этих: {possibilities}?",
    "Invalid value: {message}": "недопустимое значение: {message}",
    "Invalid value for {param_hint}: {message}": "недопустимое значение {param_hint}: {message}",
    "Got unexpected extra argument ({args})": "лишний аргумент: {args}",
    "Got unexpected extra arguments ({args})": "лишние аргументы: {args}",
    "Got unexpected extra arguments ({args}) ": "лишние аргументы: {args}",
    "Option {name!r} does not take a value.": "параметру «{name}» значение не нужно.",
    "Option {name!r} requires an argument.": "параметру «{name}» нужно значение.",
    "Option {name!r} requires {nargs} arguments.": "параметру «{name}» нужно значений: {nargs}.",
    "Argument {name!r} takes {nargs} values.": "аргументу «{name}» нужно значений: {nargs}.",
    "Takes {nargs} values but 1 was given.": "нужно значений: {nargs}, дано одно.",
    "Takes {nargs} values but {len} were given.": "нужно значений: {nargs}, дано: {len}.",
    "{len_type} values are required, but {len_value} was given.": "нужно значений: {len_type}, дано: {len_value}.",
    "{len_type} values are required, but {len_value} were given.": "нужно значений: {len_type}, дано: {len_value}.",
    "Value must be an iterable.": "нужно несколько значений.",
    # The commands ask for whole numbers only.
    "{value!r} is not a valid {number_type}.": "нужно целое число, а не «{value}».",
    "{value} is not in the range {range}.": "нужно число {range}, а не {value}.",
    "{value!r} is not {choice}.": "нужно {choice}, а не «{value}».",
    "{value!r} is not one of {choices}.": "нужно одно из {choices}, а не «{value}».",
    "Choose from:\n\t{choices}": "Возможны:\n\t{choices}",
    "Choice({choices})": "одно из {choices}",
    "{value!r} is not a valid boolean. Recognized values: {states}": "нужно да или нет ({states}), а не «{value}».",
    "{value!r} is not a valid UUID.": "«{value}» — не UUID.",
    "{value!r} does not match the format {format}.": "«{value}» не подходит к образцу {format}.",
    "{value!r} does not match the formats {formats}.": "«{value}» не подходит ни к одному из образцов {formats}.",
    "file": "файл",
    "directory": "папка",
    "path": "путь",
    "{name} {filename!r} does not exist.": "{name} «{filename}»: такого нет.",
    "{name} {filename!r} is a file.": "«{filename}» — файл.",
    "{name} {filename!r} is a directory.": "«{filename}» — папка.",
    "{name} {filename!r} is not readable.": "{name} «{filename}»: нет прав на чтение.",
    "{name} {filename!r} is not writable.": "{name} «{filename}»: нет прав на запись.",
    "{name} {filename!r} is not executable.": "{name} «{filename}»: нет прав на запуск.",
    "Could not open file {filename!r}: {message}": "файл «{filename}» не открывается: {message}",
    "unknown error": "причина неизвестна",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}": "«{name}» устарела.{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}": "«{name}» устарел.{extra_message}",
}
"""What click says, in Russian."""


def _russian(message: str) -> str:
    return CATALOGUE.get(message, message)


def _russian_plural(one: str, many: str, number: int) -> str:
    return _russian(one if number == 1 else many)


def _teach_click() -> None:
    for name in MODULES:
        module = importlib.import_module(f"click.{name}")
        for function, translated in (("_", _russian), ("ngettext", _russian_plural)):
            if hasattr(module, function):
                setattr(module, function, translated)


_teach_click()


class Whole(click.IntRange):
    """A whole number between two bounds, told in words."""

    def _describe_range(self) -> str:
        return f"от {self.min} до {self.max}"


class Command(click.Command):
    """A command whose usage is told in Russian and whose ``examples`` stand below its help."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[ПАРАМЕТРЫ]")
        super().__init__(*args, **kwargs)
        self.examples = inspect.cleandoc(examples).splitlines()

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the examples as they are."""
        if self.examples:
            formatter.write(f"\nПримеры:\n{''.join(f'  {line}' + chr(10) for line in self.examples)}")


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("subcommand_metavar", "КОМАНДА [ПАРАМЕТРЫ]…")
        super().__init__(*args, **kwargs)


def _say_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(f"Опыт городов {__version__} (формат индекса {FORMAT_VERSION}, Python {platform.python_version()})")
        context.exit()


version_option = click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Показать версию программы.",
)

CLUSTER_VARIABLE = "SEARCH_ENGINE"
"""Where the cluster answers: the variable beside the option."""

_CLUSTER_OPTIONS = (
    (
        "--engine-user",
        "ENGINE_USER",
        "ИМЯ",
        "Имя, под которым входить в кластер; пароль — в переменной ENGINE_PASSWORD.",
    ),
    ("--engine-ca", "ENGINE_CA", "ФАЙЛ", "Сертификаты, которым верить, если связь с кластером зашифрована."),
    ("--engine-alias", "ENGINE_ALIAS", "ИМЯ", "Имя архива в кластере, если их там несколько; иначе opyt."),
)


engine_option = click.option(
    "--engine",
    "search_engine",
    envvar=CLUSTER_VARIABLE,
    show_envvar=True,
    metavar="АДРЕС",
    help="Искать в кластере OpenSearch по этому адресу, а не в папке индекса; несколько узлов — через запятую.",
)
"""Which cluster is searched; a parameter ``search_engine``."""


def cluster_options(command: _Decorated) -> _Decorated:
    """Gives a command who we are in a cluster: ``engine_user``, ``engine_ca``, ``engine_alias``."""
    for name, variable, metavar, told in reversed(_CLUSTER_OPTIONS):
        command = click.option(name, envvar=variable, show_envvar=True, metavar=metavar, help=told)(command)
    return command


index_option = click.option(
    "--index",
    "index_dir",
    type=click.Path(path_type=Path),
    envvar=INDEX_VARIABLE,
    default=DEFAULT_INDEX,
    show_default=True,
    show_envvar=True,
    metavar="ПАПКА",
    help="Папка индекса.",
)
"""Where the index lies; a parameter ``index_dir``."""
