"""Anchors as lines: exactly one line stands for a record, and anything else is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pggit.core.anchors import Anchor, Anchored, Reflog, parse_anchor

_HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
_TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
_ANCHORS = st.builds(
    Anchor,
    time=st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").zfill(27)),
    repository=_TEXTS,
    refs=st.dictionaries(
        st.builds("{}/{}".format, st.sampled_from(["heads", "tags"]), st.from_regex(r"[^\n]+", fullmatch=True)),
        st.builds(Anchored, _HASHES, st.integers(1, 10**9)),
        max_size=3,
    ),
    commits=st.integers(0, 10**9),
    said=st.builds(Reflog, st.integers(0, 10**9), st.integers(0, 10**9), _HASHES),
    previous=st.none() | _HASHES,
    reason=st.none() | _TEXTS,
    signature=_TEXTS,
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=5,
)
ONE = Anchor("2026-11-01T10:00:00.000000Z", "r", {"heads/main": Anchored("ab" * 32, 1)}, 1, Reflog(1, 1, "cd" * 32))


@given(_ANCHORS)
def test_what_is_written_is_read(anchor):
    assert "\n" not in anchor.line
    assert parse_anchor(anchor.line) == anchor
    with pytest.raises(ValueError):
        parse_anchor(f"{anchor.line} ")


@given(_ANCHORS, _ANCHORS)
def test_what_is_signed_is_all_but_the_signature(one, other):
    def without(anchor):
        return {name: getattr(anchor, name) for name in anchor.__slots__ if name != "signature"}

    assert (one.payload == other.payload) == (without(one) == without(other))
    assert (one.hash == other.hash) == (one == other)


@given(_JSON, st.sampled_from([*json.loads(ONE.line), "refs.heads/main", "refs.heads/main.commit", "reflog.last"]))
def test_any_other_value_is_refused(value, path):
    said = json.loads(ONE.line)
    place = said
    *parents, last = path.split(".")
    for name in parents:
        place = place[name]
    place[last] = value
    line = json.dumps(said, ensure_ascii=False)
    try:
        read = parse_anchor(line)
    except ValueError as error:
        assert str(error)
        return
    assert read.line == line


@pytest.mark.parametrize(
    "line", ["", "x", "null", "[]", "{}", '{"pggit_anchor": 1}', '{"pggit_anchor": "1"}', ONE.line[:-2]]
)
def test_nonsense_is_refused(line):
    with pytest.raises(ValueError):
        parse_anchor(line)


def test_the_form_of_a_record_stays():
    assert ONE.line == (
        '{"refs": {"heads/main": {"commit": "' + "ab" * 32 + '", "generation": 1}},'
        ' "time": "2026-11-01T10:00:00.000000Z", "reason": null, "reflog": {"last": 1, "digest": "' + "cd" * 32 + '",'
        ' "entries": 1}, "commits": 1, "previous": null, "signature": "", "repository": "r", "pggit_anchor": 1}'
    )
