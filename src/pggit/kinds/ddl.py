"""Pieces of DDL that several kinds write alike."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping

from pggit.core.identity import quote, split_name, unquote
from pggit.kinds.kind import Object

_LIST_PART = re.compile(r'"(?:[^"]|"")*"|[^\s,"]+')
_LISTS = frozenset(
    {
        "local_preload_libraries",
        "search_path",
        "session_preload_libraries",
        "shared_preload_libraries",
        "temp_tablespaces",
        "unix_socket_directories",
    }
)
_BEFORE_PARENTHESIS = re.compile(r'(?:"(?:[^"]|"")*"|[^"(])*')
_COMMA = re.compile(r'(?:"(?:[^"]|"")*"|\([^)]*\)|[^",(])+')
_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")


def name(bare: str) -> str:
    """Write one identifier that a definition holds bare: quoted unless it is plain and no keyword."""
    return bare if _PLAIN.fullmatch(bare) and bare not in KEYWORDS else quote(bare)


def names(bare: Iterable[str]) -> str:
    """Write a list of identifiers: ``a, "B"``."""
    return ", ".join(map(name, bare))


def literal(value: str) -> str:
    """Write a string constant as ``quote_literal`` does."""
    quoted = "'" + value.replace("'", "''").replace("\\", "\\\\") + "'"
    return f" E{quoted}".lstrip() if "\\" in value else quoted


def options(pairs: Mapping[str, str] | None, form: str = " with (%s)") -> str:
    """Write storage parameters: `` with (fillfactor='70')``, or nothing where there are none."""
    if not pairs:
        return ""
    return form % ", ".join(f"{option(key)}={literal(value)}" for key, value in pairs.items())


def clause(form: str, value: object) -> str:
    """Write a clause for a key of a definition: ``form % value``, or nothing where the key is absent or false."""
    if value is None or value is False:
        return ""
    return form % value if "%" in form else form


def parameters(pairs: Mapping[str, object]) -> str:
    """Write ``a = 1, b = c`` from those pairs that have a value; true is written as the bare word."""
    shown = ((key, value) for key, value in pairs.items() if value is not None and value is not False)
    return ", ".join(key if value is True else f"{key} = {value}" for key, value in shown)


def optional_literal(value: str | None) -> str | None:
    """Write a string constant, or nothing for nothing."""
    return None if value is None else literal(value)


def dollar_quoted(text: str) -> str:
    """Write a string constant between dollar quotes whose tag does not occur in it."""
    tags = itertools.chain(("$$", "$body$"), (f"$body_{number}$" for number in itertools.count(1)))
    tag = next(tag for tag in tags if (text + tag).find(tag) == len(text))
    return f"{tag}{text}{tag}"


def before_parenthesis(identity: str) -> str:
    """Return the name in ``public.f(integer,text)``."""
    match = _BEFORE_PARENTHESIS.match(identity)
    return match[0] if match else identity


def operand_types(identity: str) -> tuple[str, str]:
    """Return the two types in ``public.+(NONE,integer)``."""
    rest = identity[len(before_parenthesis(identity)) + 1 : -1]
    parts = _COMMA.findall(rest)
    return parts[0], parts[1]


def by_name(objects: Iterable[Object]) -> dict[str, Object]:
    """Return children whose identity is a qualified name by their own bare name."""
    return {unquote(split_name(obj.identity)[-1]): obj for obj in objects}


def operator(qualified: str | None) -> str | None:
    """Write the name of an operator, ``OPERATOR(public.=)``, as clauses without argument types take it."""
    return None if qualified is None else f"operator({qualified})"


def setting(key: str, value: str) -> str:
    """Write ``name to value`` for SET clauses (functions, roles, databases).

    Settings that are lists of names are kept as quoted lists; all others as one string.
    Source: PostgreSQL ``src/bin/pg_dump/dumputils.c`` (``variableIsGucListQuote``, ``SplitGUCList``).
    """
    if key.lower() not in _LISTS:
        return f"{option(key)} to {literal(value)}"
    return f"{option(key)} to {', '.join(literal(unquote(part)) for part in _LIST_PART.findall(value)) or literal('')}"


def fdw_options(pairs: Mapping[str, str] | None) -> str:
    """Write the options of a foreign object: `` options (host 'a')``, or nothing where there are none."""
    if not pairs:
        return ""
    return " options (" + ", ".join(f"{name(key)} {literal(value)}" for key, value in pairs.items()) + ")"


ENABLED = {"disabled": "disable", "replica": "enable replica", "always": "enable always"}
"""How ALTER TABLE (rules, triggers) and ALTER EVENT TRIGGER say when something fires."""


def option(key: str) -> str:
    """Write the name of a setting or storage parameter, which may have a prefix: ``toast.autovacuum_enabled``."""
    return ".".join(name(part) for part in key.split("."))


# Reserved words and those that cannot name a type or function without quotes:
# https://www.postgresql.org/docs/current/sql-keywords-appendix.html
KEYWORDS = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case
    cast char character check coalesce collate collation column concurrently constraint create cross
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
    decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze
    from full grant greatest group grouping having ilike in initially inner inout int integer intersect interval
    into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
    json_serialize json_table json_value lateral leading least left like limit localtime localtimestamp
    merge_action national natural nchar none normalize not notnull null nullif numeric offset on only or order out
    outer overlaps overlay placing position precision primary real references returning right row select
    session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp
    to trailing treat trim true union unique user using values varchar variadic verbose when where window with
    xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize
    xmltable
    """.split()  # noqa: SIM905
)
NEWER_KEYWORDS = frozenset(
    """
    json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
    json_table json_value merge_action system_user
    """.split()  # noqa: SIM905
)
"""Those that older supported servers do not know, and so write without quotes."""
