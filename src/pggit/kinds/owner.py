"""Owners. https://www.postgresql.org/docs/current/sql-altertable.html and every other ALTER … OWNER TO"""

from pggit.kinds.kind import SCALAR, Kind, Object, Render
from pggit.kinds.target import words


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER … OWNER TO; the identity is the key of the object that is owned."""
    return [f"alter {words(obj.identity)} owner to {obj.definition['role']}"]


KINDS = (Kind("owner", "", merge={"role": SCALAR}, create=create, source=""),)
