"""Django: the template is what `manage.py migrate` makes, once for as long as no migration changes."""

import pytest
from django.db import IntegrityError, transaction
from notes.models import Note


def test_a_note():
    Note.objects.create(body="one")
    assert list(Note.objects.values_list("body", flat=True)) == ["one"]


def test_another_test_sees_nothing_of_it():
    assert Note.objects.count() == 0


def test_a_note_stays_when_its_transaction_is_over():
    with transaction.atomic():
        Note.objects.create(body="kept")
    assert Note.objects.count() == 1


def test_an_empty_note_is_refused():
    with pytest.raises(IntegrityError):
        Note.objects.create(body="")
