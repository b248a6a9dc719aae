"""Which secrets a statement asks for: what a state holds only as ``{secret}``."""

from __future__ import annotations

import re

from pggit.core.credentials import PLACEHOLDER

# statements that take options or a connection string; elsewhere the text may stand for itself
_ASKING = frozenset(
    """
    create_fdw_stmt alter_fdw_stmt create_foreign_server_stmt alter_foreign_server_stmt create_user_mapping_stmt
    alter_user_mapping_stmt create_foreign_table_stmt alter_table_stmt create_subscription_stmt
    alter_subscription_stmt alter_role_set_stmt alter_database_set_stmt create_function_stmt alter_function_stmt
    """.split()  # noqa: SIM905
)
_OPTION = re.compile(
    r"""(?:"((?:[^"]|"")*)"|(\w+(?:\.\w+)*))(?:\s+to|\s*=)?\s+E?'((?:[^']|'')*\{secret\}(?:[^']|'')*)'""", re.IGNORECASE
)
_BODY = re.compile(r"\$(\w*)\$.*?\$\1\$", re.DOTALL)
_NAMED = re.compile(r"(\w+)\s*=\s*'*\{secret\}")


def secrets(sql: str, kind: str, key: str) -> tuple[str, ...]:
    """Return a label for each ``{secret}`` in a statement, in order: ``server s: option password``.

    Args:
        sql: the statement.
        kind: how the parser calls it.
        key: the object's key.
    """
    if PLACEHOLDER not in sql or kind not in _ASKING:
        return ()
    labels: list[str] = []
    for match in _OPTION.finditer(_BODY.sub("", sql)):
        option = match[1] or match[2]
        inside = _NAMED.findall(match[3])
        count = match[3].count("{secret}")
        if match[3] == "{secret}":
            labels.append(f"{key}: option {option}")
            continue
        named = [f"{word} in {option}" for word in inside] + [f"password in {option}"] * (count - len(inside))
        labels += [f"{key}: {label}" for label in named]
    return tuple(labels)
