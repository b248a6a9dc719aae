"""What is remembered of a deployment while it is under way, so that the one who finishes it knows its backup."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

from pggit.plan.model import Plan
from pggit.work.deploy.back import WAY_BACK
from pggit.work.deploy.backup import Backup
from pggit.work.deploy.target import Target


def remember(target: Target, plan: Plan, backup: Backup | None) -> None:
    """Write down which backup belongs to a plan that is about to be run."""
    if backup is None:
        forget(target)
        return
    file = _file(target)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}")
    text = {"plan": plan.hash, "start": plan.from_hash, "file": str(backup.file), "kind": backup.kind}
    unfinished.write_text(json.dumps(text), encoding="utf-8")
    unfinished.replace(file)


def recall(target: Target, plan: Plan) -> Backup | None:
    """Return the backup that was made before a plan was begun, or before the one that it takes back.

    Returns:
        None where that is not known here, or the file is gone.
    """
    try:
        found = json.loads(_file(target).read_text(encoding="utf-8"))
        if found["plan"] != plan.hash and not (plan.source == WAY_BACK and found["start"] == plan.to_hash):
            return None
        file = Path(found["file"])
        return replace(Backup(file, found["kind"], file.stat().st_size), earlier=True)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def forget(target: Target) -> None:
    """Forget it: the deployment is over."""
    _file(target).unlink(missing_ok=True)


def _file(target: Target) -> Path:
    return target.state / "deployments" / f"{target.file_name}.json"
