"""Comparing what ``pg_dump --schema-only`` writes about two databases.

The order of statements means nothing: they are compared as sets. Columns in another order are told apart, because a
plan does not move columns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pggit.apply.prove.parts import cut, listed
from pggit.core.credentials import PLACEHOLDER, is_secret, masked
from pggit.db.script import split_script

OPTIONS = ("--schema-only", "--exclude-schema=pggit", "--exclude-schema=pggit_apply", "--exclude-schema=pggit_stash")
"""The options of ``pg_dump`` on both sides: schema only, and nothing of what pgGit keeps."""

_NAME = r'(?:"(?:[^"]|"")*"|[^\s"(),.]+)'
_QUALIFIED = rf"{_NAME}(?:\.{_NAME})*"
_SETTING = re.compile(r"SET (\w+) = (.*)", re.DOTALL)
_HAS_COLUMNS = re.compile(
    rf"CREATE (?:(?:UNLOGGED )?TABLE|FOREIGN TABLE|TYPE) ({_QUALIFIED})(?: OF {_QUALIFIED})?(?: AS)? \("
)
_PUBLISHED = re.compile(rf"ALTER PUBLICATION {_NAME} ADD TABLE (?:ONLY )?({_QUALIFIED}) \(")
_STATISTICS = re.compile(rf"(CREATE STATISTICS .*? ON )(.*)( FROM ({_QUALIFIED}))\Z", re.DOTALL)
_POLICY = re.compile(
    rf"(CREATE POLICY {_NAME} ON {_QUALIFIED}(?: AS \w+)?(?: FOR \w+)? TO )({_NAME}(?:, {_NAME})*)(.*)\Z", re.DOTALL
)
_HAS_STORAGE = re.compile(
    r"CREATE (?:UNLOGGED )?TABLE|CREATE (?:UNIQUE )?INDEX|CREATE MATERIALIZED VIEW"
    r"|ALTER TABLE .* ADD CONSTRAINT .* (?:PRIMARY KEY|UNIQUE|EXCLUDE) ",
    re.DOTALL,
)
_HAS_METHOD = re.compile(r"CREATE (?:UNLOGGED )?TABLE|CREATE MATERIALIZED VIEW")
_PARTITIONED = re.compile(r"^PARTITION BY ", re.MULTILINE)
_STORAGE_OPTIONS = re.compile(
    r"CREATE (?:UNLOGGED )?(?:TABLE|(?:UNIQUE )?INDEX|(?:MATERIALIZED )?VIEW)|ALTER TABLE .* ADD CONSTRAINT", re.DOTALL
)
_WITH = re.compile(r"\bWITH (?=\([\w.]+=')")
_TAGS = re.compile(r"CREATE EVENT TRIGGER .*WHEN TAG IN (?=\()", re.DOTALL)
_FOREIGN_OPTIONS = re.compile(r"CREATE (?:SERVER|FOREIGN|USER MAPPING)|ALTER FOREIGN TABLE")
_ADDRESS = re.compile(r"(?<=\bCONNECTION ')(?:[^']|'')*")
_USER = re.compile(r'"?user(?:name)?"?', re.IGNORECASE)
_ENGINE_TRIGGER = re.compile(
    rf"CREATE EVENT TRIGGER ({_NAME}) .*EXECUTE (?:FUNCTION|PROCEDURE) pggit\.\w+\(\)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two dumps.

    Attributes:
        only_first, only_second: statements, sorted, that the other one has not.
        column_order: tables, types and the like whose columns are the same in another order, sorted.
    """

    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    column_order: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs but the order of columns."""
        return not self.only_first and not self.only_second


@dataclass(frozen=True, slots=True)
class _Dumped:
    """A statement: as it counts, and as it reads with its columns in their order."""

    text: str
    shown: str
    of: str = ""


def compare(first: str, second: str) -> Comparison:
    """Compare two dumps that one ``pg_dump`` wrote with the same options.

    Args:
        first, second: plain text of ``pg_dump --schema-only``.
    """
    sides = [_by_text(_dumped(text)) for text in (first, second)]
    only: list[list[str]] = [[], []]
    order: set[str] = set()
    for text in sides[0].keys() | sides[1].keys():
        a, b = (sorted(side.get(text, []), key=lambda dumped: dumped.shown) for side in sides)
        if len(a) != len(b):
            shorter = min(len(a), len(b))
            only[0] += [dumped.shown for dumped in a[shorter:]]
            only[1] += [dumped.shown for dumped in b[shorter:]]
        order |= {one.of for one, other in zip(a, b, strict=False) if one.shown != other.shown}
    return Comparison(tuple(sorted(only[0])), tuple(sorted(only[1])), tuple(sorted(order)))


def users_statements(dump: str) -> list[str]:
    """Return the statements of a dump without the event triggers of pgGit's engine."""
    statements = [statement.text for statement in split_script(dump)]
    engine = {match[1] for text in statements if (match := _ENGINE_TRIGGER.match(text))}
    return [text for text in statements if not (engine and _is_about(text, engine))]


