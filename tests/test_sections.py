"""The named sections of the settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from pggit.core.errors import UsageError
from pggit.sections import Environment, Remote
from pggit.settings import load

TEXT = """
user_name = "ann"

[environments.local]
include = ["schema/**", "fixtures/*.sql"]
exclude = ["schema/90_audit/**"]
seeds = ["seeds/**"]

[environments.production]
protected = true

[remotes.live]
url = "postgresql://deployer@db.example.com/shop"
password_env = "SHOP_PASSWORD"
environment = "production"
backup = "schema"
retries = 0
backoff = "fibonacci"
"""


def test_sections_are_read(tmp_path: Path) -> None:
    (tmp_path / ".pggit.toml").write_text(TEXT)
    found = load({}, tmp_path, {})
    assert found.user_name == "ann"
    assert found.environments == {
        "local": Environment(
            "local", ("schema/**", "fixtures/*.sql"), ("schema/90_audit/**",), ("seeds/**",), protected=False
        ),
        "production": Environment("production", protected=True),
    }
    assert found.remotes == {
        "live": Remote(
            "live",
            url="postgresql://deployer@db.example.com/shop",
            password_env="SHOP_PASSWORD",
            environment="production",
            backup="schema",
            retries=0,
            backoff="fibonacci",
        )
    }


def test_no_sections(tmp_path: Path) -> None:
    assert load({}, tmp_path, {}).environments == {}
    assert load({}, tmp_path, {}).remotes == {}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[environment.local]", "unknown setting 'environment'", "did you mean 'environments'?"),
        (
            "[environments.local]\ninlcude = []",
            "unknown key 'inlcude' ([environments.local]",
            "did you mean 'include'?",
        ),
        ("[environments.local]\nzzz = []", "unknown key 'zzz'", "keys are: include, exclude, seeds, protected"),
        ("[environments.local]\ninclude = 'a'", "environments.local.include must be a list of texts", None),
        ("[environments.local]\ninclude = [1]", "environments.local.include must be a list of texts", None),
        ("[environments.local]\nname = 'x'", "unknown key 'name'", None),
        ("[environments]\nlocal = 1", "environments.local must be a section", None),
        ("environments = 1", "environments must be sections", None),
        ("[environments.p]\nprotected = 'yes'", "environments.p.protected must be true or false", None),
        ("[remotes.p]\nretries = -1", "remotes.p.retries must be a whole number", None),
        ("[remotes.p]\nretries = true", "remotes.p.retries must be a whole number", None),
        ("[remotes.p]\nbackup = 'all'", "remotes.p.backup must be one of full, schema, none, not 'all'", None),
        ("[remotes.p]\nurl = 1", "remotes.p.url must be text", None),
    ],
)
def test_wrong_sections(tmp_path: Path, text: str, message: str, hint: str | None) -> None:
    (tmp_path / ".pggit.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load({}, tmp_path, {})
    assert message in str(caught.value)
    assert hint is None or caught.value.hint == hint
