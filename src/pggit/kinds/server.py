"""Foreign servers. https://www.postgresql.org/docs/current/sql-createserver.html"""

from pggit.kinds import identities, shape
from pggit.kinds.ddl import fdw_options, literal
from pggit.kinds.difference import differing, fdw_options_changed
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE SERVER; secret options are ``{secret}``."""
    definition = obj.definition
    about = "".join(f" {key} {literal(definition[key])}" for key in ("type", "version") if key in definition)
    return [
        f"create server {obj.identity}{about} foreign data wrapper {definition['wrapper']}"
        f"{fdw_options(definition.get('options'))}"
    ]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER SERVER for the version and the options. Its type and its wrapper are fixed."""
    changed, definition = differing(old.definition, new.definition), new.definition
    if changed & {"type", "wrapper"}:
        return None
    version = f"version {literal(definition['version']) if 'version' in definition else 'null'}"
    options = fdw_options_changed(old.definition.get("options"), definition.get("options"))
    return [" ".join(["alter server", new.identity, *([version] if "version" in changed else []), *options])]


KINDS = (
    Kind(
        "server",
        "pg_foreign_server",
        merge={"type": SCALAR, "version": SCALAR, "wrapper": SCALAR, "options": SET},
        named=identities.BARE,
        shape=shape.Record(
            required={"wrapper": shape.name},
            optional={"type": shape.text, "version": shape.text, "options": shape.FDW_OPTIONS},
        ),
        create=create,
        alter=alter,
        source="server",
        head=True,
    ),
)
