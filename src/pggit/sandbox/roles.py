"""Roles by their names: who they are in a sandbox, and what a state says of them outside of it.

The role that loads stands for the caller's. Any other that a text names (OWNER TO app, GRANT … TO app, SET ROLE app) is
a role made for this sandbox, whether there is one of that name on the server or not: it has no rights, so nobody gains
any from owning or being granted something.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pggit.core.state import State
from pggit.db.powerless import Powerless, add_standins
from pggit.kinds.ddl import name as quoted

if TYPE_CHECKING:
    from psycopg import Connection


class Roles:
    """The roles of one sandbox.

    Args:
        server: to any database of the server, in autocommit mode.
        powerless: the role that loads.
        caller: name of the role that it stands for.
    """

    def __init__(self, server: Connection, powerless: Powerless, caller: str) -> None:
        self._server = server
        self._powerless = powerless
        self._standins = {caller: powerless.name}
        self._names = {powerless.name: caller}
        self._waiting: list[str] = []
        self._pattern = re.compile(rf"{powerless.name}\w*")

    def standin(self, name: str) -> str:
        """Return the role that stands for a name; `make` makes those that are new."""
        if name in self._names:
            return name
        if name not in self._standins:
            made = f"{self._powerless.name}_{len(self._names)}"
            self._standins[name], self._names[made] = made, name
            self._waiting.append(made)
        return self._standins[name]

    def all(self) -> list[str]:
        """Return the roles, those that stand for others before the one that loads."""
        return [*reversed(self._names), self._powerless.group, self._powerless.public]

    def others(self) -> list[tuple[str, str]]:
        """Return the roles that stand for others than the caller, each with the name."""
        return [(role, name) for role, name in self._names.items() if role != self._powerless.name]

    def make(self) -> None:
        """Make the roles that were asked for and are not there yet."""
        if self._waiting:
            add_standins(self._server, self._powerless, self._waiting)
            self._waiting.clear()

    def named(self, text: str) -> str:
        """Return a text with the names for which the roles stand, quoted where they must be."""
        return self._pattern.sub(self._quoted, text)

    def state(self, state: State, public: PublicSchema | None) -> State:
        """Return a state that was read in the sandbox as it reads outside of it.

        Args:
            state: as it was read.
            public: schema public as it was before the sandbox was given it; None: it was not, or is another one.
        """
        if public is not None:
            usual = self._standins.get(self._powerless.public_owner or "")  # dumps of servers before 15 name it
            state = public.restored(state, {self._powerless.public, usual})
        hidden = f"acl {self._powerless.group} on "
        replaced = {exact: self._definition(text) for exact, text in state.blobs.items() if self._names_one(text)}
        found = State()
        for group, members in state.groups.items():
            new_group = self._key(group)
            for key, exact in members.items():
                if key.startswith(hidden):
                    continue
                if exact in replaced:
                    found.put(new_group, self._key(key), replaced[exact])
                    continue
                found.groups.setdefault(new_group, {})[self._key(key)] = exact
                found.blobs[exact] = state.blobs[exact]
                if exact in state.meanings:
                    found.meanings[exact] = state.meanings[exact]
        return found

    def _names_one(self, text: str) -> bool:
        return self._powerless.name in text

    def _key(self, key: str) -> str:
        if not self._names_one(key):
            return key
        return self._pattern.sub(self._quoted, key)

    def _quoted(self, match: re.Match[str]) -> str:
        name = self._names.get(match[0])
        return match[0] if name is None else quoted(name)

    def _definition(self, text: str) -> dict[str, Any]:
        definition: dict[str, Any] = json.loads(self._pattern.sub(self._in_json, text))
        if "roles" in definition:  # of a policy: sorted by name, which stood for another
            definition["roles"] = sorted(definition["roles"], key=lambda name: name.strip('"').encode())
        definition.get("grants", {}).pop(self._powerless.group, None)
        return definition

    def _in_json(self, match: re.Match[str]) -> str:
        return json.dumps(self._quoted(match), ensure_ascii=False)[1:-1]


class PublicSchema:
    """Schema public, which belongs to the role that loads while the sandbox lasts.

    Args:
        usual: what everyone may do in it by default.
    """

    KEY = "schema public"

    def __init__(self, major: int) -> None:
        self._usual = ["USAGE"] if major >= 15 else ["CREATE", "USAGE"]

    def restored(self, state: State, roles: set[str | None]) -> State:
        """Return a state where none of the roles owns the schema, with the grants that differ from initdb's."""
        members = state.groups.get(self.KEY)
        owner = f"owner {self.KEY}"
        if members is None or owner not in members or state.definition(self.KEY, owner)["role"] not in roles:
            return state
        groups = dict(state.groups)
        kept = groups[self.KEY] = {key: exact for key, exact in members.items() if key != owner}
        found = State(groups, dict(state.blobs), dict(state.meanings))
        everyone = f"acl PUBLIC on {self.KEY}"
        if everyone not in kept:
            found.put(self.KEY, everyone, {"privileges": []})
        elif found.definition(self.KEY, everyone) == {"privileges": self._usual}:
            del kept[everyone]
        return found
