"""TOML files → entries of the vocabulary; whatever contradicts itself is refused with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from indexer.vocabulary._entries import City, Exceptions, Phrase, Prefixes, QuestionKind, Section, SynonymGroup, Topic
from indexer.vocabulary._fold import fold
from indexer.vocabulary._toml import Table, TomlFile

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PHRASE_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_CUE_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*\*?")
_STEM = re.compile(r"[а-яё]+(?:-[а-яё]+)*")
_CASES = 6
_MAX_WEIGHT = 10.0
"""A phrase weighs 2–3 when it is unmistakable; more than 10 is a slip of the comma."""


class Claims:
    """Who holds which name, so that no two entries claim the same one."""

    def __init__(self, what: str, owners: Mapping[str, str] | None = None) -> None:
        """``owners``: folded names that are taken already, each with its owner."""
        self._what = what
        self._owners = dict(owners or {})

    def claim(self, name: str, owner: str, table: Table, key: str) -> None:
        """Note that ``owner`` is called ``name``; raise VocabularyError if somebody else is."""
        other = self._owners.setdefault(fold(name), owner)
        if other != owner:
            table.fail(f"{self._what} «{name}» уже есть у «{other}».", key=key, value=name)

    def take(self, name: str, table: Table, key: str) -> None:
        """Like ``claim`` where even the same owner may not come twice."""
        if fold(name) in self._owners:
            table.fail(f"{self._what} «{name}» встречается второй раз.", key=key, value=name)
        self._owners[fold(name)] = name


def parse_cities(file: TomlFile) -> tuple[City, ...]:
    """The cities of ``[[city]]`` tables."""
    file.only("city")
    names, slugs, forms = Claims("название"), Claims("адрес"), Claims("форма")
    cities = []
    for table in file.tables("city"):
        city = _city(table)
        names.take(city.name, table, "name")
        slugs.take(city.slug, table, "slug")
        for form in city.forms:
            forms.claim(form, city.name, table, "declension")
        for alias in city.aliases:
            forms.claim(alias, city.name, table, "aliases")
        cities.append(city)
    return tuple(cities)


def _city(table: Table) -> City:
    required = ("name", "slug", "region", "latitude", "longitude", "population", "declension")
    table.check_keys(required, optional=("adjective", "aliases", "word", "member"))
    name = table.text("name")
    return City(
        name=name,
        slug=slug_of(table),
        region=table.text("region"),
        latitude=table.number("latitude", -90.0, 90.0),
        longitude=table.number("longitude", -180.0, 180.0),
        population=table.whole("population"),
        forms=declension_of(table, name),
        adjective=adjective_of(table),
        aliases=table.texts("aliases"),
        word=table.flag("word"),
        member=table.flag("member"),
    )


def declined(table: Table, cases: str, name: str | None, key: str = "declensions") -> tuple[str, ...]:
    """Six forms from «Омск, Омска, …», the first of which is ``name`` where one is given."""
    forms = tuple(form.strip() for form in cases.split(","))
    called = name or forms[0]
    if len(forms) != _CASES or not all(forms):
        table.fail(f"в склонении «{called}» нужно шесть форм через запятую, а не {len(forms)}.", key=key)
    if forms[0] != called:
        table.fail(f"склонение начинается с «{forms[0]}», а нужно с «{called}».", key=key)
    return forms


def declension_of(table: Table, name: str) -> tuple[str, ...]:
    """The six forms under «declension», the nominative first."""
    return declined(table, table.text("declension"), name, "declension")


def adjective_of(table: Table) -> str | None:
    """The stem under «adjective», if there is one."""
    if "adjective" not in table.data:
        return None
    stem = table.text("adjective")
    if not _STEM.fullmatch(stem):
        table.fail(f"основа прилагательного «{stem}» пишется строчными русскими буквами.", key="adjective")
    return stem


def parse_sections(file: TomlFile) -> tuple[Section, ...]:
    """The branches of municipal work of ``[[section]]`` tables."""
    file.only("section")
    titles, slugs, aliases = Claims("название"), Claims("адрес"), Claims("название")
    sections = []
    for table in file.tables("section"):
        table.check_keys(("title", "slug", "aliases", "cues"), optional=("short",))
        section = Section(
            table.text("title"),
            slug_of(table),
            aliases=table.texts("aliases"),
            short=table.texts("short"),
            cues=_phrases(table, "cues"),
        )
        titles.take(section.title, table, "title")
        slugs.take(section.slug, table, "slug")
        _claim_names(aliases, section.title, (*section.aliases, *section.short), table)
        sections.append(section)
    return tuple(sections)


def parse_topics(file: TomlFile) -> tuple[Topic, ...]:
    """The topics of ``[[topic]]`` tables."""
    file.only("topic")
    names, slugs, aliases = Claims("название"), Claims("адрес"), Claims("название")
    topics = []
    for table in file.tables("topic"):
        table.check_keys(("name", "slug", "phrases"), optional=("aliases",))
        topic = Topic(table.text("name"), slug_of(table), _phrases(table, "phrases"), table.texts("aliases"))
        names.take(topic.name, table, "name")
        slugs.take(topic.slug, table, "slug")
        _claim_names(aliases, topic.name, topic.aliases, table)
        topics.append(topic)
    return tuple(topics)


def _claim_names(claims: Claims, name: str, aliases: Iterable[str], table: Table) -> None:
    """The canonical name and its aliases belong to one entry, and each alias adds something."""
    claims.claim(name, name, table, "name")
    own = {fold(name)}
    for alias in aliases:
        claims.claim(alias, name, table, "aliases")
        if fold(alias) in own:
            table.fail(f"«{alias}» у «{name}» лишнее: такое название уже есть.", key="aliases", value=alias)
        own.add(fold(alias))


def parse_kinds(file: TomlFile) -> tuple[QuestionKind, ...]:
    """The kinds of questions of ``[[kind]]`` tables."""
    file.only("kind")
    ids, labels = Claims("вид вопроса"), Claims("подпись")
    wordings, cues = Claims("формулировка"), Claims("признак")
    kinds = []
    for table in file.tables("kind"):
        kind = _kind(table)
        ids.take(kind.id, table, "id")
        labels.take(kind.label, table, "label")
        for wording in kind.wordings:
            wordings.take(wording, table, "wordings")
        for cue in kind.cues:
            cues.claim(cue, kind.id, table, "cues")
            if cue in kind.exclusions:
                table.fail(f"«{cue}» стоит и в «cues», и в «not».", key="not", value=cue)
        kinds.append(kind)
    return tuple(kinds)


def _kind(table: Table) -> QuestionKind:
    table.check_keys(("id", "label", "wordings", "cues"), optional=("not",))
    identifier = table.text("id")
    if not _SLUG.fullmatch(identifier):
        table.fail(f"вид вопроса «{identifier}» пишется строчными латинскими буквами.", key="id")
    for key in ("cues", "not"):
        for cue in table.texts(key):
            if not all(_CUE_WORD.fullmatch(word) for word in cue.split(" ")) or cue != cue.lower():
                message = (
                    f"признак «{cue}» состоит из слов строчными буквами, звёздочка допустима только в конце слова."
                )
                table.fail(message, key=key, value=cue)
    return QuestionKind(
        identifier, table.text("label"), table.texts("wordings"), table.texts("cues"), table.texts("not")
    )


def parse_synonyms(file: TomlFile) -> tuple[SynonymGroup, ...]:
    """The groups of ``[[group]]`` tables."""
    file.only("group")
    terms = Claims("слово")
    groups = []
    for table in file.tables("group"):
        table.check_keys(("terms",), optional=("note",))
        group = SynonymGroup(table.texts("terms"), table.text("note", default=""))
        if len(group.terms) < 2:
            table.fail("в группе нужно не меньше двух слов.", key="terms")
        for term in group.terms:
            terms.take(term, table, "terms")
        groups.append(group)
    return tuple(groups)


def parse_exceptions(file: TomlFile) -> Exceptions:
    """The table ``[lemmas]``: surface form → lemmas, both in lower case with ё→е."""
    table = file.table("lemmas")
    lemmas: dict[str, tuple[str, ...]] = {}
    for form in table.data:
        table.check_text(form, form)
        values = table.texts(form)
        for word in (form, *values):
            if not _PHRASE_WORD.fullmatch(word) or word != word.lower():
                table.fail(f"«{word}» должно быть одним словом строчными буквами.", key=form)
        if not values:
            table.fail(f"для «{form}» не указано ни одной начальной формы.", key=form)
        if _plain(form) in lemmas:
            table.fail(f"форма «{form}» встречается второй раз.", key=form)
        lemmas[_plain(form)] = tuple(map(_plain, values))
    return Exceptions(lemmas)


def parse_prefixes(file: TomlFile) -> Prefixes:
    """The table ``[prefixes]``: words that may stand before a name, folded, the longest first."""
    table = file.table("prefixes")
    table.check_keys(("city", "section"), optional=("region",))

    def folded(key: str) -> tuple[str, ...]:
        return tuple(sorted({fold(prefix) for prefix in table.texts(key)}, key=lambda prefix: (-len(prefix), prefix)))

    return Prefixes(city=folded("city"), section=folded("section"), region=folded("region"))


def slug_of(table: Table) -> str:
    slug = table.text("slug")
    if not _SLUG.fullmatch(slug):
        table.fail(f"адрес «{slug}» пишется строчными латинскими буквами, цифрами и дефисами.", key="slug")
    return slug


def _phrases(table: Table, key: str) -> tuple[Phrase, ...]:
    """The weighted phrases of the table under ``key``."""
    weights = table.sub(key)
    phrases: dict[tuple[str, ...], Phrase] = {}
    for written in weights.data:
        weights.check_text(written, written)
        words = tuple(_plain(written).split(" "))
        if not all(_PHRASE_WORD.fullmatch(word) for word in words) or written != written.lower():
            weights.fail(f"фраза «{written}» состоит из слов строчными буквами через пробел.", key=written)
        if words in phrases:
            weights.fail(f"фраза «{written}» встречается второй раз.", key=written)
        weight = weights.number(written, 0.0, _MAX_WEIGHT)
        if weight == 0.0:
            weights.fail(f"вес фразы «{written}» должен быть больше нуля.", key=written)
        phrases[words] = Phrase(words, weight)
    if not phrases:
        weights.fail(f"таблица «{key}» пуста.")
    return tuple(phrases.values())


def _plain(word: str) -> str:
    """``word`` with ё→е: the texts write it either way."""
    return word.replace("ё", "е")


_OPTIONAL = ("report", "regions", "sizes", "mentions", "other_cities", "writing", "connections", "remedies")


def file_paths(folder: Path) -> dict[str, Path]:
    """The vocabulary's files by subject."""
    names = ("cities", "sections", "topics", "question_kinds", "synonyms", "analysis")
    paths = {name: folder / f"{name}.toml" for name in names}
    more = {name: folder / f"{name}.toml" for name in _OPTIONAL}
    return paths | {name: path for name, path in more.items() if path.exists()}
