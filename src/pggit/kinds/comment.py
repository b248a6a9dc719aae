"""Comments. https://www.postgresql.org/docs/current/sql-comment.html"""

from pggit.kinds import identities, shape
from pggit.kinds.ddl import literal
from pggit.kinds.kind import LINES, Kind, Object, Render
from pggit.kinds.target import words


def create(obj: Object, render: Render) -> list[str]:
    """Write COMMENT ON; the identity is the key of the object that is commented on."""
    return [f"comment on {words(obj.identity)} is {literal(obj.definition['text'])}"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write COMMENT ON with the new text."""
    return create(new, render)


def drop(obj: Object, render: Render) -> list[str]:
    """Write COMMENT ON … IS NULL."""
    return [f"comment on {words(obj.identity)} is null"]


KINDS = (
    Kind(
        "comment",
        "",
        merge={"text": LINES},
        named=identities.Identity(("{key}",)),
        shape=shape.Record(required={"text": shape.text}),
        create=create,
        alter=alter,
        drop=drop,
        source="",
        more={"view_remarks": "pg_class", "identity_remarks": "pg_class"},
    ),
)
