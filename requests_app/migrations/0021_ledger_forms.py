import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import legal_moves, only_grows


class Migration(migrations.Migration):
    """Forms of ledger lines, what agencies hold back, and what was given before this service."""

    dependencies = [
        ("requests_app", "0020_check"),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlierAccounting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("requested_on", models.DateField()),
                ("given_on", models.DateField()),
                ("fee_cents", models.PositiveIntegerField(default=0)),
                (
                    "facts",
                    audit.fields.SealedRecord(name="disclosures.earlier_accounting", version=1),
                ),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_by_name", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SuppressedLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        choices=[
                            ("oversight", "A health oversight agency (164.512(d))"),
                            ("law_enforcement", "A law enforcement official (164.512(f))"),
                            ("other", "Somebody else"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[("written", "In writing"), ("oral", "By word of mouth")],
                        max_length=8,
                    ),
                ),
                ("stated_on", models.DateField()),
                ("last_on", models.DateField()),
                ("entries", models.JSONField(default=list)),
                ("confirmed", models.BooleanField(default=False)),
                ("applied", models.BooleanField()),
                (
                    "doubt",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Applied as it was said."),
                            (
                                "other_basis",
                                "It is about disclosures that no agency can have held back: only those to a health oversight agency or to law enforcement can be.",
                            ),
                            (
                                "some_other_basis",
                                "Some of the disclosures it is about cannot be held back, because they rest on another rule.",
                            ),
                            (
                                "not_said",
                                "It does not say that an accounting would be reasonably likely to impede the agency's work.",
                            ),
                        ],
                        max_length=16,
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="disclosures.suspension", version=1)),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_by_name", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("audit_eid", models.UUIDField(unique=True)),
            ],
        ),
        migrations.AddField(
            model_name="disclosure",
            name="form",
            field=models.CharField(
                choices=[
                    ("one", "One disclosure"),
                    ("series", "A series to one recipient for one purpose (164.528(b)(3))"),
                    ("research", "Research on fifty or more individuals (164.528(b)(4))"),
                ],
                db_default="one",
                default="one",
                max_length=8,
            ),
        ),
        # Nothing can be sealed for rows that are there already, so the column is added as it is.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE requests_app_disclosure ADD COLUMN more bytea NULL",
                    "ALTER TABLE requests_app_disclosure DROP COLUMN more",
                )
            ],
            state_operations=[
                migrations.AddField(
                    model_name="disclosure",
                    name="more",
                    field=audit.fields.SealedRecord(name="disclosures.more", null=True, version=1),
                )
            ],
        ),
        migrations.AddField(
            model_name="disclosure",
            name="release",
            field=models.UUIDField(
                help_text="Shared by the lines of one release to many.", null=True
            ),
        ),
        migrations.AddField(
            model_name="issuedaccounting",
            name="supplements",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supplemented_by",
                to="requests_app.issuedaccounting",
            ),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(
                condition=models.Q(("release__isnull", False)),
                fields=["release", "patient"],
                name="disclosure_release",
            ),
        ),
        migrations.AddField(
            model_name="earlieraccounting",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="earlier_accountings",
                to="requests_app.patient",
            ),
        ),
        migrations.AddField(
            model_name="suppressedline",
            name="accounting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suppressed",
                to="requests_app.issuedaccounting",
            ),
        ),
        migrations.AddField(
            model_name="suppressedline",
            name="disclosure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.disclosure",
            ),
        ),
        migrations.CreateModel(
            name="SuspensionAnswer",
            fields=[
                (
                    "suspension",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="answer",
                        serialize=False,
                        to="requests_app.suspension",
                    ),
                ),
                (
                    "facts",
                    audit.fields.SealedRecord(name="disclosures.suspension_answer", version=1),
                ),
                ("answered_by", models.CharField(max_length=64)),
                ("answered_by_name", models.CharField(max_length=200)),
                ("answered_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="suspension",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suspensions",
                to="requests_app.patient",
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.site",
            ),
        ),
        migrations.CreateModel(
            name="SuppliedLine",
            fields=[
                (
                    "suppressed",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="supplied",
                        serialize=False,
                        to="requests_app.suppressedline",
                    ),
                ),
                (
                    "supplement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.issuedaccounting",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="suppressedline",
            constraint=models.UniqueConstraint(
                fields=("accounting", "disclosure"), name="suppressed_line_once"
            ),
        ),
        migrations.AddIndex(
            model_name="suspension",
            index=models.Index(fields=["patient", "stated_on"], name="suspension_patient"),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_on__gte", models.F("stated_on"))), name="suspension_days"
            ),
        ),
        only_grows(
            "earlieraccounting",
            "suspension",
            "suspensionanswer",
            "suppressedline",
            "suppliedline",
        ),
        legal_moves(
            "accounting",
            ("supplement", "provided", "provided"),
            ("supplement", "closed", "closed"),
        ),
    ]