def _is_about(text: str, triggers: Iterable[str]) -> bool:
    return any(re.search(rf"\bEVENT TRIGGER {re.escape(name)}\s", text) for name in triggers)


def _by_text(dumped: Iterable[_Dumped]) -> dict[str, list[_Dumped]]:
    found: dict[str, list[_Dumped]] = defaultdict(list)
    for one in dumped:
        found[one.text].append(one)
    return found


def _dumped(dump: str) -> Iterator[_Dumped]:
    """Yield what says something of the schema; settings that say something become a part of what they hold for."""
    settings = {"default_tablespace": "''", "default_table_access_method": "heap"}
    grantor = ""
    for text in users_statements(dump):
        if match := _SETTING.fullmatch(text):
            settings[match[1]] = match[2]
        elif text.startswith("SET SESSION AUTHORIZATION "):
            grantor = text
        elif text == "RESET SESSION AUTHORIZATION":
            grantor = ""
        elif not text.startswith("SELECT pg_catalog.set_config('search_path'"):
            yield _normal(text, "".join(f"{part}; " for part in (grantor, *_storage(text, settings)) if part))


def _storage(text: str, settings: dict[str, str]) -> Iterator[str]:
    if settings["default_tablespace"] != "''" and _HAS_STORAGE.match(text):
        yield f"SET default_tablespace = {settings['default_tablespace']}"
    method = settings["default_table_access_method"]
    if method != "heap" and _HAS_METHOD.match(text) and not _PARTITIONED.search(text):
        yield f"SET default_table_access_method = {method}"


def _normal(text: str, before: str) -> _Dumped:
    """Bring what has no order into one: options, roles of a policy, columns."""
    text = _sorted_options(text)
    if match := _POLICY.match(text):
        return _same(before + match[1] + ", ".join(sorted(cut(match[2]))) + match[3])
    if match := _STATISTICS.match(text):
        shown = cut(match[2])
        return _Dumped(before + match[1] + ", ".join(sorted(shown)) + match[3], before + text, match[4])
    if match := _HAS_COLUMNS.match(text) or _PUBLISHED.match(text):
        found = listed(text, match.end() - 1)
        return _Dumped(before + found.text(sorted(found.items)), before + text, match[1])
    return _same(before + text)


def _same(text: str) -> _Dumped:
    return _Dumped(text, text)


def _sorted_options(text: str) -> str:
    if _STORAGE_OPTIONS.match(text) and (match := _WITH.search(text)):
        found = listed(text, match.end())
        return found.text(sorted(found.items))
    if _FOREIGN_OPTIONS.match(text) and "OPTIONS (" in text:
        found = listed(text, text.index("OPTIONS ("))
        mapping = text.startswith("CREATE USER MAPPING")
        return found.text(sorted(_without_secret(item, mapping) for item in found.items))
    if match := _TAGS.match(text):
        found = listed(text, match.end())
        return found.text(sorted(found.items))
    if not text.startswith("CREATE SUBSCRIPTION "):
        return text
    return _ADDRESS.sub(lambda literal: masked(literal[0].replace("''", "'")), text, count=1)


def _without_secret(option: str, mapping: bool) -> str:
    """Return the option of a server or user mapping, its value left out where pgGit keeps none."""
    name, _, value = option.partition(" ")
    if is_secret(name.strip('"')) or (mapping and not _USER.fullmatch(name)):
        return f"{name} '{PLACEHOLDER}'"
    return f"{name} '{masked(value.strip().removeprefix('E')[1:-1].replace(chr(39) * 2, chr(39)))}'"
