"""`pggit export` on the command line."""

from __future__ import annotations

from pathlib import Path


def test_on_the_command_line(shop) -> None:
    planned = shop("export", "schema", "--dry-run")
    assert planned.status == 0 and planned.lines[-1].startswith("Would write ") and not Path("schema").exists()
    done = shop("export", "schema")
    assert done.status == 0 and "    written: public/table/customers.sql" in done.lines
    assert shop("diff", "work", "dir:schema", "--exit-code").status == 0
    assert shop("diff", "dir:schema", "HEAD", "--owners", "--exit-code").status == 0
    assert "is as it should be" in shop("export", "schema", "--state", "HEAD").out
    first = shop("export", "first", "--state", "HEAD~1", "--json")
    assert first.json["files"] == [] and first.json["written"] == ["load.psql"]
    assert shop("export", "schema", "--state", "nope").status == 3
    Path("other").mkdir()
    Path("other/x").touch()
    assert shop("export", "other").status == 6
