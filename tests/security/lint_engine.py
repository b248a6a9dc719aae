"""A check of the SQL that runs with other people's rights, by its text alone: `make lint` runs it.

With `search_path = pg_catalog, pg_temp` the names of functions and operators mean those of PostgreSQL; the name of a
relation or a type that is not in pg_catalog would be looked for in pg_temp, where any role can put one. So: every function
pins that path, whatever is created has its schema, relations and types have one or are PostgreSQL's own. What cannot be read
from the text, statements that functions put together, is listed in `golden/dynamic_sql.txt`, so that a change is seen.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import postgast
from postgast import pg_query_pb2 as nodes

from pggit.db import resources
from pggit.repo.install import install_sql

GOLDEN = Path(__file__).parent / "golden" / "dynamic_sql.txt"
PATH = ["pg_catalog", "pg_temp"]
OURS = ("pggit", "pggit_apply", "pggit_pool", "pggit_stash")
TYPES = {
    "aclitem",
    "bigint",
    "bit",
    "boolean",
    "bytea",
    "char",
    "date",
    "double",
    "event_trigger",
    "float8",
    "inet",
    "integer",
    "int2",
    "int4",
    "interval",
    "json",
    "jsonb",
    "name",
    "numeric",
    "oid",
    "pg_snapshot",
    "record",
    "regclass",
    "regnamespace",
    "regoperator",
    "regproc",
    "regprocedure",
    "regtype",
    "smallint",
    "text",
    "timestamptz",
    "trigger",
    "uuid",
    "void",
    "xid",
    "xid8",
}

_NO_RELATION = {"select", "lateral", "of", "set", "only", "skip", "errcode", "hint", "message"}
_LITERAL = re.compile(r"'(?:[^']|'')*'|--[^\n]*")
_RELATION = re.compile(
    r"(?<!distinct )\b(from|join|insert into|update|using)\s+(?:only\s+)?([a-z_]\w*)(?!\w|\s*[.(])", re.IGNORECASE
)
_CTE = re.compile(r'\b([a-z_]\w*|"\w+")(?:\s*\([^()]*\))?\s+as\s+(?:materialized\s+)?\(', re.IGNORECASE)
_CAST = re.compile(r"::\s*([a-z_]\w*)(\.\w+)?", re.IGNORECASE)
_DECLARED = re.compile(
    r"^\s+\w+(?: constant)? ([a-z_]\w*)(\.\w+)?(?:\[\])?(?: collate \"C\")?(?: :=|;)", re.MULTILINE | re.IGNORECASE
)
_EXECUTE = re.compile(
    r"\bexecute\s+(?!function|on\b|procedure)((?:'(?:[^']|'')*'|[^;'])*?)(?:;|\bloop\b)", re.IGNORECASE
)


def scripts() -> Iterator[tuple[str, str]]:
    """Yield what is installed somewhere: its name and its text."""
    for major in range(13, 19):
        yield f"engine for {major}", install_sql(major)
    yield "pool.sql", resources.blocks("pggit.clone.pool", "pool.sql")["install"]
    create = resources.blocks("pggit.apply", "apply.sql").get("create_plan")
    if create:
        yield "apply.sql", create.replace("{body}", "'select null::text'")


def problems(name: str, text: str) -> Iterator[str]:
    """Yield what is wrong with a script."""
    script = postgast.parse(text)
    # what a trigger calls the rows of a statement goes before any relation
    passed = {row.name for row in postgast.find_nodes(script, nodes.TriggerTransition)}
    for statement in script.stmts:
        kind = statement.stmt.WhichOneof("node")
        node = getattr(statement.stmt, kind)
        if kind == "create_function_stmt":
            yield from (f"{name}: {problem}" for problem in _function(node, passed))
        elif kind in ("create_stmt", "view_stmt", "create_seq_stmt"):
            relation = {"create_stmt": "relation", "view_stmt": "view", "create_seq_stmt": "sequence"}[kind]
            if getattr(node, relation).schemaname not in OURS:
                yield f"{name}: {getattr(node, relation).relname} is created without its schema"
        if kind in ("view_stmt", "create_stmt"):
            yield from (f"{name}: {problem}" for problem in _unqualified(statement.stmt))


def _unqualified(node: object) -> Iterator[str]:
    """Yield the relations and types without a schema in a view or a table: its names mean what the installing session says."""
    names = {part.ctename for part in postgast.find_nodes(node, nodes.CommonTableExpr)}
    for found in postgast.find_nodes(node, nodes.RangeVar):
        if not found.schemaname and found.relname not in names and not found.relname.startswith("pg_"):
            yield f"relation {found.relname} has no schema"
    for found in postgast.find_nodes(node, nodes.TypeName):
        parts = [part.string.sval for part in found.names]
        if len(parts) == 1 and parts[0] not in TYPES:
            yield f"type {parts[0]} has no schema"


def _function(node: object, passed: set[str]) -> Iterator[str]:
    name = ".".join(part.string.sval for part in node.funcname)  # type: ignore[attr-defined]
    if name.split(".")[0] not in OURS:
        yield f"function {name} is created without its schema"
    if node.replace:  # type: ignore[attr-defined]
        yield f"function {name} replaces one that somebody else may own"
    options = {option.def_elem.defname: option.def_elem for option in node.options if option.def_elem.defname != "set"}  # type: ignore[attr-defined]
    paths = [
        [value.a_const.sval.sval for value in option.def_elem.arg.variable_set_stmt.args]
        for option in node.options  # type: ignore[attr-defined]
        if option.def_elem.defname == "set" and option.def_elem.arg.variable_set_stmt.name == "search_path"
    ]
    if paths != [PATH]:
        yield f"function {name} does not pin its search_path"
    for found in postgast.find_nodes(node, nodes.TypeName):
        parts = [part.string.sval for part in found.names]
        if len(parts) == 1 and parts[0] not in TYPES:
            yield f"function {name}: type {parts[0]} has no schema"
    body = "".join(item.string.sval for item in options["as"].arg.list.items)
    yield from (f"function {name}: {problem}" for problem in _body(body, passed))


def _body(body: str, passed: set[str]) -> Iterator[str]:
    text = _LITERAL.sub("''", body)
    known = passed | {found.group(1).strip('"') for found in _CTE.finditer(text)}
    for found in _RELATION.finditer(text):
        relation = found[2].lower()
        if relation not in known and not relation.startswith("pg_") and relation not in _NO_RELATION:
            line = text[text.rfind("\n", 0, found.start()) + 1 : text.find("\n", found.end())]
            if not re.search(
                rf"\b(?:extract|substring|overlay|trim)\s*\([^()]*(?:\([^()]*\))*[^()]*\bfrom {relation}\b", line
            ):
                yield f"relation {relation} has no schema: {line.strip()[:90]}"
    for found in (*_CAST.finditer(text), *_DECLARED.finditer(text.partition("begin")[0])):
        if not found[2] and found[1].lower() not in TYPES:
            yield f"type {found[1]} has no schema"


def dynamic(text: str) -> set[str]:
    """Return the statements that functions put together, each with its function."""
    found = set()
    for statement in postgast.parse(text).stmts:
        if statement.stmt.WhichOneof("node") != "create_function_stmt":
            continue
        node = statement.stmt.create_function_stmt
        name = ".".join(part.string.sval for part in node.funcname)
        body = next(
            "".join(i.string.sval for i in o.def_elem.arg.list.items)
            for o in node.options
            if o.def_elem.defname == "as"
        )
        found |= {f"{name}: {' '.join(match[1].split())}" for match in _EXECUTE.finditer(re.sub(r"--[^\n]*", "", body))}
    return found


def main() -> int:
    """Print what is wrong, and return how many things that is."""
    wrong: list[str] = []
    statements: set[str] = set()
    for name, text in scripts():
        wrong += problems(name, text)
        statements |= dynamic(text)
    listed = "".join(f"{line}\n" for line in sorted(statements))
    if os.environ.get("PGGIT_REWRITE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(listed, encoding="utf-8")
    elif GOLDEN.read_text(encoding="utf-8") != listed:
        wrong.append(
            f"{GOLDEN.name} does not list the statements that functions put together: look whether every identifier in them is quoted, then rewrite it with PGGIT_REWRITE_GOLDEN=1"
        )
    for line in dict.fromkeys(wrong):
        print(line)
    return min(len(wrong), 1)


if __name__ == "__main__":
    sys.exit(main())
