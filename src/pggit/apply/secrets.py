"""Values that a plan does not hold: passwords and the like, put into its statements just before they are run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from pggit.core.credentials import PLACEHOLDER
from pggit.core.errors import UsageError
from pggit.kinds.ddl import literal
from pggit.plan.model import Plan, Statement

_CONSTANT = re.compile(
    r"""(?<![\w$])(?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')
      | (?P<plain>'(?:[^']|'')*')
      | "(?:[^"]|"")*" | (?<![\w$])(?P<tag>\$(?:[^\W\d]\w*)?\$).*?(?P=tag)""",
    re.VERBOSE | re.DOTALL,
)
_URL = re.compile(r"\s*[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PARAMETER = re.compile(r"password\s*=\s*$", re.IGNORECASE)


def labels(plan: Plan) -> list[str]:
    """Return what the plan's secrets are called, each once, in order."""
    return list(dict.fromkeys(label for statement in plan.statements for label in statement.secrets))


def require(plan: Plan, values: Mapping[str, str]) -> None:
    """Check that every secret of the plan is given, and none that it does not have.

    Raises:
        UsageError: with the labels.
    """
    known = labels(plan)
    missing = [label for label in known if label not in values]
    if missing:
        raise UsageError(
            "the plan has secrets that were not given: " + "; ".join(missing),
            hint=f"--secret '{missing[0]}=VALUE' gives one; --secrets FILE all, a line each.",
        )
    unknown = [label for label in values if label not in known]
    if unknown:
        raise UsageError(f"the plan has no secret {'; '.join(unknown)}", hint=f"it has: {'; '.join(known) or 'none'}")
    for statement in plan.statements:
        if statement.secrets and _count(statement.sql) != len(statement.secrets):
            raise UsageError(
                f"the plan is damaged: {statement.verb} {statement.key} has {_count(statement.sql)} placeholders for"
                f" {len(statement.secrets)} secrets",
                hint="make it again with pggit plan.",
            )


def filled(statement: Statement, values: Mapping[str, str]) -> str:
    """Return the text of a statement with its secrets in it. It must never be shown.

    Within a connection string a value is quoted as the string's form wants it.
    """
    if not statement.secrets:
        return statement.sql
    rest = iter(statement.secrets)
    return _CONSTANT.sub(lambda match: _constant(match, rest, values), statement.sql)


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Return a text with the values of secrets replaced by ``***``."""
    for value in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(value, "***")
    return text


def _count(text: str) -> int:
    return sum(match[0].count(PLACEHOLDER) for match in _CONSTANT.finditer(text) if match["escaped"] or match["plain"])


def _constant(match: re.Match[str], rest: Iterator[str], values: Mapping[str, str]) -> str:
    if PLACEHOLDER not in match[0] or not (match["escaped"] or match["plain"]):
        return match[0]
    content = match[0][2:-1].replace("\\\\", "\\") if match["escaped"] else match[0][1:-1]
    parts = content.replace("''", "'").split(PLACEHOLDER)
    text = parts[0]
    for part in parts[1:]:
        text += _written(values[next(rest)], text) + part
    return literal(text)


def _written(value: str, before: str) -> str:
    """Write a value as it must stand after the text before it."""
    if _URL.match(before):
        return quote(value, safe="")
    if _PARAMETER.search(before):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return value
