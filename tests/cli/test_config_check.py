"""`pggit config check` on the command line."""

from __future__ import annotations

from pathlib import Path


def test_errors_are_told_with_status_1_even_where_no_other_command_works(program):
    Path(".pggit.toml").write_text('color = "blue"\nuser_nam = "ann"\n')
    assert program("config").status == 2
    found = program("config", "check")
    file = Path(".pggit.toml").absolute()
    assert found.status == 1
    assert found.lines[:4] == [
        f"{file}:1: error: color must be one of auto, always, never, not 'blue'",
        "    every command fails until it is right.",
        f"{file}:2: error: unknown key 'user_nam': every command fails",
        "    did you mean 'user_name'?",
    ]
    assert found.lines[-1].endswith(" checks: errors 2, warnings 0.")


def test_a_warning_is_no_error(program):
    Path(".pggit.toml").write_text('scratch = "postgresql://db.example.com/x?sslmode=require"\n')
    found = program("config", "check")
    assert found.status == 0 and ": warning: scratch databases are made on db.example.com" in found.out


def test_json_is_one_document(program):
    Path(".pggit.toml").write_text("color = \n")
    found = program("--json", "config", "check")
    assert found.status == 1 and found.err == ""
    assert set(found.json) == {"file", "findings", "checks"}
    assert set(found.json["findings"][0]) == {"severity", "where", "message", "hint", "check"}
    assert {check["status"] for check in found.json["checks"]} >= {"found", "skipped"}


def test_check_is_no_setting(program):
    assert program("config", "check", "on").status == 2
    assert program("config", "check", "--unset").status == 2
