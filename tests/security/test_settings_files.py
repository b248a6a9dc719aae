"""Settings files of others steer nothing; a project's file runs no program and sends no secret."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cli.terminals import Terminal
from pggit.cli.main import main
from pggit.core.errors import PgGitError, UsageError
from pggit.db.connect import database_url, environment_for, scratch_url
from pggit.files import Foreign, Owners, read_bytes, read_text
from pggit.repo.signing import read_allowed_signers
from pggit.settings import load
from pggit.work.deploy.target import find_target

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
OTHER = 4242


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory to work in, a home without settings, and none of libpq's variables."""
    for name in list(os.environ):
        if (name.startswith(("PG", "SUDO_")) and name != "PGGIT_TEST_VERSIONS") or name in (
            "EDITOR",
            "VISUAL",
            "PAGER",
        ):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    (tmp_path / "home" / ".config" / "pggit").mkdir(parents=True)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def write(text: str) -> Path:
    file = Path(".pggit.toml").absolute()
    file.write_text(text)
    return file


def own(text: str) -> Path:
    file = Path(os.environ["XDG_CONFIG_HOME"]) / "pggit" / "config.toml"
    file.write_text(text)
    return file


# -- whose files are read ------------------------------------------------------------------------------------------


@as_root
def test_a_file_of_another_user_is_not_read(project, capsys):
    os.chown(write('user_name = "mallory"'), OTHER, OTHER)
    with pytest.raises(Foreign, match="belongs to user 4242"):
        load()
    (project / "below").mkdir()
    os.chdir(project / "below")
    with pytest.raises(Foreign):
        load()
    assert main(["config"]) == 6
    assert "PGGIT_SAFE_DIRECTORY" in capsys.readouterr().err
    (project / "below" / ".pggit.toml").write_text('user_name = "me"')
    assert load().user_name == "me"


@as_root
def test_nor_one_in_a_directory_of_another_user(project):
    write('user_name = "me"')
    os.chown(project, OTHER, OTHER)
    with pytest.raises(Foreign, match="belongs to user 4242"):
        load()


@as_root
def test_a_link_is_of_whoever_made_it_and_leads_to_a_file_of_ours(tmp_path, project):
    target = tmp_path / "home" / "mine.toml"
    target.write_text('user_name = "me"')
    link = project / ".pggit.toml"
    link.symlink_to(target)
    assert load().user_name == "me"
    os.lchown(link, OTHER, OTHER)
    with pytest.raises(Foreign):
        load()
    os.lchown(link, 0, 0)
    os.chown(target, OTHER, OTHER)
    with pytest.raises(Foreign):
        load()


@pytest.mark.parametrize(("mode", "read"), [(0o666, False), (0o602, False), (0o644, True), (0o600, True)])
def test_a_file_that_all_can_write_is_not_read(mode, read):
    write('user_name = "me"').chmod(mode)
    if read:
        assert load().user_name == "me"
        return
    with pytest.raises(Foreign, match="others can write"):
        load()


def test_a_directory_that_all_can_write_is_taken_only_if_nobody_can_replace_files(project):
    write('user_name = "me"')
    project.chmod(0o777)
    with pytest.raises(Foreign, match="others can write"):
        load()
    project.chmod(0o1777)
    assert load().user_name == "me"


@as_root
def test_a_group_of_others_counts_as_others(project):
    file = write('user_name = "me"')
    file.chmod(0o664)
    assert load().user_name == "me"  # root's own group
    os.chown(file, 0, OTHER)
    with pytest.raises(Foreign):
        load()


@as_root
def test_with_sudo_the_files_of_the_caller_are_read(project, monkeypatch):
    os.chown(write('user_name = "caller"'), OTHER, OTHER)
    os.chown(project, OTHER, OTHER)
    with pytest.raises(Foreign):
        load()
    monkeypatch.setenv("SUDO_UID", str(OTHER))
    assert load().user_name == "caller"
    monkeypatch.setenv("SUDO_UID", "4242 0")
    with pytest.raises(Foreign):
        load()


