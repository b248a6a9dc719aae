"""What a plan leaves out on wish, as options of ``pg_dump``, so that both dumps leave it out too."""

from __future__ import annotations

from collections.abc import Iterable

from pggit.core.errors import Refused
from pggit.core.identity import quote, split_name, unquote

_OPTIONS = {
    "owner": "--no-owner",
    "acl": "--no-privileges",
    "default acl": "--no-privileges",
    "comment": "--no-comments",
    "security label": "--no-security-labels",
    "tablespace": "--no-tablespaces",
    "publication": "--no-publications",
    "subscription": "--no-subscriptions",
}


def dump_options(ignored: Iterable[str]) -> list[str]:
    """Return the options for what `Plan.ignored` names.

    Raises:
        Refused: ``pg_dump`` cannot leave that out, so nothing can be said of the plan.
    """
    return [_option(name) for name in ignored]


def _option(name: str) -> str:
    if name in _OPTIONS:
        return _OPTIONS[name]
    kind, _, identity = name.partition(" ")
    if kind in ("schema", "table") and identity:
        # quoted, so that nothing in a name is a pattern
        return f"--exclude-{kind}={'.'.join(quote(unquote(part)) for part in split_name(identity))}"
    raise Refused(f"pg_dump cannot leave out what the plan ignores: {name}")
