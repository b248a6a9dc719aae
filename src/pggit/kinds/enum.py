"""Enumerated types. https://www.postgresql.org/docs/current/sql-createtype.html"""

from pggit.kinds import identities, shape
from pggit.kinds.ddl import literal
from pggit.kinds.kind import SEQUENCE, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TYPE … AS ENUM."""
    return [f"create type {obj.identity} as enum ({', '.join(map(literal, obj.definition['labels']))})"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER TYPE … ADD VALUE for each new label, where no label goes and none changes its place.

    A new label cannot be used before the transaction that adds it is committed. A label that goes while another comes
    may be a rename or not, which only the user knows, so it is none here.
    """
    before, after = old.definition["labels"], new.definition["labels"]
    if [label for label in after if label in before] != before:
        return None
    return [
        f"alter type {new.identity} add value {literal(label)}{_place(after[number + 1 :], before)}"
        for number, label in enumerate(after)
        if label not in before
    ]


def _place(following: list[str], before: list[str]) -> str:
    follower = next((label for label in following if label in before), None)
    return "" if follower is None else f" before {literal(follower)}"


KINDS = (
    Kind(
        "enum",
        "pg_type",
        merge={"labels": SEQUENCE},
        named=identities.IN_SCHEMA,
        shape=shape.Record(required={"labels": shape.ListOf(shape.label)}),
        create=create,
        source="enum",
        head=True,
        alter=alter,
    ),
)