@as_root
@pytest.mark.parametrize("where", ["environment", "own"])
def test_directories_can_be_said_to_be_safe(project, monkeypatch, where):
    os.chown(write('user_name = "other"'), OTHER, OTHER)
    if where == "environment":
        monkeypatch.setenv("PGGIT_SAFE_DIRECTORY", f"/nowhere{os.pathsep}{project}")
    else:
        own(f'safe_directory = "{project}"')
    assert load().user_name == "other"
    with pytest.raises(UsageError, match="safe_directory is not taken"):
        os.chown(write('safe_directory = "*"'), 0, 0)
        load()


@as_root
def test_the_own_file_and_allowed_signers_are_of_the_user_too(project):
    os.chown(own('pager = "x"'), OTHER, OTHER)
    with pytest.raises(Foreign):
        load()
    own("").unlink()
    signers = project / "signers"
    signers.touch()
    assert read_allowed_signers(signers) == ()
    os.chown(signers, OTHER, OTHER)
    with pytest.raises(Foreign):
        read_allowed_signers(signers)


# -- what a project's file cannot say ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        'pager = "touch hacked"', 'editor = "touch hacked"', 'cache_dir = "cache"', 'ssh_agent = "agent"',
        'password_hosts = "evil"', 'safe_directory = "*"',
    ],
)  # fmt: skip
def test_a_projects_file_names_no_programs_and_no_secrets(line, capsys):
    write(line)
    assert main(["config"]) == 2
    err = capsys.readouterr().err
    name = line.split()[0]
    assert f"{name} is not taken from a project's file" in err and "config.toml" in err
    assert main(["config", "check"]) == 1
    assert f"{name} is not taken from a project's file" in capsys.readouterr().out
    Path(".pggit.toml").unlink()
    if name != "safe_directory":
        file = own(line)
        assert load().sources[name] == str(file)


def test_own_settings_come_after_those_of_the_project(capsys):
    own('user_name = "own"\nuser_email = "own@example.com"\n')
    write('user_name = "project"')
    found = load()
    assert (found.user_name, found.user_email) == ("project", "own@example.com")
    assert main(["config", "user_email", "--json"]) == 0
    assert "own@example.com" in capsys.readouterr().out
    own("nothing = 1")
    with pytest.raises(UsageError, match="unknown setting 'nothing'"):
        load()
    assert main(["config", "check"]) == 1


@pytest.mark.parametrize("variable", ["PGGIT_PAGER", "PGGIT_EDITOR"])
def test_programs_are_run_by_no_shell(variable, database, monkeypatch, project):
    environment = {
        **os.environ,
        "PGGIT_DB": database.url,
        variable: "true ; touch hacked $(touch hacked) `touch hacked`",
    }
    assert main(["--db", database.url, "init"]) == 0
    command = ["log"] if variable == "PGGIT_PAGER" else ["commit", "--allow-empty"]
    seat = Terminal(*command, environment=environment, size=(80, 2))
    seat.end()
    assert [file.name for file in project.iterdir()] == []


# -- where secrets go ----------------------------------------------------------------------------------------------


