"""What is ignored on wish."""

from __future__ import annotations

import pytest

from pggit.core.errors import UsageError
from pggit.core.results import Change
from pggit.plan.ignore import Ignore

_T = "table public.t"


@pytest.mark.parametrize(
    ("rule", "group", "key", "counts"),
    [
        ("owner", _T, f"owner {_T}", False),
        ("owners", _T, f"owner {_T}", False),
        ("owner", _T, _T, True),
        ("grants", _T, f"acl alice on {_T}", False),
        ("privileges", "default acl on tables", "default acl on tables", False),
        ("comments", _T, f"comment {_T}", False),
        ("view", "view public.v", "view public.v", False),
        ("view", "view public.v", "column public.v.a", False),
        ("view", "materialized view public.v", "materialized view public.v", True),
        ("schema audit", "schema audit", "schema audit", False),
        ("schema audit", "table audit.t", "column audit.t.a", False),
        ("schema audit", "table public.audit", "column public.audit.a", True),
        ("public.t", _T, "column public.t.a", False),
        ("public.t", "table public.t2", "table public.t2", True),
        ("audit.*", "table audit.t", "index audit.i", False),
        ("audit.*", "table other.t", "table other.t", True),
        ("tablespace", _T, _T, True),
    ],
)
def test_admits(rule: str, group: str, key: str, counts: bool) -> None:
    """Objects by kind, schema, name and pattern, with what belongs to them."""
    assert Ignore([rule]).admits(group, key) is counts
    assert Ignore([]).admits(group, key)


def test_attributes() -> None:
    """An attribute stays as it was; a change of nothing else is none."""
    ignore = Ignore(["tablespaces"])
    only = Change("alter", _T, _T, {"tablespace": "a", "x": 1}, {"tablespace": "b", "x": 1})
    both = Change("alter", _T, _T, {"x": 1}, {"tablespace": "b", "x": 2})
    gone = Change("drop", _T, _T, {"tablespace": "a"}, None)
    assert ignore.attributes([only, both, gone]) == [Change("alter", _T, _T, {"x": 1}, {"x": 2}), gone]
    assert Ignore([]).attributes([only]) == [only]


def test_what_is_no_rule() -> None:
    """A word that names nothing is refused, so that nothing is ignored by mistake."""
    with pytest.raises(UsageError):
        Ignore(["onwers"])
