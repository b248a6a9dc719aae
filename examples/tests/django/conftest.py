"""Django's own connection leads to the database of the test."""

import os

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "website.settings")


def pytest_configure():
    import django

    django.setup()


@pytest.fixture(autouse=True)
def database(pggit_db):
    from django.db import connection

    there = pggit_db.parameters
    connection.close()
    connection.settings_dict.update(
        NAME=there["dbname"],
        USER=there["user"],
        PASSWORD=there.get("password", ""),
        HOST=there["host"],
        PORT=there["port"],
    )
    yield
    connection.close()
