"""The circuit breaker: closed, open, half-open; over processes, clocks and damage."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from pggit.work.deploy.breaker import Breaker, BreakerOpen


@pytest.fixture
def at(tmp_path):
    """Makes breakers of one file: ``at(seconds)`` reads the clock as that."""
    warned = []

    def make(now: float, after: int = 3) -> Breaker:
        return Breaker(
            tmp_path / "b" / "shop.json", "shop", after=after, seconds=60, warn=warned.append, now=lambda: now
        )

    make.warned = warned
    return make


def opened(at, now=100.0):
    for _ in range(3):
        at(now).failed("no\n answer")


def test_it_opens_with_the_last_failure_that_it_bears(at):
    for _ in range(2):
        at(100).failed("no answer")
        at(100).admit()
    at(100).failed("no answer")
    with pytest.raises(BreakerOpen, match="shop failed 3 times in a row") as caught:
        at(101).admit()
    assert "59 s from now" in caught.value.hint and caught.value.exit_status == 4
    assert "the last time: no answer" in caught.value.message


def test_a_success_forgets_all_failures(at, tmp_path):
    at(100).failed("x")
    at(100).failed("x")
    at(100).succeeded()
    at(100).failed("x")
    at(100).admit()
    at(100).succeeded()
    assert not (tmp_path / "b" / "shop.json").exists()


def test_half_open_it_lets_one_try_and_no_other(at):
    opened(at)
    at(160.1).admit()
    with pytest.raises(BreakerOpen):
        at(160.2).admit()


def test_the_one_who_tried_closes_it_or_opens_it_again(at):
    opened(at)
    at(161).admit()
    at(162).failed("still no answer")
    with pytest.raises(BreakerOpen, match=r"4 times in a row.*still no answer"):
        at(221).admit()
    at(223).admit()
    at(224).succeeded()
    at(224).admit()
    at(224).admit()


def test_where_the_one_who_tried_died_the_next_is_let_through_later(at):
    opened(at)
    at(161).admit()
    at(222).admit()


def test_of_twenty_who_ask_at_once_one_is_admitted(at):
    opened(at)
    admitted = []

    def ask():
        try:
            at(200).admit()
        except BreakerOpen:
            return
        admitted.append(1)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == 1


def test_a_clock_that_was_put_back_does_not_keep_it_open_for_ever(at):
    opened(at, now=1_000_000)
    with pytest.raises(BreakerOpen, match="left alone"):
        at(100).admit()
    at(161).admit()


def test_it_survives_the_process(at, tmp_path):
    opened(at)
    code = (
        "import sys; from pathlib import Path; from pggit.work.deploy.breaker import Breaker\n"
        "Breaker(Path(sys.argv[1]), 'shop', after=3, seconds=60, now=lambda: 130.0).admit()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "b" / "shop.json"], capture_output=True, text=True, check=False
    )
    assert "BreakerOpen" in done.stderr


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"failures": "3"}', '{"failures": 3, "opened_at": "x"}', '{"nope": 1}', "\udce4"]
)
def test_a_damaged_file_is_told_and_counts_as_closed(at, tmp_path, text):
    opened(at)
    (tmp_path / "b" / "shop.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    at(101).admit()
    assert len(at.warned) == 1 and "is damaged" in at.warned[0]
    at(101).admit()
    assert len(at.warned) == 1, "it is told once"


def test_without_a_number_it_never_opens(at):
    for _ in range(50):
        at(100, after=0).failed("x")
    at(100, after=0).admit()


def test_failures_of_many_at_once_are_all_counted(at, tmp_path):
    threads = [threading.Thread(target=lambda: at(100, after=100).failed("x")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert '"failures": 20' in (tmp_path / "b" / "shop.json").read_text()
