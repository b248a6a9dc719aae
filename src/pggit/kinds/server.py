"""Foreign servers. https://www.postgresql.org/docs/current/sql-createserver.html"""

from pggit.kinds.ddl import fdw_options, literal
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE SERVER; secret options are ``{secret}``."""
    definition = obj.definition
    about = "".join(f" {key} {literal(definition[key])}" for key in ("type", "version") if key in definition)
    return [
        f"create server {obj.identity}{about} foreign data wrapper {definition['wrapper']}"
        f"{fdw_options(definition.get('options'))}"
    ]


KINDS = (
    Kind(
        "server",
        "pg_foreign_server",
        merge={"type": SCALAR, "version": SCALAR, "wrapper": SCALAR, "options": SET},
        create=create,
        source="server",
        head=True,
    ),
)
