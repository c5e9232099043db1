"""Tasks that fail or speak on purpose. They get their words from the environment, as the broker
would otherwise hold what the test has put there itself.
"""

import os
import sys

from celery import shared_task
from django.core.mail import EmailMessage
from django.db import transaction

from tests.canary import failing


@shared_task
def fail(how: str) -> None:
    word = os.environ["CANARY_TASK"]
    with transaction.atomic():
        failing.FAILURES[how](word)


@shared_task
def write_down() -> None:
    """What the search must find: the word on the worker's outputs and in a message."""
    word = os.environ["CANARY_CONTROL"]
    for stream in (sys.stdout, sys.stderr):
        print(word, file=stream, flush=True)
    EmailMessage(subject=word, body=word, from_email="a@example.org", to=["b@example.org"]).send()
