"""What an anchor says of the tables of a store and of its engine: read within `reading`, without calling the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.core.evidence import Credits, Engine, Evidence, Range, Segment, as_ranges, rows_after, rows_since, without
from pggit.core.results import Finding
from pggit.db.resources import blocks
from pggit.repo.form import Form, read_form, version_in

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

TABLES = ("reflog", "roles", "change", "transaction")
"""What is numbered and anchored by segments: tables, and the oids of roles in the reflog."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What is in the store now.

    Attributes:
        last: by name of a numbered table: the greatest number in it.
        open: numbers of the captured changes that no commit has.
        rows: of small tables, by key: SHA-256 of the row.
        engine: the engine, as an anchor has it.
        form: the engine in full.
        is_paused: whether tracking is paused.
        has_triggers: whether it was installed with event triggers.
    """

    last: Mapping[str, int]
    open: tuple[Range, ...]
    rows: Mapping[str, str]
    engine: Engine
    form: Form
    is_paused: bool
    has_triggers: bool


def read_tables(repository: Repository) -> Tables:
    """Read what is in the store, but for the rows of the numbered tables (`segments_of`)."""
    version, server, home, triggers, is_paused, has_triggers = repository._one(_sql("engine"))
    form = read_form(repository)
    return Tables(
        dict(repository._rows(_sql("last"))),
        as_ranges(number for (number,) in repository._rows(_sql("open"))),
        dict(repository._rows(_sql("rows"))),
        Engine(version_in(version or "") or "", server, form.digest, home or "", triggers),
        form,
        bool(is_paused),
        bool(has_triggers),
    )


def evidence_of(repository: Repository, now: Tables, before: Sequence[Evidence]) -> Evidence:
    """Return what a new record says, after those that are there."""
    bounds: list[Evidence | _Bounds] = [*before, _Bounds(now.last, now.open)]
    segments, credits = _expected(repository, bounds, only=len(bounds) - 1)
    return Evidence(
        {table: segments[len(bounds) - 1, table] for table in TABLES},
        credits[len(bounds) - 1],
        rows_since(rows_after(before), now.rows),
        now.engine,
    )


def rewritten_segments(repository: Repository, records: Sequence[Evidence]) -> list[tuple[int, str]]:
    """Find where rows are not those of the records: the place of the record in the sequence, and the table."""
    segments, credits = _expected(repository, records)
    found = [
        (place, table)
        for place, record in enumerate(records)
        for table in TABLES
        if segments[place, table] != record.segments.get(table)
    ]
    found += [(place, "credits") for place, record in enumerate(records) if credits[place] != record.credits]
    return sorted(found)


def broken_rules(repository: Repository) -> list[Finding]:
    """Find what follows from other rows of the store, and does not."""
    found = [Finding(*row) for row in repository._rows(_sql("derived"))]
    for object_, at, before in repository._rows(_sql("dates")):
        message = f"it is of {at:%Y-%m-%d %H:%M:%S}, and the one before it of {before:%Y-%m-%d %H:%M:%S}"
        found.append(Finding("dated back", object_, message, "warning"))
    return found


def planted(repository: Repository) -> list[Finding]:
    """Find what would be run by reading the store; where there is anything, the store must not be read."""
    return [Finding("not read", name, problem) for name, problem in repository._rows(_sql("planted"))]


def require_readable(repository: Repository) -> None:
    """Raise Refused if to read the store would run what somebody planted there."""
    for finding in planted(repository):
        raise Refused(
            f"the store is not read, since that could run what is not PostgreSQL's: {finding.object}: {finding.message}"
        )


def folded(repository: Repository, transactions: Sequence[str]) -> set[str]:
    """Return which of some captured transactions were folded."""
    rows = repository._rows(_sql("folded"), list(transactions))
    return {xid for (xid,) in rows}


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Where a record that is to be written ends."""

    last: Mapping[str, int]
    open: tuple[Range, ...]


def _expected(
    repository: Repository, records: Sequence[Evidence | _Bounds], *, only: int | None = None
) -> tuple[dict[tuple[int, str], Segment], dict[int, Credits]]:
    """Return what records say if the rows are those that there are now."""
    places = [place for place in range(len(records)) if only in (None, place)]
    segments = {}
    for table in TABLES:
        ends = [0, *(_last(record, table) for record in records)]
        spans = [(place, ends[place] + 1, ends[place + 1]) for place in places]
        for place, rows, digest in _hashed(repository, table, spans):
            segments[place, table] = Segment(rows, ends[place + 1], digest)
    spans = []
    for place in places:
        before = _open(records[place - 1]) if place else ()
        newer = (_last(records[place - 1], "change") + 1 if place else 1, _last(records[place], "change"))
        taken = without([*before, *([newer] if newer[0] <= newer[1] else [])], _open(records[place]))
        spans += [(place, first, last) for first, last in taken or [(1, 0)]]
    credits = {
        place: Credits(_open(records[place]), rows, digest)
        for place, rows, digest in _hashed(repository, "credits", spans)
    }
    return segments, credits


def _hashed(repository: Repository, block: str, spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, str]]:
    """Return number of the record, number of rows, and their hash, for the rows of some spans (record, first, last)."""
    numbers, firsts, lasts = (list(column) for column in zip(*spans, strict=True)) if spans else ([], [], [])
    return repository._rows(_sql(block), numbers, firsts, lasts)


def _last(record: Evidence | _Bounds, table: str) -> int:
    if isinstance(record, _Bounds):
        return record.last[table]
    return record.segments[table].last if table in record.segments else 0


def _open(record: Evidence | _Bounds) -> tuple[Range, ...]:
    return record.open if isinstance(record, _Bounds) else record.credits.open


def _sql(name: str) -> str:
    return blocks("pggit.repo.signing", "evidence.sql")[name]
