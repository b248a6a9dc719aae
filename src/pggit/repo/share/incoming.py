"""What comes from another store is looked at before it is taken: each object must be what its kind says.

The source answers as it likes, and not the same each time. So a definition is known by the hash of the text that was
looked at, and the target takes under a hash only what has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, LiteralString

from pggit.core.canonical import digest
from pggit.core.errors import Refused
from pggit.db.untrusted import rows_of
from pggit.kinds import valid

if TYPE_CHECKING:
    from psycopg import Connection

_AT_ONCE = 2000
_TREES: LiteralString = "select hash, left(entries::text, 16777217) from pggit.tree where hash = any (%s)"


class Incoming:
    """The objects of the trees that another store sends.

    Args:
        source: where they come from.
        buckets: hashes of the trees that name groups.
        groups: hashes of the trees that name objects.
    """

    def __init__(self, source: Connection, buckets: Sequence[bytes], groups: Sequence[bytes]) -> None:
        self._keys: dict[str, set[tuple[str, str]]] = {}
        """Hash of a definition → (group, key) of the objects that have it."""
        names: dict[str, set[str]] = {}
        for entries in _entries(source, buckets).values():
            for group, tree in entries.items():
                names.setdefault(tree, set()).add(group)
        for tree, entries in _entries(source, groups).items():
            for key, blob in entries.items():
                self._keys.setdefault(blob, set()).update((group, key) for group in names.get(tree, ()))

    def definitions(self, rows: Iterable[tuple[bytes, str]]) -> None:
        """Check definitions, (hash, text), for all objects that have them.

        Raises:
            InvalidDefinition: an object is not what its kind says.
            Refused: a text does not have its hash.
        """
        for exact, text in rows:
            if digest(text) != exact.hex():
                raise Refused(
                    f"definition {exact.hex()[:10]} does not have its hash: its content is damaged",
                    hint="pggit fsck in the repository that it comes from names what is damaged.",
                )
            for group, key in self._keys.pop(exact.hex(), ()):
                valid.check_text(group, key, text)

    def others(self, target: Connection) -> None:
        """Check the objects whose definitions the target has already, of other objects perhaps.

        Raises:
            InvalidDefinition: an object is not what its kind says.
        """
        left = [bytes.fromhex(exact) for exact in self._keys]
        for start in range(0, len(left), _AT_ONCE):
            query = "select hash, definition::text from pggit.blob where hash = any (%s)"
            self.definitions(target.execute(query, [left[start : start + _AT_ONCE]]).fetchall())


def _entries(source: Connection, trees: Sequence[bytes]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for start in range(0, len(trees), _AT_ONCE):
        query: LiteralString = "select hash, left(entries::text, 16777217) from pggit.tree where hash = any (%s)"
        batch = list(trees[start : start + _AT_ONCE])
        for tree, text in rows_of(
            source, query, [batch], (bytes, str), most=len(batch), what="trees than were asked for"
        ):
            if digest(text) != tree.hex():
                raise Refused(f"tree {tree.hex()[:10]} does not have its hash: its content is damaged")
            entries = json.loads(text)
            if not isinstance(entries, dict) or not all(isinstance(value, str) for value in entries.values()):
                raise Refused(f"tree {tree.hex()[:10]} is malformed: it does not name objects by hash")
            found[tree.hex()] = entries
    return found
