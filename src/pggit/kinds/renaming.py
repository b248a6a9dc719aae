"""Renaming objects and moving them to another schema.

https://www.postgresql.org/docs/current/sql-altertable.html and every other ALTER … RENAME TO and SET SCHEMA
"""

from __future__ import annotations

from pggit.core.errors import UsageError
from pggit.core.identity import split_name, split_on
from pggit.kinds import kind_of_key
from pggit.kinds.ddl import before_parenthesis
from pggit.kinds.target import parse

# Heads that are in a schema; what follows their name in the identity
_IN_SCHEMA = {
    "table": "",
    "view": "",
    "materialized view": "",
    "foreign table": "",
    "sequence": "",
    "statistics": "",
    "enum": "",
    "composite": "",
    "range": "",
    "base type": "",
    "domain": "",
    "function": "(",
    "procedure": "(",
    "aggregate": "(",
    "operator": "(",
    "operator class": " USING ",
    "operator family": " USING ",
    "collation": "",
    "conversion": "",
    "text search configuration": "",
    "text search dictionary": "",
    "text search parser": "",
    "text search template": "",
}
_PLAIN = (
    "schema",
    "language",
    "event trigger",
    "foreign data wrapper",
    "server",
    "publication",
    "subscription",
    "role",
)
_OF_RELATION = {
    "constraint": "alter table {owner} rename constraint {old} to {new}",
    "domain constraint": "alter domain {owner} rename constraint {old} to {new}",
    "trigger": "alter trigger {old} on {owner} rename to {new}",
    "policy": "alter policy {old} on {owner} rename to {new}",
    "rule": "alter rule {old} on {owner} rename to {new}",
}
_PART_OF = {
    "column": "alter table {owner} rename column {old} to {new}",
    "attribute": "alter type {owner} rename attribute {old} to {new}",
}
_FIXED = ("access method", "extension", "shell type")


def rename(old_key: str, new_key: str) -> list[str]:
    """Return the statements that give an object another name, another schema, or both: the schema first.

    What the object belongs to, and what its key speaks of otherwise (the types of a function's arguments), has the
    names of the new key already. So an object whose key differs only in these, as a comment's, needs no statement.

    Args:
        old_key: its key as it is.
        new_key: its key as it shall be, of the same kind.

    Raises:
        UsageError: PostgreSQL cannot rename an object of this kind.
    """
    (kind, old), (new_kind, new) = kind_of_key(old_key), kind_of_key(new_key)
    if kind != new_kind:
        raise UsageError(f"{old_key} cannot become {new_key}: they are of different kinds")
    if kind in _FIXED:
        raise UsageError(f"PostgreSQL cannot rename {old_key}")
    if kind in _IN_SCHEMA:
        return _move(kind, old, new)
    if kind == "index":  # in the schema of its table
        (_, bare), (schema, to) = split_name(old), split_name(new)
        return [f"alter index {schema}.{bare} rename to {to}"] if bare != to else []
    if kind in _PLAIN:
        return [f"alter {kind} {old} rename to {new}"]
    if kind in _OF_RELATION:
        (name, _), (to, owner) = split_on(old), split_on(new)
        return _child(_OF_RELATION[kind], name, to, owner)
    if kind in _PART_OF:
        *relation, to = split_name(new)
        return _child(_PART_OF[kind], split_name(old)[-1], to, ".".join(relation))
    return []


def _child(form: str, old: str, new: str, owner: str) -> list[str]:
    return [form.format(old=old, new=new, owner=owner)] if old != new else []


def _move(kind: str, old: str, new: str) -> list[str]:
    (schema, bare, _), (to_schema, to, rest) = _parts(kind, old), _parts(kind, new)
    word, _ = parse(f"{kind} {old}")
    if kind == "aggregate" and rest == "()":
        rest = "(*)"
    statements = []
    if schema != to_schema:
        statements.append(f"alter {word} {schema}.{bare}{rest} set schema {to_schema}")
    if bare != to:
        if kind == "operator":
            raise UsageError(f"PostgreSQL cannot rename operator {old}")
        statements.append(f"alter {word} {to_schema}.{bare}{rest} rename to {to}")
    return statements


def _parts(kind: str, identity: str) -> tuple[str, str, str]:
    """Split an identity into schema, own name and what follows it."""
    behind = _IN_SCHEMA[kind]
    qualified = identity
    if behind == "(":
        qualified = before_parenthesis(identity)
    elif behind:
        qualified, _ = split_on(identity, behind)
    rest = identity[len(qualified) :]
    schema, bare = split_name(qualified)
    return schema, bare, rest