@pytest.fixture
def listening():
    """A host of somebody else's: what is connected to."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    yield server
    server.close()


SECRETS = {
    "PGPASSWORD": "geheim",
    "PGSERVICE": "mine",
    "PGPASSFILE": "passfile",
}


def _arm(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    Path("passfile").write_text("*:*:*:*:geheim\n")
    Path("passfile").chmod(0o600)
    if secret == "PGPASSFILE":
        monkeypatch.setenv(secret, str(Path("passfile").absolute()))
    elif secret:
        monkeypatch.setenv(secret, SECRETS[secret])


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("setting", ["db", "scratch", "remote"])
def test_a_projects_host_gets_no_secret(secret, setting, monkeypatch, listening):
    port = listening.getsockname()[1]
    url = f"postgresql://me@127.0.0.1:{port}/x"
    write(f'[remotes.r]\nurl = "{url}"\n' if setting == "remote" else f'{setting} = "{url}"\n')
    _arm(monkeypatch, secret)
    use = {
        "db": lambda: database_url(load()),
        "scratch": lambda: scratch_url(load()),
        "remote": lambda: find_target(load(), "r"),
    }[setting]
    with pytest.raises(PgGitError, match="would send a secret of yours") as refused:
        use()
    assert refused.value.exit_status == 6 and f"PGGIT_PASSWORD_HOSTS=127.0.0.1:{port}" in str(refused.value.hint)
    for named in ("127.0.0.1", f"127.0.0.1:{port}", "other, 127.0.0.1"):
        monkeypatch.setenv("PGGIT_PASSWORD_HOSTS", named)
        use()
    for named in ("127.0.0.1:1", "127.0.0.10", "*"):
        monkeypatch.setenv("PGGIT_PASSWORD_HOSTS", named)
        with pytest.raises(PgGitError, match="would send"):
            use()


def test_commands_do_not_connect_with_a_secret(monkeypatch, listening, capsys):
    write(f'db = "host=127.0.0.1 port={listening.getsockname()[1]}"\n')
    monkeypatch.setenv("PGPASSWORD", "geheim")
    for command in (
        ["status"],
        ["clone", "list"],
        ["template", "list"],
        ["apply", "--abandon", "--yes"],
        ["pool", "status"],
    ):
        assert main(command) == 6
        assert "geheim" not in capsys.readouterr().err
    with pytest.raises(TimeoutError):
        listening.accept()


@pytest.mark.parametrize("more", ["passfile=x", "service=mine", "sslkey=/home/me/key", "sslcert=c", "gssdelegation=1"])
def test_a_projects_url_takes_nothing_of_the_users_along(more):
    write(f'db = "host=db.example.com {more}"\n')
    with pytest.raises(PgGitError, match="would send"):
        database_url(load())


def test_a_password_of_a_variable_goes_to_hosts_that_the_user_names(monkeypatch):
    monkeypatch.setenv("AWS_SECRET", "geheim")
    text = '[remotes.r]\nurl = "postgresql://me@{}/x"\npassword_env = "AWS_SECRET"\n'
    for host in ("db.example.com", "", "127.1", "db.example.com,evil.example.com"):
        write(text.format(host))
        with pytest.raises(PgGitError, match="AWS_SECRET"):
            find_target(load(), "r")
    write(text.format("db.example.com"))
    own('password_hosts = "db.example.com"')
    assert "geheim" in find_target(load(), "r").url
    write('[remotes.r]\nurl = "host=db.example.com hostaddr=10.0.0.66"\npassword_env = "AWS_SECRET"\n')
    with pytest.raises(PgGitError, match=r"10\.0\.0\.66"):
        find_target(load(), "r")
    # a remote of one's own goes before that of the project
    own(text.format("db.example.com"))
    write(text.format("evil.example.com"))
    assert "@db.example.com" in find_target(load(), "r").url


def test_who_names_a_host(monkeypatch, tmp_path):
    write('db = "postgresql://me@db.example.com/x"')
    database_url(load())  # there is no secret
    monkeypatch.setenv("PGPASSWORD", "geheim")
    with pytest.raises(PgGitError, match="would send"):
        database_url(load())
    assert "evil" in database_url(load({"db": "host=evil"}))  # the user says so
    monkeypatch.setenv("PGHOST", "db.example.com")
    database_url(load())
    monkeypatch.delenv("PGHOST")
    passfile = tmp_path / "home" / ".pgpass"
    passfile.write_text("db.example.com:5432:x:me:geheim\n")
    database_url(load())
    write('db = "postgresql://me:its-own@evil.example.com/x"')
    database_url(load())  # it has a password of its own


def test_a_child_works_on_its_database_and_on_no_other():
    ours = {"PATH": "/bin", "PGSERVICE": "prod", "PGHOSTADDR": "10.0.0.1", "PGPASSWORD": "geheim", "PGDATABASE": "prod"}
    found = environment_for("host=/run/x port=5433 dbname=scratch service=prod", ours)
    assert found == {"PATH": "/bin", "PGHOST": "/run/x", "PGPORT": "5433", "PGDATABASE": "scratch"}


# -- what cannot be read -------------------------------------------------------------------------------------------


def within(seconds: float, act) -> list[BaseException | None]:
    """Run something that must not hang."""
    ended: list[BaseException | None] = []

    def run() -> None:
        try:
            act()
            ended.append(None)
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=run, daemon=True)
    began = time.monotonic()
    thread.start()
    thread.join(seconds)
    assert ended and time.monotonic() - began < seconds
    return ended


@pytest.mark.parametrize("what", ["fifo", "device", "directory", "socket"])
def test_only_regular_files_are_read(what, project):
    file = project / ".pggit.toml"
    if what == "fifo":
        os.mkfifo(file)
    elif what == "device":
        file.symlink_to("/dev/zero")
    elif what == "directory":
        file.mkdir()
    else:
        socket.socket(socket.AF_UNIX).bind(".pggit.toml")
    for act in (load, lambda: read_allowed_signers(file), lambda: read_bytes(file)):
        (error,) = within(5, act)
        assert isinstance(error, PgGitError) and error.exit_status in (2, 6), error
    assert main(["config", "check"]) == 1


def test_a_large_file_and_a_deep_one_get_one_line(capsys):
    write("#" * (2 << 20))
    assert main(["status"]) == 2
    assert "too large: at most 1 MB" in capsys.readouterr().err
    write("x = " + "[" * 100_000)
    assert main(["status"]) == 2
    assert "nested too deeply" in capsys.readouterr().err
    assert main(["config", "check"]) == 1
    Path("plan.json").mkdir()
    assert main(["apply", "plan.json"]) == 2
    os.mkfifo("1.sql")
    (error,) = within(5, lambda: read_text(Path("1.sql"), owned=Owners({})))
    assert isinstance(error, PgGitError)


# -- the plugin for tests ------------------------------------------------------------------------------------------


@as_root
def test_the_plugin_reads_no_foreign_settings_and_shows_what_it_says(project):
    os.chown(write('db = "postgresql://127.0.0.1:1/x"'), OTHER, OTHER)
    (project / "pytest.ini").write_text("[pytest]\n")
    (project / "test_a.py").write_text("def test_a(pggit_db): pass")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(project)]
    foreign = subprocess.run(command, capture_output=True, text=True, check=False, cwd=project)
    assert foreign.returncode and "belongs to user 4242" in foreign.stdout
    Path(".pggit.toml").unlink()
    server = "--pggit-server=host=127.0.0.1 port=1 password=Geh3im dbname=x\x1b[2J"
    said = subprocess.run([*command, server], capture_output=True, text=True, check=False, cwd=project).stdout
    assert "pgGit: " in said and "Geh3im" not in said and "\x1b" not in said


@pytest.mark.parametrize("line", ['data_dir = "\\u0000"', '[environments.e]\nseeds = ["\\u0000"]'])
def test_a_zero_byte_gets_one_line(line, project, capsys):
    (project / ".pggit.toml").write_text(line)
    assert main(["config"]) == 2
    assert "there is a zero byte in a text" in capsys.readouterr().err


def test_standard_output_may_be_closed(project):
    """By the shell's ``>&-``, or by whoever starts the program."""
    done = subprocess.run(
        ["sh", "-c", '"$0" -m pggit config >&- && "$0" -m pggit config >&- 2>&-', sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
