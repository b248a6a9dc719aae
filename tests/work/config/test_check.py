"""`pggit config check`: each check finds what it is for, where it is, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pggit.work.config.check import check_settings
from pggit.work.config.checks import file_system
from pggit.work.config.finding import Skipped
from pggit.work.config.places import lines_of
from pggit.work.config.subject import Subject

GOOD = """
user_name = "ann"
[environments.local]
include = ["schema/**"]
[environments.production]
protected = true
[remotes.live]
url = "postgresql://deployer@db.example.com/shop?sslmode=verify-full"
password_env = "SHOP_PASSWORD"
environment = "production"
"""


@pytest.fixture
def checked(tmp_path):
    """Checks a settings file: ``checked(text, NAME="value")`` returns findings as (where, severity, check, message)."""
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "1.sql").write_text("select 1")

    def run(text: str, **environ: str):
        file = tmp_path / ".pggit.toml"
        file.write_text(text)
        file.chmod(0o600)
        report = check_settings(tmp_path, {"SHOP_PASSWORD": "x"} | environ)
        run.report = report
        return [(one.where.replace(f"{file}", "FILE"), one.severity, one.check, one.message) for one in report.findings]

    return run


def statuses(checked):
    return {check.name: check.status for check in checked.report.checks}


def test_nothing_is_wrong_with_what_is_right(checked):
    assert checked(GOOD) == []
    assert set(statuses(checked).values()) <= {"ok", "skipped"}
    assert checked.report.errors == 0


def test_without_a_file_only_what_needs_one_is_skipped(tmp_path):
    report = check_settings(tmp_path, {})
    assert report.file is None and report.findings == ()
    assert {check.name for check in report.checks if check.status == "skipped"} == {"syntax"}


def test_where_the_file_cannot_be_read_no_check_of_it_is_ok(checked):
    assert [(where, check) for where, _, check, _ in checked('user_name = "ann"\ncolor = \n')] == [("FILE:2", "syntax")]
    found = statuses(checked)
    assert {found[name] for name in ("unknown keys", "types", "secrets", "tls", "environments", "slow")} == {"skipped"}
    assert all("not valid TOML" in one.message for one in checked.report.checks if one.name == "secrets")


def test_all_unknown_keys_are_told_and_what_may_be_meant(checked):
    text = (
        'colour = "auto"\nzzz = 1\n' + GOOD.replace("protected", "protectd") + 'bakup = "full"\n[remote.x]\nurl = ""\n'
    )
    found = checked(text)
    assert [(where, message.split("'")[1]) for where, _, check, message in found if check == "unknown keys"] == [
        ("FILE:1", "colour"),
        ("FILE:2", "zzz"),
        ("FILE:8", "environments.production.protectd"),
        ("FILE:13", "remotes.live.bakup"),
        ("FILE:14", "remote"),
    ]
    hints = [one.hint for one in checked.report.findings if one.check == "unknown keys"]
    assert hints[0] == "did you mean 'color'?" and hints[1].startswith("there are: db, data_dir")
    assert hints[2:] == ["did you mean 'protected'?", "did you mean 'backup'?", "did you mean 'remotes'?"]


def test_a_misspelt_variable_is_told_and_a_foreign_one_is_not(checked):
    found = checked(GOOD, PGGIT_DATADIR="/x", PGGIT_SOMETHING_ELSE="y")
    assert found == [("environment PGGIT_DATADIR", "warning", "unknown keys", "PGGIT_DATADIR means nothing")]
    assert checked.report.findings[0].hint == "did you mean 'PGGIT_DATA_DIR'?"


def test_all_wrong_types_are_told(checked):
    text = """color = "blue"
