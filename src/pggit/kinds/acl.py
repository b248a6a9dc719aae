"""Grants, one object a grantee. https://www.postgresql.org/docs/current/sql-grant.html"""

from collections.abc import Iterator

from pggit.core.identity import split_on
from pggit.kinds.kind import SET, Definition, Kind, Object, Render
from pggit.kinds.target import grantable


def create(obj: Object, render: Render) -> list[str]:
    """Write REVOKE of whatever the grantee has by default, then GRANT of what it shall have.

    No privileges at all mean that the default ones are revoked.
    """
    grantee, key = split_on(obj.identity)
    target, columns = grantable(key)
    statements = [f"revoke all{columns} on {target} from {grantee}"]
    for privileges, option in granted(obj.definition):
        listed = ", ".join(f"{privilege.lower()}{columns}" for privilege in privileges)
        statements.append(f"grant {listed} on {target} to {grantee}{option}")
    return statements


def granted(definition: Definition) -> Iterator[tuple[list[str], str]]:
    """Yield the privileges to grant plainly and those to grant with grant option, each if there are any."""
    with_option = definition.get("grantable", [])
    plain = [privilege for privilege in definition["privileges"] if privilege not in with_option]
    if plain:
        yield plain, ""
    if with_option:
        yield with_option, " with grant option"


KINDS = (
    Kind(
        "acl",
        "",
        merge={"privileges": SET, "grantable": SET},
        create=create,
        source="",
        more={"extension_privileges": "pg_extension", "system_privileges": "pg_init_privs"},
    ),
)
