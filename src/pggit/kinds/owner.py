"""Owners. https://www.postgresql.org/docs/current/sql-altertable.html and every other ALTER … OWNER TO"""

from pggit.kinds import identities, shape
from pggit.kinds.kind import SCALAR, Kind, Object, Render
from pggit.kinds.target import words


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER … OWNER TO; the identity is the key of the object that is owned."""
    return [f"alter {words(obj.identity)} owner to {obj.definition['role']}"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER … OWNER TO. What was granted by or to the old owner passes to the new one."""
    return create(new, render)


def drop(obj: Object, render: Render) -> list[str]:
    """Write nothing: an object always has an owner."""
    return []


KINDS = (
    Kind(
        "owner",
        "",
        merge={"role": SCALAR},
        named=identities.Identity(("{key}",)),
        shape=shape.Record(required={"role": shape.name}),
        create=create,
        source="",
        alter=alter,
        drop=drop,
    ),
)
