"""Pieces of DDL that several kinds write alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pggit.core.identity import quote

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")


def name(bare: str) -> str:
    """Write one identifier that a definition holds bare: quoted unless it is plain and no keyword."""
    return bare if _PLAIN.fullmatch(bare) and bare not in _KEYWORDS else quote(bare)


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
    return form % ", ".join(f"{_option(key)}={literal(value)}" for key, value in pairs.items())


def fdw_options(pairs: Mapping[str, str] | None) -> str:
    """Write the options of a foreign object: `` options (host 'a')``, or nothing where there are none."""
    if not pairs:
        return ""
    return " options (" + ", ".join(f"{name(key)} {literal(value)}" for key, value in pairs.items()) + ")"


ENABLED = {"disabled": "disable", "replica": "enable replica", "always": "enable always"}
"""How ALTER TABLE (rules, triggers) and ALTER EVENT TRIGGER say when something fires."""


def setting(key: str, value: str) -> str:
    """Write ``name to value`` for SET; the value is spelled as PostgreSQL keeps it (``pg_db_role_setting``)."""
    target = ".".join(map(name, key.split(".")))
    if key.lower() not in _LISTS:
        return f"{target} to {literal(value)}"
    items = [quoted.replace('""', '"') if quoted or not plain else plain for quoted, plain in _LIST_ITEM.findall(value)]
    return f"{target} to " + (", ".join(map(literal, items)) or "''")


def _option(key: str) -> str:
    return ".".join(name(part) for part in key.split("."))


# Settings whose value is a list of names: src/include/utils/guc.h, GUC_LIST_QUOTE
_LISTS = frozenset(
    """local_preload_libraries search_path session_preload_libraries shared_preload_libraries temp_tablespaces
    unix_socket_directories""".split()  # noqa: SIM905
)
_LIST_ITEM = re.compile(r'"((?:[^"]|"")*)"|([^,\s"]+)')

# Reserved words and those that cannot name a type or function without quotes:
# https://www.postgresql.org/docs/current/sql-keywords-appendix.html
_KEYWORDS = frozenset(
    """all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast
    char character check coalesce collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do
    else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping having ilike
    in initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg json_exists
    json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left like
    limit localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset
    on only or order out outer overlaps overlay placing position precision primary real references returning right row select
    session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing
    treat trim true union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat
    xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable""".split()
)
