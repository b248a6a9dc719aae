"""The files of SQL that belong to an environment, where a state is made of files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pggit.clone.source.files import files_of
from pggit.db.sqlfiles import ORDER_FILE
from pggit.repo.states import is_path
from pggit.sections import Environment


@contextmanager
def of_environment(state: str, environment: Environment | None, project: Path) -> Iterator[str]:
    """Leave out the files of a state that do not belong to an environment.

    Args:
        state: any state expression.
        environment: whose ``include`` and ``exclude`` count; its ``seeds`` are left out too: they are rows.
        project: the directory in which its globs start.

    Yields:
        The state expression to load: the same, where nothing is to be left out; else a directory with copies of the
        files, that goes with the block.

    Raises:
        NotFound: none of the files belongs to the environment.
    """
    if environment is None or not is_path(state) or not (environment.include or environment.exclude):
        yield state
        return
    path = Path(state.removeprefix("dir:")).absolute()
    admitted = [*files_of(path, environment, project).files]
    order = path / ORDER_FILE
    if order.is_file():
        admitted.append(order)
    with TemporaryDirectory(prefix="pggit-") as directory:
        for file in admitted:
            copy = Path(directory) / (file.relative_to(path) if path.is_dir() else file.name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        yield f"dir:{directory}"
