"""How a statement names the object that a comment, an owner, a grant or a label belongs to."""

from __future__ import annotations

from pggit.core.identity import split_name, split_on

_ALIASES = {
    "attribute": "column",
    "base type": "type",
    "composite": "type",
    "composite type": "type",
    "domain constraint": "constraint",
    "enum": "type",
    "range": "type",
    "range type": "type",
    "shell type": "type",
    "foreign-data wrapper": "foreign data wrapper",
    "window function": "function",
}
_GRANTABLE = {
    "aggregate": "function",
    "column": "table",
    "domain": "type",
    "foreign table": "table",
    "materialized view": "table",
    "server": "foreign server",
    "view": "table",
}
# What may be named here and need be no kind of ours: members of extensions, system objects
_OTHERS = ("type", "function", "procedure", "aggregate", "language", "schema", "sequence", "table", "view", "column")


def parse(key: str) -> tuple[str, str]:
    """Split a key into the words by which a statement names the kind, and the identity."""
    from pggit.kinds import kinds

    names = sorted({*kinds(), *_OTHERS}, key=len, reverse=True)
    for kind in names:
        if key.startswith(kind + " "):
            return _ALIASES.get(kind, kind), key[len(kind) + 1 :]
    raise ValueError(f"no kind in {key!r}")


def words(key: str) -> str:
    """Name an object as COMMENT ON, SECURITY LABEL ON and ALTER do: ``constraint c on public.t``."""
    kind, identity = parse(key)
    if key.startswith("domain constraint "):
        constraint, domain = split_on(identity)
        return f"constraint {constraint} on domain {domain}"
    if kind == "aggregate" and identity.endswith("()"):
        identity = identity[:-1] + "*)"
    if kind == "transform":  # pg_identify_object says `for integer on language l`
        return f"transform {identity.replace(' on language ', ' language ', 1)}"
    return f"{kind} {identity}"


def grantable(key: str) -> tuple[str, str]:
    """Name an object as GRANT does: ``table public.t`` and the list of columns to put behind each privilege."""
    kind, identity = parse(key)
    if kind != "column":
        return f"{_GRANTABLE.get(kind, kind)} {identity}", ""
    *relation, column = split_name(identity)
    return f"table {'.'.join(relation)}", f" ({column})"
