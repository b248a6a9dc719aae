"""Grants, one object a grantee. https://www.postgresql.org/docs/current/sql-grant.html"""

from collections.abc import Iterator, Sequence

from pggit.core.identity import split_name, split_on
from pggit.kinds import identities, shape
from pggit.kinds.kind import SET, Definition, Kind, Object, Render
from pggit.kinds.target import grantable, parse

OF_PUBLIC = {
    "aggregate": ["EXECUTE"],
    "domain": ["USAGE"],
    "function": ["EXECUTE"],
    "language": ["USAGE"],
    "procedure": ["EXECUTE"],
    "type": ["USAGE"],
}
"""What everyone may do by default. https://www.postgresql.org/docs/current/ddl-priv.html"""


def create(obj: Object, render: Render) -> list[str]:
    """Write REVOKE of whatever the grantee has by default, then GRANT of what it shall have.

    No privileges at all mean that the default ones are revoked.
    """
    grantee, key = split_on(obj.identity)
    target, columns = grantable(key)
    return [
        f"revoke all{columns} on {target} from {grantee}",
        *_grants(obj),
        *(statement for column in _columns(obj, render.group) for statement in _grants(column)),
    ]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write REVOKE of what goes and GRANT of what comes."""
    grantee, key = split_on(new.identity)
    target, columns = grantable(key)
    statements = [
        f"{verb} {_listed(privileges, columns)} on {target} {preposition} {grantee}{option}"
        for verb, privileges, preposition, option in changes(old.definition, new.definition)
    ]
    return statements + (_columns_again(new, render) if statements[0].startswith("revoke") else [])


def drop(obj: Object, render: Render) -> list[str]:
    """Bring the grantee back to the built-in default: all for the owner, what everyone may do for PUBLIC, else nothing.

    The defaults of members of extensions and of system objects are not known here: they are taken for the built-in
    ones, or for none where those are what the grantee has.
    """
    grantee, key = split_on(obj.identity)
    target, columns = grantable(key)
    if not columns and grantee == _owner(key, render):
        freed = [f"revoke grant option for all on {target} from {grantee}"] if "grantable" in obj.definition else []
        return [*freed, f"grant all on {target} to {grantee}", *(_columns_again(obj, render) if freed else [])]
    had = obj.definition["privileges"]
    usual = _usual(key, render) if grantee == "PUBLIC" and not columns else []
    statements = [f"revoke all{columns} on {target} from {grantee}", *_columns_again(obj, render)] if had else []
    if usual != had and usual:
        statements.append(f"grant {_listed(usual, '')} on {target} to {grantee}")
    return statements


def granted(definition: Definition) -> Iterator[tuple[list[str], str]]:
    """Yield the privileges to grant plainly and those to grant with grant option, each if there are any."""
    with_option = definition.get("grantable", [])
    plain = [privilege for privilege in definition["privileges"] if privilege not in with_option]
    if plain:
        yield plain, ""
    if with_option:
        yield with_option, " with grant option"


def changes(old: Definition, new: Definition) -> Iterator[tuple[str, list[str], str, str]]:
    """Yield (``revoke`` or ``grant`` …, privileges, ``from`` or ``to``, option) that make one grant of another."""
    had, has = old["privileges"], new["privileges"]
    had_option, has_option = old.get("grantable", []), new.get("grantable", [])
    gone = [privilege for privilege in had if privilege not in has]
    bound = [privilege for privilege in had_option if privilege in has and privilege not in has_option]
    come = [privilege for privilege in has if privilege not in had and privilege not in has_option]
    freed = [privilege for privilege in has_option if privilege not in had_option]
    if gone:
        yield "revoke", gone, "from", ""
    if bound:
        yield "revoke grant option for", bound, "from", ""
    if come:
        yield "grant", come, "to", ""
    if freed:
        yield "grant", freed, "to", " with grant option"


def _grants(obj: Object) -> list[str]:
    grantee, key = split_on(obj.identity)
    target, columns = grantable(key)
    return [
        f"grant {_listed(privileges, columns)} on {target} to {grantee}{option}"
        for privileges, option in granted(obj.definition)
    ]


def _listed(privileges: list[str], columns: str) -> str:
    return ", ".join(f"{privilege.lower()}{columns}" for privilege in privileges)


def _columns(obj: Object, group: Sequence[Object]) -> list[Object]:
    """Return what the grantee may do with single columns of the relation."""
    grantee, key = split_on(obj.identity)
    _, relation = parse(key)
    prefix = f"acl {grantee} on column "
    if key.startswith("column "):
        return []
    return [
        other
        for other in group
        if other.key.startswith(prefix) and ".".join(split_name(other.key[len(prefix) :])[:-1]) == relation
    ]


def _columns_again(obj: Object, render: Render) -> list[str]:
    """Write GRANT of what stays on columns: a privilege that is revoked on a relation goes from its columns too."""
    staying = [column for column in _columns(obj, render.group) if render.was(column.key)]
    return [statement for column in staying for statement in _grants(column)]


def _owner(key: str, render: Render) -> str | None:
    owner = render.get(f"owner {key}")
    if owner:
        return str(owner.definition["role"])
    # schema public as initdb makes it has no owner to tell
    return "pg_database_owner" if key == "schema public" and render.major >= 15 else None


def _usual(key: str, render: Render) -> list[str]:
    """Return what everyone may do by default."""
    if key == "schema public" and not render.get(f"owner {key}"):
        return ["USAGE"] if render.major >= 15 else ["CREATE", "USAGE"]
    word, _ = parse(key)
    made = any(obj.kind in ("extension", "system catalog") for obj in render.group)
    return ["SELECT"] if made and word in ("table", "view") else OF_PUBLIC.get(word, [])


KINDS = (
    Kind(
        "acl",
        "",
        merge={"privileges": SET, "grantable": SET},
        named=identities.Identity(("{grantee} on {key}",)),
        shape=shape.GRANT,
        create=create,
        source="",
        more={"extension_privileges": "pg_extension", "system_privileges": "pg_init_privs"},
        alter=alter,
        drop=drop,
    ),
)
