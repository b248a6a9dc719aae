"""`pggit sign`, `verify`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import LOOK, RECORD, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import EXIT_FOUND, EXIT_OK

if TYPE_CHECKING:
    from pggit.repo.signing import Verified
    from pggit.repo.signing.verify import Signed

_STYLES = {"good": "green", "unknown": "yellow", "unsigned": "dim", "bad": "red"}


@command(RECORD, "pggit sign", "pggit sign HEAD~1", "pggit sign v1.0..HEAD  # each of them")
def sign(
    run: Run,
    commits: Annotated[tuple[str, ...], Argument("[COMMIT]...", help="Commits, or ranges of them; HEAD.")] = (),
) -> None:
    """Sign commits that are there. What this key has signed is left as it is."""
    from pggit.cli.signer import signer_of
    from pggit.core import ranges
    from pggit.repo.signing import sign_commits

    with run.repository() as repository:
        repository.require_installed()
        signer = signer_of(run)
        wanted = [
            commit.hash
            for name in commits or ("HEAD",)
            for commit in (repository.log(name) if ranges.parse(name) else [repository.commit_info(name)])
        ]
        made = sign_commits(repository, wanted, signer)
    if run.json:
        run.out.json({"signed": made, "fingerprint": signer.fingerprint})
        return
    run.out.lines(f"Signed {hash_[:10]} with {signer.fingerprint}." for hash_ in made)
    if not made:
        run.out.line("This key has signed them already.")


@command(
    LOOK,
    "pggit verify",
    "pggit verify v1.0..HEAD --require  # what is not signed is wrong, too",
    "pggit verify --all",
)
def verify(
    run: Run,
    names: Annotated[
        tuple[str, ...], Argument("[COMMIT]...", help="Commits with all they come from, A..B, or tags; HEAD.")
    ] = (),
    all_: Annotated[bool, Option("--all", help="Every branch and tag.")] = False,
    require: Annotated[bool, Option("--require", help="What no allowed signer has signed is wrong.")] = False,
) -> int:
    """Check signatures, and hash the history anew; exit with status 1 where something is wrong.

    Signatures are good where setting allowed_signers has the key. Every commit, tree and definition is hashed. Nothing
    is written; a reader may do it.
    """
    from pggit.repo.signing import read_allowed_signers
    from pggit.repo.signing import verify as look

    allowed = read_allowed_signers(run.settings.allowed_signers)
    with run.repository() as repository, run.working("Hashing the history …"):
        repository.require_installed()
        found = look(repository, names, allowed, all=all_)
    failed = found.failed(require=require, trusting=run.settings.allowed_signers is not None)
    if run.json:
        shown = {name: getattr(found, name) for name in ("commits", "tags", "findings", "trees", "definitions")}
        run.out.json({"verified": not failed, **shown})
    else:
        run.out.lines(_lines(run, found))
    return EXIT_FOUND if failed else EXIT_OK


def _lines(run: Run, found: Verified) -> Iterator[str]:
    for one in (*found.tags, *found.commits):
        yield from _signed_lines(run, one)
    for finding in found.findings:
        yield f"{run.out.style(finding.problem, 'red')} {finding.object}: {finding.message}"
    number = f"{len(found.commits)} commits, {found.trees} trees, {found.definitions} definitions hashed"
    yield f"{number}: " + (f"{len(found.findings)} wrong." if found.findings else "sound.")


def _signed_lines(run: Run, one: Signed) -> Iterator[str]:
    from pggit.cli.commits import signature_line

    status = run.out.style(f"{one.status:<8}", _STYLES[one.status])
    what = f"tag {one.name} at {one.hash[:10]}" if one.name else one.hash[:10]
    yield f"{status}  {what}  {one.message}".rstrip()
    yield from (f"          {signature_line(run.out, each)}" for each in one.signatures)
