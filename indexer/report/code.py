"""Programs and data for programs, told from a report by their lines: Russian words in them make no answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.model import Block

_NAME = r"[A-Za-z_$@][\w$]*(?:(?:\.|->|::)[\w$]+|\[[^\]]*\])*"
_WORDS = (
    "import|from|def|class|elif|except|const|let|var|function|public|private|protected|static|namespace|using|package"
    "|require|export|throw|catch|switch|foreach|func|fn|impl|pub|struct|enum|interface|async|await|return|yield|raise"
    "|if|else|for|while|try|do|with|case|int|void|char|bool|string"
)
_QUERY = r"SELECT|INSERT\s+INTO|UPDATE|CREATE|ALTER|DROP|DELETE\s+FROM|FROM|WHERE|VALUES|BEGIN|END"
_LINE = re.compile(
    rf"""
      (?:{_WORDS})\b (?=[^А-Яа-яЁё]*[({{:;=*"'<] | \s*\w+\s*$ | .*;$ | .*\(.*[:{{]$)
    | (?:{_QUERY})\b (?=.*[(,;=*] | \s*\w*$)
    | \#(?:include|define|ifdef|!/) | //\s?\S | /\*|\*/ | <\?php | [\]}})]+[;,)]*$
    | (?=[\w$@]{{2}}){_NAME} (?: \s*(?:[-+*/|&.]?=(?!=)|:=|=>) | \((?=.*[);{{]$) )
    | ["'][\w .-]+["']\s*:\s*(?:["'\[{{\d-]|true|false|null)
    | (?=[^{{]*\{{) [.\#]?[\w-]+(?:[ ,>.\#:]+[\w-]+)*\s*\{{
    | [a-z-]+\s*:\s*[^;А-Яа-яЁё]+;$
    | (?=[A-Za-z_$({{\[]).*(?:[{{}}]|\);|[^\s]\];)$
    | (?:Процедура|Функция)\s+\w+\( | Конец(?:Процедуры|Функции|Если|Цикла|Попытки)\b
    | \w+(?:\.\w+)*\s*=\s*(?:Новый\s|["«\w(].*;$)
    | (?:Если|ИначеЕсли)\s.*\sТогда$ | Возврат\s.*;$ | Для\s+Каждого\s.*\sЦикл$
    """,
    re.VERBOSE,
)
"""Each line of it as it begins, blanks and the marks of lists left out."""
_SIGNS = re.compile(r"[{}]|\);|=>|[=!]==?|\|\||&&|[A-Za-z_]\(|[\w\]]=[\w\"'(\[]|\":")
_LONGEST = 400
"""Signs of a line that are looked at; a longer one is looked through for signs of programs."""
_DENSE = 25
"""Characters of a long line for each such sign."""


def code_share(blocks: Sequence[Block]) -> tuple[int, float]:
    """How many lines are those of a program or of data, and what share of all letters stands in them."""
    lines = letters = inside = 0
    for block in blocks:
        for line in block.text.split("\n"):
            letters += len(line)
            if _is_code(line.strip()):
                lines += 1
                inside += len(line)
    return lines, inside / max(letters, 1)


def _is_code(line: str) -> bool:
    """«print("Привет")», «Запрос.Текст = "…";», a whole program on one line"""
    if not line:
        return False
    if len(line) > _LONGEST:
        return len(_SIGNS.findall(line)) * _DENSE > len(line)
    return _LINE.match(line) is not None and "://" not in line[:12]
