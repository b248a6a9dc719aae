"""Security labels. https://www.postgresql.org/docs/current/sql-security-label.html"""

from pggit.core.identity import split_on
from pggit.kinds import identities, shape
from pggit.kinds.ddl import literal
from pggit.kinds.kind import SCALAR, Kind, Object, Render
from pggit.kinds.target import words


def create(obj: Object, render: Render) -> list[str]:
    """Write SECURITY LABEL; the identity is ``provider on`` and the key of the object that is labelled."""
    provider, key = split_on(obj.identity)
    return [f"security label for {provider} on {words(key)} is {literal(obj.definition['label'])}"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write SECURITY LABEL with the new label."""
    return create(new, render)


def drop(obj: Object, render: Render) -> list[str]:
    """Write SECURITY LABEL … IS NULL."""
    provider, key = split_on(obj.identity)
    return [f"security label for {provider} on {words(key)} is null"]


KINDS = (
    Kind(
        "security label",
        "",
        merge={"label": SCALAR},
        named=identities.Identity(("{name} on {key}",)),
        shape=shape.Record(required={"label": shape.text}),
        create=create,
        source="",
        alter=alter,
        drop=drop,
    ),
)
