from django.db import models
from django.db.models import Q


class Note(models.Model):
    body = models.TextField()
    written = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="note_is_not_empty")]
