"""Row security policies. https://www.postgresql.org/docs/current/sql-createpolicy.html"""

from pggit.kinds import identities, shape, syntax
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render
from pggit.kinds.relation import owner_of


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE POLICY."""
    policy, table = owner_of(obj.identity)
    definition = obj.definition
    return [
        "".join(
            (
                f"create policy {policy} on {table}",
                " as restrictive" if definition.get("restrictive") else "",
                f" for {definition['command']}",
                f" to {', '.join(definition['roles'])}" if "roles" in definition else "",
                f" using ({definition['using']})" if "using" in definition else "",
                f" with check ({definition['check']})" if "check" in definition else "",
            )
        )
    ]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER POLICY, which gives a condition and takes none away."""
    changed = differing(old.definition, new.definition)
    if changed & {"command", "restrictive"} or changed & {"using", "check"} - new.definition.keys():
        return None
    policy, table = owner_of(new.identity)
    roles = ", ".join(new.definition.get("roles", ["public"]))
    told = {
        "roles": f" to {roles}",
        "using": f" using ({new.definition.get('using')})",
        "check": f" with check ({new.definition.get('check')})",
    }
    return [f"alter policy {policy} on {table}" + "".join(told[key] for key in told if key in changed)]


KINDS = (
    Kind(
        "policy",
        "pg_class",
        merge={"command": SCALAR, "restrictive": SCALAR, "roles": SET, "using": SCALAR, "check": SCALAR},
        named=identities.ON_RELATION,
        shape=shape.Record(
            required={"command": shape.word("all", "select", "insert", "update", "delete")},
            optional={
                "restrictive": shape.true,
                "roles": shape.ListOf(shape.name, least=1),
                "using": syntax.EXPRESSION,
                "check": syntax.EXPRESSION,
            },
        ),
        create=create,
        source="policy",
        renames=True,
        alter=alter,
    ),
)
