"""Subscriptions. https://www.postgresql.org/docs/current/sql-createsubscription.html"""

from pggit.kinds.ddl import literal
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render

_OPTIONS = {
    "binary": "binary",
    "disable_on_error": "disable_on_error",
    "failover": "failover",
    "origin": "origin",
    "password_required": "password_required",
    "run_as_owner": "run_as_owner",
    "streaming": "streaming",
    "synchronous_commit": "synchronous_commit",
    "two_phase": "two_phase",
}


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE SUBSCRIPTION that does not yet connect, then ENABLE; the password is ``{secret}``."""
    definition = obj.definition
    options = ["connect = false"]
    if "slot" in definition:
        slot = definition["slot"]
        options.append(f"slot_name = {'none' if slot == 'none' else literal(slot)}")
    options += [f"{option} = {_value(definition[key])}" for key, option in _OPTIONS.items() if key in definition]
    publications = ", ".join(_quoted(publication) for publication in definition["publications"])
    statements = [
        f"create subscription {obj.identity} connection {literal(definition['connection'])}"
        f" publication {publications} with ({', '.join(options)})"
    ]
    if definition.get("enabled", True):
        statements.append(f"alter subscription {obj.identity} enable")
    return statements


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else literal(str(value))


def _quoted(publication: str) -> str:
    return '"' + publication.replace('"', '""') + '"'


KINDS = (
    Kind(
        "subscription",
        "pg_subscription",
        merge=dict.fromkeys(("connection", "slot", "enabled", *_OPTIONS), SCALAR) | {"publications": SET},
        create=create,
        source="subscription",
        head=True,
        optional=True,
    ),
)
