"""Subscriptions. https://www.postgresql.org/docs/current/sql-createsubscription.html"""

from pggit.core.identity import quote, unquote
from pggit.kinds import identities, shape
from pggit.kinds.ddl import literal
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, SET, Definition, Kind, Object, Render

_OPTIONS = {
    "binary": False,
    "disable_on_error": False,
    "failover": False,
    "origin": "any",
    "password_required": True,
    "run_as_owner": False,
    "streaming": "off",
    "synchronous_commit": "off",
    "two_phase": False,
}
"""What ALTER SUBSCRIPTION can set, and what it is where a definition does not tell."""
_AT_PUBLISHER = {"failover", "two_phase"}


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE SUBSCRIPTION that does not yet connect, then ENABLE; the password is ``{secret}``."""
    definition = obj.definition
    options = ["connect = false"]
    if "slot" in definition:
        options.append(f"slot_name = {_slot(definition['slot'])}")
    options += [f"{key} = {_value(definition[key])}" for key in _OPTIONS if key in definition]
    statements = [
        f"create subscription {obj.identity} connection {literal(definition['connection'])}"
        f" publication {_publications(definition)} with ({', '.join(options)})"
    ]
    if definition.get("enabled", True):
        statements.append(f"alter subscription {obj.identity} enable")
    return statements


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER SUBSCRIPTION. It is off while its options change, if it was or shall be off.

    ``failover``, and ``two_phase`` since 18, are changed at the publisher too: PostgreSQL refuses them inside a
    transaction block and while the subscription is enabled. Before 18 ``two_phase`` is fixed.
    """
    changed, definition = differing(old.definition, new.definition), new.definition
    if "two_phase" in changed and render.major < 18:
        return None
    head = f"alter subscription {new.identity}"
    was_on, is_on = old.definition.get("enabled", True), definition.get("enabled", True)
    off = was_on and (not is_on or bool(changed & _AT_PUBLISHER))
    statements = [f"{head} disable"] if off else []
    if "connection" in changed:
        statements.append(f"{head} connection {literal(definition['connection'])}")
    if "publications" in changed:
        statements.append(f"{head} set publication {_publications(definition)} with (refresh = false)")
    options = [f"{key} = {_value(definition.get(key, _OPTIONS[key]))}" for key in _OPTIONS if key in changed]
    if "slot" in changed:
        options.append(f"slot_name = {_slot(definition.get('slot', unquote(new.identity)))}")
    if options:
        statements.append(f"{head} set ({', '.join(options)})")
    if is_on and (off or not was_on):
        statements.append(f"{head} enable")
    return statements


def drop(obj: Object, render: Render) -> list[str]:
    """Write DROP SUBSCRIPTION that does not connect; the slot is left to the publisher."""
    head = f"alter subscription {obj.identity}"
    return [f"{head} disable", f"{head} set (slot_name = none)", f"drop subscription {obj.identity}"]


def _publications(definition: Definition) -> str:
    return ", ".join(quote(publication) for publication in definition["publications"])


def _slot(slot: str) -> str:
    return "none" if slot == "none" else literal(slot)


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else literal(str(value))


_SHAPE = shape.Record(
    required={"connection": shape.text, "publications": shape.ListOf(shape.bare, least=1)},
    optional={
        **{key: shape.boolean if isinstance(usual, bool) else shape.text for key, usual in _OPTIONS.items()},
        "slot": shape.text,
        "enabled": shape.boolean,
    },
)

KINDS = (
    Kind(
        "subscription",
        "pg_subscription",
        merge=dict.fromkeys(("connection", "slot", "enabled", *_OPTIONS), SCALAR) | {"publications": SET},
        named=identities.BARE,
        shape=_SHAPE,
        create=create,
        alter=alter,
        drop=drop,
        source="subscription",
        head=True,
        optional=True,
    ),
)
