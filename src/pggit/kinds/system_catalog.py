"""The group of grants on system objects (`system_catalog.sql`). https://www.postgresql.org/docs/current/catalog-pg-init-privs.html"""

from pggit.kinds import identities, shape
from pggit.kinds.kind import Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write nothing: the group's grants are all there is."""
    return []


def drop(obj: Object, render: Render) -> list[str]:
    """Write nothing, for the same reason."""
    return []


KINDS = (
    Kind(
        "system catalog",
        "pg_init_privs",
        merge={},
        named=identities.Identity(("privileges",)),
        shape=shape.Record(),
        create=create,
        source="system_catalog",
        head=True,
        drop=drop,
    ),
)
