"""The corpus: schemas and a history of other projects, which are no part of this one.

``PGGIT_CORPUS`` names its directory; without ``PGGIT_CORPUS_ALL=1`` a fifth of the cases is tried, the same ones each time.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ["PGGIT_CORPUS"]) if os.environ.get("PGGIT_CORPUS") else None
ALL = os.environ.get("PGGIT_CORPUS_ALL") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the corpus where there is none."""
    for item in items:
        if FOLDER is None and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="PGGIT_CORPUS names the directory of the corpus"))


def chosen(name: str) -> bool:
    """Whether a case is among those that are tried."""
    return ALL or hashlib.sha256(name.encode()).digest()[0] % 5 == 0


@pytest.fixture
def corpus() -> Path:
    """The directory of the corpus."""
    assert FOLDER is not None
    return FOLDER