db = 3
[environments]
a = 1
[environments.b]
include = "x"
protected = "yes"
[remotes.c]
url = "postgresql:///x"
retries = -1
backoff = "slow"
"""
    found = checked(text, PGGIT_DEBUG="maybe")
    assert [(where, message) for where, _, check, message in found if check == "types"] == [
        ("FILE:1", "color must be one of auto, always, never, not 'blue'"),
        ("FILE:2", "db must be text"),
        ("FILE:4", "environments.a must be a section [environments.a]"),
        ("FILE:6", 'environments.b.include must be a list of texts, as ["schema/**"]'),
        ("FILE:7", "environments.b.protected must be true or false"),
        ("FILE:10", "remotes.c.retries must be a whole number, 0 or more"),
        ("FILE:11", "remotes.c.backoff must be one of exponential, linear, fibonacci, fixed, not 'slow'"),
        ("environment PGGIT_DEBUG", "debug must be on or off, not 'maybe'"),
    ]


def test_sections_that_are_none(checked):
    assert [(where, check) for where, _, check, _ in checked("environments = 1\nremotes = [2]\n")] == [
        ("FILE:1", "types"),
        ("FILE:2", "types"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        'db = "postgresql://ann:geheim@localhost/x"',
        'scratch = "host=localhost password=geheim"',
        'db = "postgresql://localhost/x?password=geheim"',
        '[remotes.a]\nurl = "postgresql://ann:geheim@localhost/x"',
        '[remotes.a]\nurl = "postgresql:///x"\npassword = "geheim"',
        'api_key = "geheim"',
    ],
)
def test_secrets_in_the_file_are_found_and_not_shown(checked, line):
    found = [one for one in checked(line) if one[2] == "secrets"]
    assert [(where, severity) for where, severity, _, _ in found] == [(f"FILE:{len(line.splitlines())}", "error")]
    assert "other users" not in found[0][3]
    assert "geheim" not in repr(checked.report)


def test_a_readable_file_makes_it_worse(checked, tmp_path):
    checked('db = "postgresql://ann:geheim@localhost/x"')
    (tmp_path / ".pggit.toml").chmod(0o644)
    (found,) = check_settings(tmp_path, {}).findings
    assert found.message.endswith("other users of this machine can read it")


def test_open_backups_are_found(checked, tmp_path):
    backups = tmp_path / ".pggit" / "backups"
    backups.mkdir(parents=True)
    backups.chmod(0o755)
    assert checked(GOOD) == [(str(backups), "error", "secrets", "other users can look into the backups")]
    backups.chmod(0o700)
    assert checked(GOOD) == []


@pytest.mark.parametrize(
    ("url", "severity"),
    [
        ("postgresql://db.example.com/x", "warning"),
        ("postgresql://db.example.com/x?sslmode=prefer", "warning"),
        ("postgresql://db.example.com/x?sslmode=disable", "error"),
        ("host=10.0.0.7 sslmode=allow", "warning"),
        ("postgresql://localhost,db.example.com/x", "warning"),
        ("postgresql://db.example.com/x?sslmode=require", None),
        ("postgresql://db.example.com/x?sslmode=verify-full", None),
        ("postgresql:///x", None),
        ("postgresql://127.0.0.3/x", None),
        ("postgresql://[::1]/x", None),
        ("postgresql://localhost/x?sslmode=disable", None),
        ("host=/var/run/postgresql dbname=x", None),
    ],
)
def test_what_leaves_the_machine_is_encrypted(checked, url, severity):
    found = [one for one in checked(f'db = "{url}"') if one[2] == "tls"]
    assert [one[:2] for one in found] == ([("FILE:1", severity)] if severity else [])
    found = [one for one in checked(f'[remotes.r]\nurl = "{url}"') if one[2] == "tls"]
    assert [one[:2] for one in found] == ([("FILE:2", severity)] if severity else [])


def test_the_mode_may_come_from_the_environment(checked):
    assert checked('db = "postgresql://db.example.com/x"', PGSSLMODE="verify-full") == []


def test_the_environment_is_said_where_a_url_is_from_it(checked):
    (found,) = checked("", PGGIT_DB="postgresql://db.example.com/x")
    assert found[:3] == ("environment PGGIT_DB", "warning", "tls")


def test_passwords_that_are_not_there_or_twice(checked):
    assert [one[:3] for one in checked(GOOD, SHOP_PASSWORD="")] == [("FILE:9", "warning", "passwords")]
    found = checked(GOOD.replace("deployer@", "deployer:geheim@"))
    assert [one[:3] for one in found] == [("FILE:8", "error", "secrets"), ("FILE:9", "warning", "passwords")]


def test_urls_that_are_none(checked):
    found = checked('db = "postgresql://a:b:c@d/e:5"\n[remotes.x]\n[remotes.y]\nurl = "http://x"\n')
    assert [(where, message) for where, _, check, message in found if check == "addresses"] == [
        ("FILE:2", "remote x has no url"),
        ("FILE:4", "remote y: the connection string is not valid"),
    ]


def test_environments_that_lead_nowhere(checked):
    text = GOOD.replace('environment = "production"', 'environment = "prodution"').replace("schema/**", "schem/**")
    assert [one[:3] for one in checked(text)] == [
        ("FILE:10", "error", "environments"),
        ("FILE:4", "warning", "environments"),
    ]
    assert checked.report.findings[0].hint == "did you mean 'production'?"


@pytest.mark.parametrize("glob", ["schema/**", "schema/*.sql", "**/1.sql", "schema/1.sql", "schema", "schem", "*.sql"])
def test_globs_that_match_files(checked, glob):
    found = checked(f'[environments.a]\ninclude = ["{glob}"]\nexclude = ["{glob}"]\nseeds = ["{glob}"]')
    assert [one[0] for one in found] == (["FILE:2", "FILE:3", "FILE:4"] if glob in ("schem", "*.sql") else [])


def test_one_database_with_two_names(checked):
    other = '\n[remotes.copy]\nurl = "postgresql://other@DB.example.com:5432/shop?sslmode=require"\n'
    (found,) = checked(GOOD + other)
    assert found[:3] == ("FILE:13", "error", "environments")
    assert "do not agree" in found[3]
    (found,) = checked(GOOD + other + 'environment = "production"\n')
    assert found[1] == "warning"


def test_the_database_that_is_worked_on_is_a_remote(checked):
    (found,) = checked('db = "postgresql://db.example.com/shop?sslmode=require"\n' + GOOD)
    assert found[:3] == ("FILE:1", "warning", "environments")


def test_a_scratch_server_far_away(checked):
    (found,) = checked('scratch = "postgresql://db.example.com/x?sslmode=require"')
    assert found[:3] == ("FILE:1", "warning", "slow")


def test_large_seeds(checked, tmp_path):
    with (tmp_path / "seed.sql").open("wb") as file:
        file.truncate(60_000_000)
    (found,) = checked('[environments.a]\nseeds = ["*.sql", "seed.sql"]')
    assert found[:3] == ("FILE:2", "warning", "slow")
    assert "are 60 MB in 1 files" in found[3]


def test_retries_that_take_long_or_are_never_made(checked):
    remote = '[remotes.a]\nurl = "postgresql:///x"\n'
    assert "given up after 302 s" in checked(remote + "retries = 15\nbreaker_after = 99")[0][3]
    assert checked(remote + "retries = 14\nbreaker_after = 99") == []
    assert "opens after 3 failures" in checked(remote + "retries = 3\nbreaker_after = 3")[0][3]
    assert checked(remote + "retries = 3\nbreaker_after = 0") == []


def test_directories_on_the_network_and_in_memory(tmp_path):
    (tmp_path / ".pggit.toml").write_text(f'data_dir = "{tmp_path}/a b/x"\n{GOOD}')
    mounts = tmp_path / "mounts"
    subject = Subject(tmp_path, {})
    for table, expected in (
        (f"dev / ext4 rw 0 0\nsrv {tmp_path}/a\\040b nfs4 rw 0 0\n", ["data_dir is on the network (nfs4)"]),
        (f"dev / ext4 rw 0 0\ntmpfs {tmp_path} tmpfs rw 0 0\n", ["data_dir is in memory (tmpfs)"]),
        (f"srv {tmp_path}/a nfs4 rw 0 0\ndev / ext4 rw 0 0\n", []),
        (f"srv {tmp_path} nfs4 rw 0 0\nover {tmp_path} ext4 rw 0 0\ndev / ext4 rw 0 0\n", []),
    ):
        mounts.write_text(table)
        assert [found.message.split(":")[0] for found in file_system.check(subject, mounts)] == expected
    with pytest.raises(Skipped):
        list(file_system.check(subject, tmp_path / "nowhere"))


def test_every_file_of_checks_is_a_check(checked):
    from pggit.work.config import checks

    files = {path.stem.replace("_", " ") for path in Path(checks.__path__[0]).glob("[a-z]*.py")}
    checked("")
    assert set(statuses(checked)) == files and len(files) >= 9


def test_lines_of_keys():
    text = '''a = 1
"b c" = """
d = 2
"""
[x."y.z"]   # comment
e.f = 3
g = [
  1,
]
[[h]]
i = 1'''
    assert lines_of(text) == {
        ("a",): 1, ("b c",): 2, ("x",): 5, ("x", "y.z"): 5, ("x", "y.z", "e", "f"): 6, ("x", "y.z", "g"): 7,
        ("h",): 10, ("h", "i"): 11,
    }  # fmt: skip


def test_it_is_checked_as_the_process_finds_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "PGGIT_DATADIR", "x")
    assert [one.where for one in check_settings().findings] == ["environment PGGIT_DATADIR"]
