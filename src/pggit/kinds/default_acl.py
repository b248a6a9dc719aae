"""Default privileges. https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html"""

import re

from pggit.kinds.acl import granted
from pggit.kinds.kind import SET, Kind, Object, Render

_IDENTITY = re.compile(r"(.*) on (tables|sequences|functions|types|schemas|large objects)", re.DOTALL)
_IN_SCHEMA = re.compile(r' in schema (?:"(?:[^"]|"")*"|[^"\s]+)$')


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER DEFAULT PRIVILEGES for each grantee.

    Without a schema the entry replaces the built-in default, of which the grantee is freed first; in a schema it adds.
    """
    match = _IDENTITY.fullmatch(obj.identity)
    assert match, f"not a default acl: {obj.identity}"
    scope, objects = match.groups()
    adds = _IN_SCHEMA.search(scope)
    statements = []
    for grantee, definition in obj.definition["grants"].items():
        if not adds:
            statements.append(f"alter default privileges {scope} revoke all on {objects} from {grantee}")
        for privileges, option in granted(definition):
            listed = ", ".join(privileges).lower()
            statements.append(f"alter default privileges {scope} grant {listed} on {objects} to {grantee}{option}")
    return statements


KINDS = (Kind("default acl", "pg_default_acl", merge={"grants": SET}, create=create, source="default_acl", head=True),)
