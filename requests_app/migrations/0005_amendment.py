import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import legal_moves, script


class Migration(migrations.Migration):
    """Amendment (45 CFR 164.526): its graph, and what stands after it."""

    dependencies = [
        ("requests_app", "0004_site_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Amendment",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("requests_app.kind",),
        ),
        migrations.CreateModel(
            name="AmendmentPaper",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("wish", "Asked that request and denial go along"),
                            ("statement", "Statement of disagreement"),
                            ("rebuttal", "Rebuttal"),
                            ("summary", "Accurate summary"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", audit.fields.SealedRecord(name="standing.amendment_paper", version=1)),
                ("added_by", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendment_papers",
                        to="requests_app.request",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncomingNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="standing.incoming_notice", version=1)),
                ("received_on", models.DateField()),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.patient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PersonToTell",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("named", "Named by the individual"),
                            ("relied", "Known to hold the old text and able to rely on it"),
                            ("associate", "A business associate that holds the old text"),
                        ],
                        max_length=9,
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="standing.person_to_tell", version=1)),
                ("added_by", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                (
                    "associate",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.businessassociate",
                    ),
                ),
                (
                    "disclosure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.disclosure",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="persons_to_tell",
                        to="requests_app.request",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TellingStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(help_text="The request's.")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("agreed", "The individual agrees"),
                            ("refused", "The individual refuses"),
                            ("settled_tell", "The officer decided to tell"),
                            ("settled_leave", "The officer decided not to tell"),
                            ("tried", "Tried, not reached"),
                            ("told", "Told"),
                        ],
                        max_length=13,
                    ),
                ),
                ("how", models.CharField(blank=True, max_length=16)),
                ("on", models.DateField()),
                ("facts", audit.fields.SealedRecord(name="standing.telling_step", version=1)),
                ("made_by", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="requests_app.persontotell",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AmendmentLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        help_text="The request's, when the link was made; or 0."
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("amended", "Amended"), ("disputed", "Amendment denied")],
                        max_length=8,
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="standing.amendment_link", version=1)),
                ("made_by", models.CharField(max_length=64)),
                ("in_force_from", models.DateTimeField()),
                ("in_force_until", models.DateTimeField(null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendment_links",
                        to="requests_app.patient",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendment_links",
                        to="requests_app.request",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="requests_app.incomingnotice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("notice__isnull", True), ("request__isnull", False)),
                            models.Q(("notice__isnull", False), ("request__isnull", True)),
                            _connector="OR",
                        ),
                        name="amendment_link_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_until__isnull", True),
                            ("in_force_until__gte", models.F("in_force_from")),
                            _connector="OR",
                        ),
                        name="amendment_link_in_order",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="persontotell",
            constraint=models.UniqueConstraint(
                fields=("request", "number"), name="person_to_tell_numbered"
            ),
        ),
        script("amendment.sql"),
        legal_moves(
            "amendment",
            ("file", "", "received"),
            ("file_signed_in", "", "in_review"),
            ("confirm_identity", "received", "in_review"),
            ("confirm_identity", "in_review", "in_review"),
            ("ask", "in_review", "waiting"),
            ("answer", "waiting", "in_review"),
            ("extend", "received", "received"),
            ("extend", "in_review", "in_review"),
            ("extend", "waiting", "waiting"),
            ("extend", "accepted", "accepted"),
            ("extend", "accepted_in_part", "accepted_in_part"),
            ("determine", "in_review", "in_review"),
            ("determine", "waiting", "waiting"),
            ("accept", "in_review", "accepted"),
            ("accept", "waiting", "accepted"),
            ("accept_in_part", "in_review", "accepted_in_part"),
            ("accept_in_part", "waiting", "accepted_in_part"),
            ("deny", "in_review", "denied"),
            ("deny", "waiting", "denied"),
            ("link", "accepted", "amended"),
            ("link", "accepted_in_part", "amended_in_part"),
            ("name_persons", "accepted", "accepted"),
            ("name_persons", "accepted_in_part", "accepted_in_part"),
            ("name_persons", "amended", "amended"),
            ("name_persons", "amended_in_part", "amended_in_part"),
            ("name_persons", "disagreed", "disagreed"),
            ("name_persons", "rebutted", "rebutted"),
            ("name_persons", "closed", "closed"),
            ("add_person", "accepted", "accepted"),
            ("add_person", "accepted_in_part", "accepted_in_part"),
            ("add_person", "amended", "amended"),
            ("add_person", "amended_in_part", "amended_in_part"),
            ("add_person", "disagreed", "disagreed"),
            ("add_person", "rebutted", "rebutted"),
            ("add_person", "closed", "closed"),
            ("settle", "amended", "amended"),
            ("settle", "amended_in_part", "amended_in_part"),
            ("settle", "disagreed", "disagreed"),
            ("settle", "rebutted", "rebutted"),
            ("settle", "closed", "closed"),
            ("tell", "amended", "amended"),
            ("tell", "amended_in_part", "amended_in_part"),
            ("tell", "disagreed", "disagreed"),
            ("tell", "rebutted", "rebutted"),
            ("tell", "closed", "closed"),
            ("disagree", "in_review", "in_review"),
            ("disagree", "waiting", "waiting"),
            ("disagree", "accepted_in_part", "accepted_in_part"),
            ("disagree", "disagreed", "disagreed"),
            ("disagree", "amended_in_part", "disagreed"),
            ("disagree", "denied", "disagreed"),
            ("disagree", "rebutted", "disagreed"),
            ("disagree", "withdrawn", "disagreed"),
            ("disagree", "closed", "disagreed"),
            ("rebut", "amended_in_part", "rebutted"),
            ("rebut", "denied", "rebutted"),
            ("rebut", "disagreed", "rebutted"),
            ("rebut", "closed", "rebutted"),
            ("ask_to_accompany", "in_review", "in_review"),
            ("ask_to_accompany", "waiting", "waiting"),
            ("ask_to_accompany", "accepted_in_part", "accepted_in_part"),
            ("ask_to_accompany", "amended_in_part", "amended_in_part"),
            ("ask_to_accompany", "denied", "denied"),
            ("ask_to_accompany", "withdrawn", "withdrawn"),
            ("ask_to_accompany", "closed", "closed"),
            ("summarise", "amended_in_part", "amended_in_part"),
            ("summarise", "denied", "denied"),
            ("summarise", "disagreed", "disagreed"),
            ("summarise", "rebutted", "rebutted"),
            ("summarise", "closed", "closed"),
            ("could_not_verify", "received", "unverified"),
            ("could_not_verify", "in_review", "unverified"),
            ("could_not_verify", "waiting", "unverified"),
            ("withdraw", "received", "withdrawn"),
            ("withdraw", "in_review", "withdrawn"),
            ("withdraw", "waiting", "withdrawn"),
            ("withdraw", "accepted", "withdrawn"),
            ("withdraw", "accepted_in_part", "withdrawn"),
            ("close", "amended", "closed"),
            ("close", "amended_in_part", "closed"),
            ("close", "denied", "closed"),
            ("close", "disagreed", "closed"),
            ("close", "rebutted", "closed"),
            ("close", "unverified", "closed"),
            ("close", "withdrawn", "closed"),
            ("reopen", "unverified", "in_review"),
            ("reopen", "withdrawn", "in_review"),
            ("reopen", "closed", "in_review"),
        ),
    ]
