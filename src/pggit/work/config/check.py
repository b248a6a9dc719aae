"""`check_settings`: all checks, one after the other."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pggit.settings import process_environment
from pggit.work.config import checks
from pggit.work.config.finding import Checked, Finding, Report, Skipped
from pggit.work.config.subject import Subject


def check_settings(start: Path | None = None, environ: Mapping[str, str] | None = None) -> Report:
    """Check the settings of a directory. Nothing is connected to.

    Each module of `checks` is a check: its ``check(subject)`` yields findings, or raises `Skipped`.

    Args:
        start: the directory, by default the current one.
        environ: the environment, by default the process's own.
    """
    subject = Subject(start or Path.cwd(), process_environment() if environ is None else environ)
    findings: list[Finding] = []
    ended = []
    for name in sorted(module.name for module in pkgutil.iter_modules(checks.__path__)):
        module = importlib.import_module(f"{checks.__name__}.{name}")
        called = name.replace("_", " ")
        found: list[Finding] = []
        try:
            found.extend(replace(finding, check=called) for finding in module.check(subject))
            ended.append(Checked(called, "found" if found else "ok", ""))
        except Skipped as why:
            ended.append(Checked(called, "found" if found else "skipped", str(why)))
        findings += found
    findings.sort(key=lambda finding: (finding.severity != "error", _in_order(finding.where)))
    return Report(str(subject.file) if subject.file else None, tuple(findings), tuple(ended))


def _in_order(where: str) -> tuple[str, int]:
    match = re.fullmatch(r"(.*):(\d+)", where)
    return (match[1], int(match[2])) if match else (where, 0)
