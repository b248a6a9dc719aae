"""Text search configurations. https://www.postgresql.org/docs/current/sql-createtsconfig.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.ddl import name
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TEXT SEARCH CONFIGURATION and one ALTER for each token type that has dictionaries."""
    configuration = f"text search configuration {obj.identity}"
    return [
        f"create {configuration} (parser = {obj.definition['parser']})",
        *(
            f"alter {configuration} add mapping for {name(token)} with {', '.join(dictionaries)}"
            for token, dictionaries in obj.definition.get("mappings", {}).items()
        ),
    ]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER TEXT SEARCH CONFIGURATION for each token type whose dictionaries change. The parser is fixed."""
    if "parser" in differing(old.definition, new.definition):
        return None
    configuration = f"alter text search configuration {new.identity}"
    before, after = old.definition.get("mappings", {}), new.definition.get("mappings", {})
    return [
        *(f"{configuration} drop mapping for {name(token)}" for token in before if token not in after),
        *(
            f"{configuration} {'alter' if token in before else 'add'} mapping for {name(token)} with {', '.join(those)}"
            for token, those in after.items()
            if before.get(token) != those
        ),
    ]


KINDS = (
    Kind(
        "text search configuration",
        "pg_ts_config",
        merge={"parser": SCALAR, "mappings": SET},
        named=identities.IN_SCHEMA,
        shape=shape.Record(
            required={"parser": shape.qualified},
            optional={"mappings": shape.MapOf(shape.ListOf(shape.qualified, least=1))},
        ),
        create=create,
        alter=alter,
        source="text_search_configuration",
        head=True,
    ),
)
