"""Canonical bytes: what Python writes is what PostgreSQL prints for jsonb."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pggit.core.canonical import canonical, digest, semantic
from servers import Database

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))

# jsonb holds neither U+0000 nor surrogates
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
ODD = st.sampled_from(["", "é", "𝄞", "\x7f", "\x1f", "\b\f\n\r\t", "\u2028", '"\\/', "ß" * 40, "a" * 300, "\ufeff"])
NUMBERS = st.integers() | st.integers(-(10**40), 10**40)
VALUES = st.recursive(
    TEXT | ODD | NUMBERS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | ODD, inner, max_size=5),
    max_leaves=12,
)


@given(st.lists(VALUES, min_size=50, max_size=200))
@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
def test_is_what_postgresql_prints(server, values: list[Any]) -> None:
    texts = [json.dumps(value) for value in values]
    rows = server.admin.execute(
        "select x::jsonb::text from unnest(%s::text[]) with ordinality as u(x, n) order by n", [texts]
    )
    assert [canonical(value) for value in values] == [text for (text,) in rows]


@given(VALUES)
def test_reads_back_as_the_same_value(value: Any) -> None:
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(TEXT, NUMBERS, max_size=8), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, int], random) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert canonical(dict(items)) == canonical(value)


def test_keys_go_by_length_in_bytes_and_then_by_bytes() -> None:
    assert canonical({"b": 1, "aa": 2, "a": 3, "é": 4, "zz": 5}) == '{"a": 3, "b": 1, "aa": 2, "zz": 5, "é": 4}'


@pytest.mark.parametrize("value", [1.5, {"a": 1.0}, [float("nan")], {1, 2}, b"x", {"a": object()}])
def test_what_no_definition_can_hold_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        canonical(value)


def test_digest_is_of_the_utf8_bytes() -> None:
    assert digest('{"é": 1}') == hashlib.sha256(b'{"\xc3\xa9": 1}').hexdigest()


@given(st.dictionaries(st.sampled_from(["a", "_a", "a_", "__"]), VALUES))
def test_semantic_leaves_out_private_keys_of_the_top_alone(definition: dict[str, Any]) -> None:
    assert semantic(definition) == {key: value for key, value in definition.items() if key[0] != "_"}
    assert semantic({"a": {"_b": definition}}) == {"a": {"_b": definition}}


@pytest.mark.parametrize("file", GOLDEN, ids=[file.stem for file in GOLDEN])
def test_golden_hashes_in_python(file: Path) -> None:
    for case in json.loads(file.read_text(encoding="utf-8")):
        definition = case["definition"]
        assert canonical(definition) == case["canonical"]
        assert digest(canonical(definition)) == case["exact"]
        assert digest(canonical(semantic(definition))) == case["semantic"]


def test_golden_hashes_in_sql(database: Database) -> None:
    from pggit.repo import install

    connection = database.connect()
    install.install(connection)
    cases = [case for file in GOLDEN for case in json.loads(file.read_text(encoding="utf-8"))]
    rows = connection.execute(
        "select x::jsonb::text, encode(pggit.digest(x::jsonb), 'hex'),"
        " encode(pggit.digest(pggit.without_private(x::jsonb)), 'hex')"
        " from unnest(%s::text[]) with ordinality as u(x, n) order by n",
        [[json.dumps(case["definition"]) for case in cases]],
    ).fetchall()
    assert rows == [(case["canonical"], case["exact"], case["semantic"]) for case in cases]
    assert len(cases) >= 12
