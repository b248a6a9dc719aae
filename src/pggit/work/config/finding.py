"""What a check of the settings finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with the settings.

    Attributes:
        severity: ``error``: a command will fail, or a secret is open; ``warning``: it works, and may not be meant so.
        where: ``FILE:LINE``, the file, or the environment variable.
        message: what is wrong, without secrets.
        hint: what to do about it.
        check: name of the check that found it.
    """

    severity: Severity
    where: str
    message: str
    hint: str
    check: str = ""


class Skipped(Exception):
    """A check could not be done; its text says why."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How a check ended: ``ok``, ``found`` or ``skipped``, and why it was skipped."""

    name: str
    status: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """All checks.

    Attributes:
        file: the settings file; None where there is none.
        findings: errors first, then in order of the file.
        checks: each with how it ended.
    """

    file: str | None
    findings: tuple[Finding, ...]
    checks: tuple[Checked, ...]

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity == "error" for finding in self.findings)
