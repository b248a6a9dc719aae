"""Where the tables of a store and its engine are not what anchors say, and what of that may be so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.anchors import Anchor
from pggit.core.evidence import Evidence, rows_after
from pggit.core.results import Finding
from pggit.repo.form import deviations
from pggit.repo.signing.evidence import broken_rules, folded, rewritten_segments
from pggit.repo.signing.moved import names_now
from pggit.repo.signing.now import Now

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

_NAMES = {"reflog": "reflog", "roles": "reflog", "change": "history", "transaction": "history", "credits": "history"}
_NUMBERED = re.compile(r"(approval|request|merge) (\d+)")


def rewritten_tables(repository: Repository, now: Now, anchors: Sequence[Anchor]) -> Iterator[Finding]:
    """Find where tables and the engine are not what anchors of this repository say."""
    yield from _names_of_moves(now)
    yield from broken_rules(repository)
    old = [anchor for anchor in anchors if not isinstance(anchor.said, Evidence)]
    if old:
        yield from _reflog_of_format_1(now, old)
        yield _not_covered(old, is_last=old[-1] is anchors[-1])
    records = [anchor for anchor in anchors if isinstance(anchor.said, Evidence)]
    said = [anchor.said for anchor in records if isinstance(anchor.said, Evidence)]
    for place, table in rewritten_segments(repository, said):
        if table == "roles" and not _same_cluster(said[place], now):
            continue
        message = f"what it had on {records[place].time[:10]} is not what it was ({table})"
        yield Finding(f"rewritten {_NAMES[table]}", _NAMES[table], message)
    if records:
        yield from _Since(repository, now, records[-1], rows_after(said)).findings()


def _same_cluster(record: Evidence, now: Now) -> bool:
    """Whether oids of roles are those that a record has."""
    return record.engine.home.partition("/")[0] == now.tables.engine.home.partition("/")[0]


def _names_of_moves(now: Now) -> Iterator[Finding]:
    for move, name in zip(now.moves, names_now(now.moves), strict=True):
        if move.ref != name:
            message = f"entry {move.id} is of {name}, as what was renamed tells, and says {move.ref}"
            yield Finding("rewritten reflog", "reflog", message)


def _reflog_of_format_1(now: Now, anchors: Sequence[Anchor]) -> Iterator[Finding]:
    reflogs = now.reflogs
    for anchor in anchors:
        if reflogs.get(anchor.last_move) != anchor.said:
            entries = getattr(anchor.said, "entries", 0)
            message = f"its first {entries} entries are not what they were on {anchor.time[:10]}"
            yield Finding("rewritten reflog", "reflog", message)


def _not_covered(old: Sequence[Anchor], *, is_last: bool) -> Finding:
    number = f"{len(old)} record" + ("s" if len(old) > 1 else "")
    message = f"{number} of format 1 cover branches, commits and the reflog without the names of refs, and nothing else"
    if is_last:
        message += "; the next record that pggit anchor writes covers the rest"
    return Finding("not covered", "format 1", message, "note")


@dataclass(frozen=True, slots=True)
class _Since:
    """What became of the small tables and of the engine since the last record.

    Attributes:
        repository, now: where, and what is there.
        last: the record.
        rows: what the small tables were then.
    """

    repository: Repository
    now: Now
    last: Anchor
    rows: Mapping[str, str]

    def findings(self) -> Iterator[Finding]:
        """Find what is otherwise than it was, and whether something tells of it."""
        there = self.now.tables.rows
        for key in sorted(self.rows.keys() | there.keys()):
            if self.rows.get(key) == there.get(key):
                continue
            kind, _, name = key.partition(" ")
            yield from _JUDGES[kind](self, kind, name)
        yield from self._lost_captures()
        yield from self._pauses()
        yield from self._engine()

    def _key(self, kind: str, name: str) -> tuple[str | None, str | None]:
        key = f"{kind} {name}".rstrip(" ") if kind == "repository" else f"{kind} {name}"
        return self.rows.get(key), self.now.tables.rows.get(key)

    def _says(self, kind: str, name: str) -> str:
        old, new = self._key(kind, name)
        if old is None:
            return "it was not there"
        return "it is gone" if new is None else "it is not what it was"

    def _is_upgraded(self) -> bool:
        return any(key.startswith("upgrade ") and key not in self.rows for key in self.now.tables.rows)

    # -- one for each kind of row ---------------------------------------------------------------------------------

    def fixed(self, kind: str, name: str) -> Iterator[Finding]:
        """Rows that stay as they are written; new ones have a greater number than those there were."""
        key = f"{kind} {name}".strip()
        if key in self.rows:
            yield Finding(f"rewritten {kind}", key, f"{self._says(kind, name)} on {self.last.time[:10]}")
            return
        numbered = _NUMBERED.fullmatch(key)
        if numbered and int(numbered[2]) <= self._greatest(kind):
            yield Finding(f"rewritten {kind}", key, f"it was not there on {self.last.time[:10]}, and later ones were")

    def _greatest(self, kind: str) -> int:
        found = (_NUMBERED.fullmatch(key) for key in self.rows)
        return max((int(one[2]) for one in found if one and one[1] == kind), default=0)

    def told_by_reflog(self, kind: str, name: str) -> Iterator[Finding]:
        """Rows that may change: the reflog tells who changed them."""
        subject = {"tag": f"tags/{name}", "grants": f"access/{name}"}.get(kind, f"{kind}/{name}")
        move = self.now.tells_of(subject, self.last.last_move)
        if move is not None:
            if kind in ("setting", "access", "protection"):
                what = f"{move.message}, by {move.who} on {move.time[:19]}Z, as the reflog tells"
                yield Finding("changed", f"{kind} {name}", what, "note")
            return
        if kind in ("access", "grants") and self._is_renamed(kind, name):
            return
        if kind == "grants" and self._is_upgraded():
            return
        message = f"{self._says(kind, name)} on {self.last.time[:10]}, and the reflog does not tell why"
        yield Finding(f"rewritten {kind}", f"{kind} {name}", message)

    def _is_renamed(self, kind: str, name: str) -> bool:
        """Whether another name has exactly what this one had: a role was renamed."""
        old, new = self._key(kind, name)
        if (old is None) == (new is None):
            return False
        there = self.now.tables.rows if new is None else self.rows
        others = self.rows if new is None else self.now.tables.rows
        wanted = old or new
        return any(key.startswith(f"{kind} ") and value == wanted and key not in others for key, value in there.items())

    def role(self, kind: str, name: str) -> Iterator[Finding]:
        """Oids of roles; what they belong to is judged by itself."""
        assert isinstance(self.last.said, Evidence)
        old, new = self._key(kind, name)
        what = name.removeprefix("of ")
        if what.startswith("access ") and self.now.tells_of(what.replace(" ", "/", 1), self.last.last_move):
            return
        if old is not None and new is not None and _same_cluster(self.last.said, self.now):
            yield Finding(f"rewritten {what.partition(' ')[0]}", what, "it is of another role than it was")

    def recorded(self, kind: str, name: str) -> Iterator[Finding]:
        """Who brought a commit goes with the commit."""
        if f"{kind} {name}" in self.rows and name in self.now.links:
            yield Finding("rewritten commit", name, f"who brought it here: {self._says(kind, name)}")

    def signature(self, kind: str, name: str) -> Iterator[Finding]:
        """Signatures go with their commit or tag."""
        _, commit, tag = name.split(" ", 2)
        old, new = self._key(kind, name)
        if old is None or (new is None and commit not in self.now.links):
            return
        if new is None and tag and self.now.tells_of(f"tags/{tag}", self.last.last_move):
            return
        what = f"of tag {tag}" if tag else f"of {commit[:10]}"
        problem = "missing signature" if new is None else "rewritten signature"
        yield Finding(problem, what, f"{self._says(kind, name)} on {self.last.time[:10]}")

    def proof(self, kind: str, name: str) -> Iterator[Finding]:
        """A proof may give way to a later one as long as its request is open."""
        revision, _, at = name.partition(" ")
        old, new = self._key(kind, name)
        if old is None and (at != "none" or f"revision {revision}" not in self.rows):
            return
        request = revision.partition(".")[0]
        later = [key for key in self.now.tables.rows if key.startswith(f"proof {revision} ") and key > f"proof {name}"]
        if new is None and f"request {request} end" not in self.rows and (later or at == "none"):
            return
        message = f"{self._says(kind, name)} on {self.last.time[:10]}"
        yield Finding("rewritten proof", f"proof of revision {revision}", message)

    def upgrade(self, kind: str, name: str) -> Iterator[Finding]:
        """Upgrades, and what they set aside, are added, and nothing else."""
        if f"{kind} {name}" in self.rows:
            what = "what upgrades set aside" if kind == "aside" else name
            yield Finding("rewritten upgrade log", what, f"{self._says(kind, name)} on {self.last.time[:10]}")

    def nothing(self, kind: str, name: str) -> Iterator[Finding]:
        """What is judged elsewhere."""
        yield from ()

    # -- captures, pauses, the engine -----------------------------------------------------------------------------

    def _lost_captures(self) -> Iterator[Finding]:
        """What waited for folding waits still, or was folded; a database restored elsewhere forgets it."""
        assert isinstance(self.last.said, Evidence)
        if self.now.tables.engine.home != self.last.said.engine.home:
            return
        there = self.now.tables.rows
        lost = {key: key.split(" ")[2] for key in self.rows if key.startswith("capture ") and key not in there}
        altered = [
            key for key in self.rows if key.startswith("capture ") and there.get(key, "") not in ("", self.rows[key])
        ]
        known = folded(self.repository, list(lost.values())) if lost else set()
        for key in sorted([*altered, *(key for key, xid in lost.items() if xid not in known)]):
            message = (
                f"a statement that was captured before {self.last.time[:10]} is {'gone' if key in lost else 'altered'}"
            )
            yield Finding("rewritten capture", key, message)

    def _pauses(self) -> Iterator[Finding]:
        """Where tracking was paused, and what the reflog does not tell of."""
        moves = [move for move in self.now.moves if move.id > self.last.last_move and move.ref == "tracking"]
        for move in moves:
            message = f"{move.message}, by {move.who} on {move.time[:19]}Z: what was done meanwhile has no author"
            yield Finding("paused", "tracking", message, "warning")
        last = self.now.tells_of("tracking", 0)
        if self.now.tables.is_paused and (last is None or not last.message.startswith("pause")):
            yield Finding("rewritten repository", "tracking", "it is paused, and the reflog does not tell by whom")

    def _engine(self) -> Iterator[Finding]:
        assert isinstance(self.last.said, Evidence)
        then, now = self.last.said.engine, self.now.tables.engine
        upgraded = self._is_upgraded()
        if now.home == then.home and now.triggers == then.triggers and upgraded:
            yield Finding("rewritten upgrade log", "upgrade log", "it tells of an upgrade that did not take place")
        if now.home == then.home and now.triggers != then.triggers and not upgraded:
            message = f"triggers were disabled, enabled or made again since {self.last.time}: there may be a gap"
            yield Finding("altered triggers", "engine", message, "warning")
        if now.digest == then.digest:
            return
        tables = self.now.tables
        differs = deviations(tables.form, now.server, triggers=tables.has_triggers)
        before = f"the engine of pgGit {then.version} on PostgreSQL {then.server}"
        what = f"{before} gave way to that of {now.version} on {now.server}"
        if not differs:
            yield Finding("engine", "engine", f"{what}: it is exactly what this pgGit installs", "note")
            return
        yield Finding("altered engine", "engine", f"{what}: {differs[0].object}: {differs[0].message}")


_JUDGES: Mapping[str, Callable[[_Since, str, str], Iterator[Finding]]] = {
    "repository": _Since.fixed,
    "upgrade": _Since.upgrade,
    "aside": _Since.upgrade,
    "tag": _Since.told_by_reflog,
    "signature": _Since.signature,
    "recorded": _Since.recorded,
    "role": _Since.role,
    "setting": _Since.told_by_reflog,
    "access": _Since.told_by_reflog,
    "grants": _Since.told_by_reflog,
    "protection": _Since.told_by_reflog,
    "request": _Since.fixed,
    "revision": _Since.fixed,
    "proof": _Since.proof,
    "approval": _Since.fixed,
    "merge": _Since.fixed,
    "capture": _Since.nothing,
}
