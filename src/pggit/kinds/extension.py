"""Extensions. https://www.postgresql.org/docs/current/sql-createextension.html"""

from pggit.kinds import identities, shape
from pggit.kinds.ddl import literal
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE EXTENSION."""
    schema, version = obj.definition["schema"], literal(obj.definition["version"])
    return [f"create extension {obj.identity} with schema {schema} version {version}"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER EXTENSION; whether there is a way to the version is the extension's.

    One that cannot move to another schema is made anew, and so is one of a higher version: there is no way back.
    """
    changed, definition = differing(old.definition, new.definition), new.definition
    if "version" in changed and _is_lower(definition["version"], old.definition["version"]):
        return None
    if "schema" in changed and old.definition.get("_fixed"):
        return None
    statements = []
    if "schema" in changed:
        statements.append(f"alter extension {new.identity} set schema {definition['schema']}")
    if "version" in changed:
        statements.append(f"alter extension {new.identity} update to {literal(definition['version'])}")
    return statements


def _is_lower(version: str, than: str) -> bool:
    """Compare versions part by part; one with parts that are no numbers is not known to be lower."""
    parts = [text.split(".") for text in (version, than)]
    if not all(part.isdecimal() for part in (*parts[0], *parts[1])):
        return False
    return [*map(int, parts[0])] < [*map(int, parts[1])]


KINDS = (
    Kind(
        "extension",
        "pg_extension",
        merge={"schema": SCALAR, "version": SCALAR, "_fixed": SCALAR},
        named=identities.BARE,
        shape=shape.Record(required={"schema": shape.name, "version": shape.text}, optional={"_fixed": shape.true}),
        create=create,
        alter=alter,
        source="extension",
        head=True,
    ),
)
