"""Other tools that tell two databases apart, each installed into a directory of its own for one run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

MIGRA = "migra"
PG_DELTA = "@supabase/pg-delta@1.0.0-alpha.34"
NAMES = (MIGRA, PG_DELTA)


class Peers:
    """What could be installed of `NAMES`.

    Args:
        root: an empty directory; None: nothing is installed.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._programs: dict[str, list[str]] = {}
        if root is None:
            return
        for name, install in ((MIGRA, _install_migra), (PG_DELTA, _install_pg_delta)):
            try:
                self._programs[name] = install(root)
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"{name} cannot be installed: {error}", file=sys.stderr)

    def command(self, name: str, a: str, b: str) -> list[str] | None:
        """Return the command that writes how two databases differ, or None where there is no such tool."""
        program = self._programs.get(name)
        if program is None:
            return None
        if name == MIGRA:  # SQLAlchemy would look for another driver
            return [*program, "--unsafe", *(url.replace("postgresql:", "postgresql+psycopg2:", 1) for url in (a, b))]
        return [*program, "diff", "--source", a, "--desired", b]


def _install_migra(root: Path) -> list[str]:
    folder = root / "migra"
    venv.create(folder, with_pip=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "migra", "psycopg2-binary", "setuptools"], check=True, capture_output=True)
    return [str(folder / "bin" / "migra")]


def _install_pg_delta(root: Path) -> list[str]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        raise OSError("there is no node, or no npm")
    folder = root / "pg-delta"
    folder.mkdir()
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), PG_DELTA]
    subprocess.run(install, check=True, capture_output=True)
    return [node, str(folder / "node_modules" / "@supabase" / "pg-delta" / "dist" / "cli" / "main.js")]
