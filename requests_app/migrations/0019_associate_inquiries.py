import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import script


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0018_access_whole"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssociateInquiry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("due_on", models.DateField(help_text="The associate's own last day.")),
                ("replied_at", models.DateTimeField(null=True)),
                ("replied_by", models.CharField(blank=True, max_length=64)),
                (
                    "found",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("nothing", "Disclosed nothing that counts"),
                            ("lines", "Disclosed something; it is in the disclosure log"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "answer",
                    audit.fields.SealedRecord(
                        name="disclosures.associate_inquiry", null=True, version=1
                    ),
                ),
                (
                    "associate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.businessassociate",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="associate_inquiries",
                        to="requests_app.request",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "associate"), name="associate_asked_once_a_request"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("found", ""), ("replied_at__isnull", True), ("replied_by", "")
                            ),
                            models.Q(
                                ("replied_at__isnull", False),
                                models.Q(("replied_by", ""), _negated=True),
                                models.Q(("found", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="associate_replied_by_whom",
                    ),
                ],
            },
        ),
        script("associate_inquiries.sql"),
    ]
