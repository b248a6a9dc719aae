"""The pytest plugin: ``pggit_db`` is a fresh database for a test, a clone of a template that is built once.

Every run of pytest imports this file where pgGit is installed, so it imports nothing else until a fixture is used.
https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pggit.clone.template import Template
    from pggit.clone.testing.run import Run, TestDatabase

_NAME = "pggit_session"
_LENT = pytest.StashKey["list[TestDatabase]"]()
_KEEP = 10


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    parser.addini("pggit_source", "What the databases of tests are made of: dir:PATH, run:COMMAND, a URL.", default="")
    parser.addini("pggit_depends", "Globs of the files that what run:COMMAND makes depends on.", type="linelist")
    parser.addini("pggit_env", "Environment of .pggit.toml: which files, which seeds.", default="")
    parser.addini("pggit_server", "URL of the server that they are made on; by default an embedded one.", default="")
    group = parser.getgroup("pggit", "databases for tests (pgGit)")
    group.addoption("--pggit-server", metavar="URL", help="Make the databases of tests on this server.")
    group.addoption(
        "--pggit-keep",
        metavar="N",
        type=int,
        default=_KEEP,
        help=f"Keep the databases of up to N failed tests for each worker ({_KEEP}; 0: none).",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Watch the tests."""
    config.pluginmanager.register(_Session(config), _NAME)


@pytest.fixture(scope="session")
def pggit_server(request: pytest.FixtureRequest) -> str:
    """The URL of the server that the databases of tests are made on; by default the project's own one for tests."""
    session = _session(request.config)
    with _explained():
        return session.run.join(session.server)


@pytest.fixture(scope="session")
def pggit_source(request: pytest.FixtureRequest) -> str:
    """What the databases of tests are made of, as `pggit template build --from` takes it; override it at will."""
    return str(request.config.getini("pggit_source"))


@pytest.fixture(scope="session")
def pggit_template(request: pytest.FixtureRequest, pggit_server: str, pggit_source: str) -> Template:
    """The template that the databases of tests are copies of; one for all workers, built when its source changed."""
    session = _session(request.config)
    with _explained():
        session.run.join(pggit_server)
        return session.run.template(pggit_source)


@pytest.fixture
def pggit_db(request: pytest.FixtureRequest, pggit_template: Template) -> TestDatabase:
    """A database of this test's own: ``.url``, ``.parameters``, ``.sqlalchemy_url()``; as text it is its URL."""
    with _explained():
        lent = _session(request.config).run.lend(pggit_template.name)
    request.node.stash.setdefault(_LENT, []).append(lent)
    return lent


