"""Every key is one that pgGit knows; all that are not are told, with what may be meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from pggit import sections
from pggit.settings import SETTINGS
from pggit.work.config.finding import Finding
from pggit.work.config.subject import KINDS, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Yield the keys of the file, and the variables of the environment, that mean nothing."""
    yield from _variables(subject)
    subject.readable()
    names = [setting.name for setting in SETTINGS]
    yield from _unknown(subject, (), subject.raw, [*names, *sections.SECTIONS])
    for section, kind in KINDS.items():
        tables = subject.raw.get(section)
        for name, table in tables.items() if isinstance(tables, dict) else ():
            if isinstance(table, dict):
                yield from _unknown(subject, (section, name), table, sections.keys(kind))


def _unknown(subject: Subject, path: tuple[str, ...], found: Iterable[str], known: Iterable[str]) -> Iterator[Finding]:
    allowed = list(known)
    for name in found:
        if name in allowed:
            continue
        near = difflib.get_close_matches(name, allowed, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(allowed)}"
        message = f"unknown key {'.'.join((*path, name))!r}: every command fails"
        yield Finding("error", subject.where(*path, name), message, hint)


def _variables(subject: Subject) -> Iterator[Finding]:
    """Yield variables that are spelt almost as one of pgGit's: others of that beginning may be somebody else's."""
    known = {name for setting in SETTINGS for name in setting.variables if name.startswith("PGGIT_")}
    for name in sorted(subject.variables):
        if not name.startswith("PGGIT_") or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        if near:
            yield Finding("warning", f"environment {name}", f"{name} means nothing", f"did you mean {near[0]!r}?")
