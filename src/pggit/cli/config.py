"""`pggit config`."""

from __future__ import annotations

from typing import Annotated

from pggit.cli.command import KEEP, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import EXIT_FOUND, EXIT_OK, NotFound, PgGitError, UsageError

REPOSITORY_SETTINGS = {
    "on_error": ("warn", "what happens to DDL that cannot be captured: warn lets it through, block does not"),
    "auto_commit": ("off", "on: every transaction becomes a commit"),
    "ignore": ("", "regular expression; objects whose key it matches are not tracked"),
    "ignore_kinds": ("", "kinds that are not tracked, separated by commas"),
    "include_kinds": (
        "",
        "optional kinds that are tracked, separated by commas: role, role membership, role setting, subscription",
    ),
    "author": ("", "author of commits that say none"),
}
"""Settings that are kept in the repository: name → default, help."""


@command(
    KEEP,
    "pggit config  # everything, and where it comes from",
    "pggit config auto_commit on",
    "pggit config ignore '^table public\\.tmp_'",
    "pggit config --unset ignore",
    "pggit config check  # what is wrong, risky or slow in .pggit.toml",
)
def config(
    run: Run,
    name: Annotated[str | None, Argument("[NAME", help="The setting; or check.")] = None,
    value: Annotated[str | None, Argument("[VALUE]]", help="What to set it to.")] = None,
    unset: Annotated[bool, Option("--unset", help="Back to the default.")] = False,
) -> int:
    """Show settings, or set one of the repository's; check looks through .pggit.toml, status 1 where it finds errors.

    The check connects to nothing. A warning does not change the status.
    """
    if name == "check":
        return _check(run, value, unset=unset)
    _show_or_set(run, name, value, unset=unset)
    return EXIT_OK


def _show_or_set(run: Run, name: str | None, value: str | None, *, unset: bool) -> None:
    if name is None:
        if unset:
            raise UsageError("--unset needs a name")
        _show_all(run)
        return
    if unset and value is not None:
        raise UsageError("--unset takes a name and no value")
    if value is None and not unset:
        _show(run, name)
        return
    _refuse_own(run, name)
    with run.repository() as repository:
        repository.set(name, value)
    if run.json:
        run.out.json({"name": name, "value": value})


def _check(run: Run, value: str | None, *, unset: bool) -> int:
    from pggit.cli.output import Output
    from pggit.work.config.check import check_settings

    if value is not None or unset:
        raise UsageError("check is no setting that could be set", hint="pggit config check takes nothing more.")
    report = check_settings()
    if run.json:
        Output().json({"file": report.file, "findings": report.findings, "checks": report.checks})
        return EXIT_FOUND if report.errors else EXIT_OK
    # the settings may be such that none can be read, that of the colour neither
    out = Output("never" if run.no_color else "auto")
    for finding in report.findings:
        word = out.style(finding.severity, "red" if finding.severity == "error" else "yellow")
        out.line(f"{finding.where}: {word}: {finding.message}")
        out.line(out.style(f"    {finding.hint}", "dim"))
    for check in report.checks:
        if check.status == "skipped":
            out.line(f"skipped: {check.name}: {check.message}")
    ran = sum(check.status != "skipped" for check in report.checks)
    warnings = len(report.findings) - report.errors
    out.line(f"{ran} of {len(report.checks)} checks: errors {report.errors}, warnings {warnings}.")
    return EXIT_FOUND if report.errors else EXIT_OK


def _show(run: Run, name: str) -> None:
    own = {row[0]: row[1] for row in _own(run)}
    if name in own:
        value = own[name]
    elif name in REPOSITORY_SETTINGS:
        with run.repository() as repository:
            value = repository.settings().get(name) or REPOSITORY_SETTINGS[name][0]
    else:
        raise NotFound(f"there is no setting {name}", hint="pggit config shows them all.")
    run.out.json({"name": name, "value": value or None}) if run.json else run.out.line(value)


def _show_all(run: Run) -> None:
    rows = [(name, value, source) for name, value, source in _own(run)]
    try:
        with run.repository() as repository:
            stored = repository.settings()
    except PgGitError as error:
        stored, missing = {}, error.message
    else:
        missing = ""
        for name, (default, _) in REPOSITORY_SETTINGS.items():
            rows.append((name, stored.get(name, default), "repository" if name in stored else "default"))
    if run.json:
        run.out.json({"settings": [{"name": n, "value": v or None, "source": s} for n, v, s in rows]})
        return
    run.out.table(["NAME", "VALUE", "FROM"], rows)
    if missing:
        run.out.line(f"The repository's settings cannot be shown: {missing}")


def _own(run: Run) -> list[tuple[str, str, str]]:
    """Return pgGit's own settings as text, without passwords."""
    from pggit.db.redact import redact_url
    from pggit.settings import explain

    shown = []
    for name, value, source in explain(run.settings):
        shown.append((name, redact_url(_text(value)), source))
    return shown


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else str(value)


def _refuse_own(run: Run, name: str) -> None:
    from pggit.settings import hint_for_own, refused_here

    if name in (row[0] for row in _own(run)):
        raise UsageError(
            f"{name} is not kept in the repository",
            hint=hint_for_own(name)
            if refused_here(name)
            else f"Write it into .pggit.toml, or set PGGIT_{name.upper()}; pggit config shows where it comes from.",
        )
