"""Default privileges. https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html"""

import re

from pggit.kinds import identities, shape
from pggit.kinds.acl import changes, granted
from pggit.kinds.kind import SET, Definition, Kind, Object, Render

_NAME = r'"(?:[^"]|"")*"|[^"\s]+'
_IDENTITY = re.compile(
    rf"for role (?P<role>{_NAME})(?P<schema> in schema (?:{_NAME}))? on "
    r"(?P<objects>tables|sequences|functions|types|schemas|large objects)"
)
_OF_PUBLIC = {"functions": "execute", "types": "usage"}


class _Scope:
    """What the privileges are for: the objects of a role, in one schema or in all."""

    def __init__(self, obj: Object) -> None:
        match = _IDENTITY.fullmatch(obj.identity)
        assert match, f"not a default acl: {obj.identity}"
        self.role, self.objects = match["role"], match["objects"]
        self.adds = match["schema"] is not None
        self.head = f"alter default privileges for role {self.role}{match['schema'] or ''}"

    def write(self, verb: str, privileges: list[str], preposition: str, grantee: str, option: str = "") -> str:
        listed = ", ".join(privileges).lower()
        return f"{self.head} {verb} {listed} on {self.objects} {preposition} {grantee}{option}"

    def grant(self, grantee: str, definition: Definition) -> list[str]:
        """Without a schema the entry replaces the built-in default, which is revoked before; in a schema it adds."""
        freed = [] if self.adds else [self.write("revoke", ["all"], "from", grantee)]
        grants = (self.write("grant", some, "to", grantee, option) for some, option in granted(definition))
        return [*freed, *grants]

    def reset(self, grantee: str, definition: Definition) -> list[str]:
        """Bring a grantee back to the built-in default."""
        if not self.adds and grantee == self.role:
            freed = (
                [self.write("revoke grant option for", ["all"], "from", grantee)] if "grantable" in definition else []
            )
            return [*freed, self.write("grant", ["all"], "to", grantee)]
        if not self.adds and grantee == "PUBLIC" and self.objects in _OF_PUBLIC:
            return [self.write("grant", [_OF_PUBLIC[self.objects]], "to", grantee)]
        return [self.write("revoke", ["all"], "from", grantee)]

    def change(self, grantee: str, old: Definition | None, new: Definition | None) -> list[str]:
        if old is None or new is None:
            return self.grant(grantee, new) if new is not None else self.reset(grantee, old or {})
        return [
            self.write(verb, some, preposition, grantee, option)
            for verb, some, preposition, option in changes(old, new)
        ]


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER DEFAULT PRIVILEGES for each grantee."""
    return _write(obj, {}, obj.definition["grants"])


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER DEFAULT PRIVILEGES for each grantee whose privileges change."""
    return _write(new, old.definition["grants"], new.definition["grants"])


def drop(obj: Object, render: Render) -> list[str]:
    """Write ALTER DEFAULT PRIVILEGES that bring each grantee back to the built-in default."""
    return _write(obj, obj.definition["grants"], {})


def _write(obj: Object, before: Definition, after: Definition) -> list[str]:
    scope = _Scope(obj)
    return [
        statement
        for grantee in sorted(before.keys() | after.keys())
        if before.get(grantee) != after.get(grantee)
        for statement in scope.change(grantee, before.get(grantee), after.get(grantee))
    ]


KINDS = (
    Kind(
        "default acl",
        "pg_default_acl",
        merge={"grants": SET},
        named=identities.Identity(("for role {name} on {objects}", "for role {name} in schema {name2} on {objects}")),
        shape=shape.Record(required={"grants": shape.MapOf(shape.GRANT, shape.grantee)}),
        create=create,
        source="default_acl",
        head=True,
        alter=alter,
        drop=drop,
    ),
)
