"""The connection to a cluster: several addresses of one, bounded in time; its refusals as small named errors."""

from __future__ import annotations

import importlib.util
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from indexer.errors import ClusterError, EngineGone, PartialAnswer

ALIAS = "opyt"
"""The name by which a cluster knows the archive that is served, unless told otherwise."""

ANSWER_WITHIN = 10.0
"""Seconds that a question may take; a node that stands still costs a reader so long once."""
WORK_WITHIN = 120.0
"""Seconds for work on a whole index: copying, refreshing, a portion of documents."""

AGAIN_AFTER = (0.1, 0.4, 1.0)
"""Seconds before a search is asked again whose answer lacks a part or is a passing refusal: a node may die or be closed
between finding and fetching, and the others have its copies."""

_MISSING = (
    "Для работы с кластером нужен пакет opensearch-py: установите его — pip install opensearch-py. "
    "Без кластера он не нужен."
)
NO_ROOM = (
    "На дисках кластера нет места: он принимает только удаление. Отдаётся то же, что и раньше; освободите "
    "место и повторите команду."
)
_FULL = ("create-index blocked", "flood-stage", "read-only-allow-delete")
"""Signs of full disks in a refusal: no index may be made any more, or nothing be written to one."""
_BUSY = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a cluster answers and as whom we ask."""

    urls: tuple[str, ...]
    user: str | None = None
    password: str | None = None
    ca: str | None = None
    """File with the certificates of those who vouch for the cluster; by default those of the system."""
    alias: str = ALIAS

    @property
    def told(self) -> str:
        """The addresses as people may see them."""
        return ", ".join(self.urls)


def address_of(
    told: str, user: str | None = None, password: str | None = None, ca: str | None = None, alias: str | None = None
) -> Address:
    """The address that an operator gave: one or several, with commas between. Raises ClusterError."""
    urls = tuple(dict.fromkeys(part.strip().rstrip("/") for part in told.split(",") if part.strip()))
    for url in urls or ("",):
        _check(url)
    name = alias or ALIAS
    if not name.replace("-", "").isalnum() or not name.isascii() or name != name.lower() or name.startswith("-"):
        raise ClusterError(f"Имя архива в кластере «{name}» не годится: нужны строчные латинские буквы, цифры и дефис.")
    return Address(urls, user or None, password or None, ca or None, name)


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = None
    if not sound or parts.username or parts.password or parts.query or parts.fragment:
        # What stands before the «@» may be a password.
        shown = url.rpartition("@")[2]
        raise ClusterError(
            f"Адрес кластера «{shown}» не понят: нужен вид http://УЗЕЛ:9200, несколько узлов — через запятую; имя и "
            "пароль задаются отдельно."
        )


class Connection:
    """A cluster that can be asked. Safe to share between threads."""

    def __init__(self, address: Address) -> None:
        """Opens nothing yet. Raises ClusterError where the client is not installed."""
        if importlib.util.find_spec("opensearchpy") is None:
            raise ClusterError(_MISSING)
        self.address = address
        self._options = self._chosen_options(address)
        self._process = 0
        self._here()

    @staticmethod
    def _chosen_options(address: Address) -> dict[str, Any]:
        secure = any(url.startswith("https") for url in address.urls)
        return {
            "hosts": list(address.urls),
            "http_auth": (address.user, address.password or "") if address.user else None,
            "http_compress": True,
            "timeout": ANSWER_WITHIN,
            "max_retries": max(2, len(address.urls)),
            "retry_on_timeout": True,
            "retry_on_status": (502, 503, 504),
            "pool_maxsize": 16,
            **({"ca_certs": address.ca} if secure and address.ca else {}),
        }

    def _here(self) -> Any:
        """The client of this process: one that a process was split with would mix up the answers of both."""
        if self._process != os.getpid():
            from opensearchpy import OpenSearch

            try:
                self._client, self._process = OpenSearch(**self._options), os.getpid()
            except (OSError, ValueError) as error:
                raise ClusterError(f"Сертификаты «{self.address.ca}» не читаются: проверьте файл.") from error
        return self._client

    def close(self) -> None:
        """Lets go of the connections."""
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        parameters: Mapping[str, object] | None = None,
        within: float = ANSWER_WITHIN,
    ) -> Any:
        """What the cluster answers, ``None`` where there is no such thing.

        Raises EngineGone where nobody answers in time or some shards are not there, ClusterError for any other refusal.
        """
        from opensearchpy import exceptions as told

        options = {name: _as_text(value) for name, value in (parameters or {}).items()}
        headers = {"content-type": "application/x-ndjson"} if isinstance(body, list) else None
        sent = _in_lines(body) if isinstance(body, list) else body
        try:
            return self._here().transport.perform_request(
                method, path, params={**options, "request_timeout": within}, body=sent, headers=headers
            )
        except told.NotFoundError:
            return None
        except told.ConnectionError as error:
            raise EngineGone(
                f"Кластер поиска ({self.address.told}) не отвечает. Проверьте, что он работает, и повторите."
            ) from error
        except told.TransportError as error:
            raise self._refusal(error.status_code, str(error.error), str(error.info)) from error

    def search(self, index: str, body: Mapping[str, Any]) -> Any:
        """The whole answer to a search, never a part of it. Raises EngineGone."""
        return self.searches(index, [body])[0]

    def searches(self, index: str, bodies: Sequence[Mapping[str, Any]]) -> list[Any]:
        """The answers to several searches at once. Raises EngineGone."""
        answers = self._answers(index, bodies)
        for pause in AGAIN_AFTER:
            if not any(_will_pass(one) for one in answers):
                break
            time.sleep(pause)
            answers = self._answers(index, bodies)
        return [self._whole(one) for one in answers]

    def _answers(self, index: str, bodies: Sequence[Mapping[str, Any]]) -> list[Any]:
        lines = [part for body in bodies for part in ({"allow_partial_search_results": False}, body)]
        answered = self.ask("POST", f"/{index}/_msearch", lines, {"max_concurrent_searches": 4})
        if answered is None:
            raise EngineGone("Поискового индекса в кластере больше нет: подождите, пока его загрузят.")
        found: list[Any] = answered["responses"]
        return found

    def _whole(self, answer: Any) -> Any:
        if "error" in answer:
            raise self._refusal(answer.get("status", 500), answer["error"].get("type", ""), str(answer["error"]))
        if _lacks_a_part(answer):
            raise _partial()
        return answer

    def _refusal(self, status: object, kind: str, info: str) -> ClusterError:
        if is_full(info):
            return ClusterError(NO_ROOM)
        if status in (401, 403) and "blocked" not in info:
            return ClusterError(
                f"Кластер ({self.address.told}) не пускает: проверьте имя, пароль и права (ответ {status})."
            )
        if "search_phase_execution" in kind and status in (404, *_BUSY) or "no_shard_available" in info:
            return _partial()
        if status in _BUSY:
            return EngineGone(f"Кластер поиска занят (ответ {status}). Повторите через минуту.")
        if status == 404:
            return EngineGone("Поискового индекса в кластере больше нет: подождите, пока его загрузят.")
        return ClusterError(f"Кластер отказал ({status}, {kind}): {_first_reason(info)}")


def _will_pass(answer: Any) -> bool:
    """Whether the same search may soon be answered whole: what lacks a part, and what nodes say while they go.

    One that is being closed in order has no index any more (404) a moment before it is gone itself.
    """
    if "error" not in answer:
        return _lacks_a_part(answer)
    status = answer.get("status", 500)
    return status >= 500 or status in (404, 429)


def _lacks_a_part(answer: Any) -> bool:
    return bool(answer.get("timed_out") or answer["_shards"]["failed"])


def is_full(info: str) -> bool:
    """Whether a refusal comes of disks that are filled: of all nodes, or of those that hold an index."""
    return any(sign in info for sign in _FULL)


def _partial() -> PartialAnswer:
    return PartialAnswer(
        "Часть кластера поиска сейчас не отвечает: показать можно было бы не всё, поэтому ответа нет. "
        "Повторите через минуту."
    )


def _first_reason(info: str) -> str:
    found = info.partition("'reason': ")[2] or info
    return found[:200].strip("'\"{} ")


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_lines(values: list[Any]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n" for value in values)