class _Session:
    """What the plugin knows in one process of a session.

    With xdist each worker is one, and the process that started them another.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._run: Run | None = None
        self._kept: list[str] = []
        self._workers: list[dict[str, Any]] = []

    @property
    def run(self) -> Run:
        """This process's part, which is begun when the first test asks for a database."""
        if self._run is None:
            from pggit.clone.testing.run import Run

            input_of_worker = getattr(self._config, "workerinput", {})
            self._run = Run(
                self._config.rootpath,
                environment=self._config.getini("pggit_env") or None,
                depends=tuple(self._config.getini("pggit_depends")),
                worker=input_of_worker.get("workerid", "main"),
                keep=self._config.getoption("pggit_keep"),
            )
        return self._run

    @property
    def server(self) -> str | None:
        """The server that was asked for."""
        return self._config.getoption("pggit_server") or self._config.getini("pggit_server") or None

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Iterator[None]:
        """Keep the database of a test that failed, and say so; else drop it when the test is over."""
        outcome = yield
        lent = item.stash.get(_LENT, None)
        if not lent:
            return
        report = outcome.get_result()  # type: ignore[attr-defined]
        if report.failed:
            self._keep(item.nodeid, lent, report)
        if report.when == "teardown":
            for one in lent:
                self.run.give_back(item.nodeid, one)
            lent.clear()

    def _keep(self, test: str, lent: list[TestDatabase], report: pytest.TestReport) -> None:
        from pggit.core.errors import PgGitError

        try:
            kept = [self.run.keep_for(test, one) for one in lent]
        except PgGitError as error:
            report.sections.append(("pgGit", f"its database could not be kept: {_line(error.message)}"))
            return
        report.sections.append(("pgGit", "\n".join(map(_shown, kept))))
        report.pggit_kept = [url for url in kept if url]  # type: ignore[attr-defined]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what was kept, by any worker."""
        self._kept += [url for url in getattr(report, "pggit_kept", []) if url not in self._kept]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Note what a worker says at its end; one that crashed says nothing."""
        said = {"elsewhere": self.server} if error else getattr(node, "workeroutput", {}).get("pggit")
        if said is not None:
            self._workers.append(said)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Drop what is left; the process that was started stops the server, where nobody needs it."""
        said = self._close()
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput["pggit"] = said
            return
        if said:
            self._workers.append(said)
        for url in {said.get("elsewhere") for said in self._workers}:
            self._workers.append({"remarks": self._end(url)})

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what the databases took, what the server for tests does not do, and what was kept."""
        for said in self._workers:
            for remark in said.get("remarks", []):
                terminalreporter.write_line(f"pgGit: {_line(remark)}", yellow=True)
        if self._workers and terminalreporter.verbosity >= 0:
            terminalreporter.write_line(self._summary())
        if self._kept:
            terminalreporter.section("pgGit", sep="-")
            for line in _about(self._kept):
                terminalreporter.write_line(line)

    def _summary(self) -> str:
        taken = sum(said.get("taken", 0) for said in self._workers)
        waited = sum(said.get("waited", 0.0) for said in self._workers)
        where = (
            ""
            if any(said.get("elsewhere") for said in self._workers)
            else "; embedded server for tests: fsync is off, its data may be lost"
        )
        each = f", {waited / taken * 1000:.0f} ms for each" if taken else ""
        return f"pgGit: {taken} databases, {waited:.1f} s waited{each}{where}"

    def _end(self, url: str | None) -> list[str]:
        from pggit.core.errors import PgGitError

        try:
            self.run.end(url)
        except PgGitError as error:  # the tests are over, and their outcome stands
            return [error.message]
        return []

    def _close(self) -> dict[str, Any] | None:
        """Close this process's part; returns what it has to say, None where no test asked for a database."""
        if self._run is None:
            return None
        elsewhere = self._run.elsewhere
        self._run.close()
        return {
            "taken": self._run.taken,
            "waited": self._run.waited,
            "remarks": self._run.remarks,
            "elsewhere": elsewhere,
        }


def _session(config: pytest.Config) -> _Session:
    found = config.pluginmanager.get_plugin(_NAME)
    assert isinstance(found, _Session)
    return found


@contextmanager
def _explained() -> Iterator[None]:
    """Make a test fail with what pgGit says, without a traceback that says nothing."""
    from pggit.core.errors import PgGitError

    failed = None
    try:
        yield
    except PgGitError as error:
        failed = error
    if failed is not None:  # not within the handler: pytest would print the error's own text, too
        hint = f"\nhint: {_line(failed.hint)}" if failed.hint else ""
        pytest.fail(f"pgGit: {_line(failed.message)}{hint}", pytrace=False)


def _shown(url: str | None) -> str:
    if url is None:
        return "the database of this test is not kept: enough are (--pggit-keep)"
    return f"the database of this test is kept: {_line(url)}"


def _line(text: str) -> str:
    """What is printed of a text: one line, without passwords, and nothing that steers a terminal."""
    from pggit.core.shown import shown
    from pggit.db.redact import redact_text

    return shown(redact_text(" ".join(text.split())))


def _about(kept: list[str]) -> Iterator[str]:
    what = "The database of a failed test is" if len(kept) == 1 else f"{len(kept)} databases of failed tests are"
    yield f"{what} kept for 24 hours, or until the test is run again:"
    yield from (f"  psql '{_line(url)}'" for url in kept)
    yield "pggit clone list shows all, pggit clone drop NAME drops one; both with --db and one of these URLs."
