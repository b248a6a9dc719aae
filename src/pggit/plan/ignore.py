"""What a plan leaves as it is on wish: owners, grants, comments, kinds, schemas, names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from pggit.core.errors import UsageError
from pggit.core.names import names
from pggit.core.results import Change
from pggit.kinds import kind_of_key, kinds
from pggit.plan.words import words

_ALIASES = {
    "owners": ("owner",),
    "grants": ("acl", "default acl"),
    "privileges": ("acl", "default acl"),
    "acl": ("acl", "default acl"),
    "comments": ("comment",),
    "tablespaces": ("tablespace",),
}
_ATTRIBUTES = ("tablespace",)


class Ignore:
    """A test of objects, and of single attributes of their definitions.

    Args:
        rules: ``owner``, ``grants``, ``comments``, ``tablespace``, the name of a kind, ``schema NAME``, the name of an
            object (with what belongs to it), or a pattern with ``*`` for identities: ``audit.*``.

    Raises:
        UsageError: a rule is none of these.
    """

    def __init__(self, rules: Iterable[str]) -> None:
        found = [rule for given in rules for rule in _ALIASES.get(given, (given,))]
        self.rules: Sequence[str] = tuple(dict.fromkeys(found))
        self._kinds = {rule for rule in self.rules if rule in kinds()}
        self._attributes = [rule for rule in self.rules if rule in _ATTRIBUTES]
        self._schemas = {rule.removeprefix("schema ") for rule in self.rules if rule.startswith("schema ")}
        others = [rule for rule in self.rules if rule not in self._kinds and rule not in _ATTRIBUTES]
        self._named = [rule for rule in others if not rule.startswith("schema ")]
        for rule in self._named:
            if "." not in rule and "*" not in rule and " " not in rule:
                raise UsageError(
                    f"nothing can be ignored that is called {rule!r}",
                    hint="owner, grants, comments, tablespace, a kind, 'schema NAME', or a pattern as audit.*",
                )

    def admits(self, group: str, key: str) -> bool:
        """Whether an object counts."""
        if not self.rules:
            return True
        kind, identity = kind_of_key(key)
        if kind in self._kinds or kind_of_key(group)[0] in self._kinds:
            return False
        if self._schemas and self._in_schema(group):
            return False
        return not any(_meant(group, key, identity, rule) for rule in self._named)

    def attributes(self, changes: Iterable[Change]) -> list[Change]:
        """Return the changes with attributes that are ignored as they were; without those that change nothing else."""
        if not self._attributes:
            return list(changes)
        found = [self._without(change) for change in changes]
        return [change for change in found if change.old != change.new]

    def _without(self, change: Change) -> Change:
        if change.new is None:
            return change
        new = {key: value for key, value in change.new.items() if key not in self._attributes}
        kept = {key: value for key, value in (change.old or {}).items() if key in self._attributes}
        return replace(change, new={**new, **kept})

    def _in_schema(self, group: str) -> bool:
        kind, identity = kind_of_key(group)
        if kind == "schema":
            return identity in self._schemas
        return any(name[0] in self._schemas for name in words(identity).qualified)


def _meant(group: str, key: str, identity: str, rule: str) -> bool:
    if "*" in rule:
        return fnmatchcase(identity, rule) or fnmatchcase(kind_of_key(group)[1], rule)
    return names(key, rule) or names(group, rule)
