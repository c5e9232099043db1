from django.db import migrations, models


class Migration(migrations.Migration):
    """Checks about a whole record, which an auditor samples (164.514(d)(5)); stops that are told."""

    dependencies = [
        ("requests_app", "0025_drafts"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkmade",
            name="whole_record",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="outboxrow",
            name="topic",
            field=models.CharField(
                choices=[
                    ("received", "A request was received"),
                    ("moved", "Something happened on a request"),
                    ("letter", "A letter is ready"),
                    ("message", "A message was written"),
                    ("due_soon", "A request is due soon"),
                    ("due_today", "A request is due today"),
                    ("overdue", "A request is past its due date"),
                    ("pass_on", "A message was held, to be passed on by another means"),
                    ("urgent", "Something is to be passed on at once"),
                    ("late", "The answer is late"),
                    ("ended", "Something that was in force has ended"),
                    ("stopped", "Something planned was stopped by its check"),
                    ("digest", "What waits today"),
                    ("outage", "The service was not at work for a while"),
                    ("key_old", "The key-encryption key is to be changed"),
                    ("set_up", "Database or service are set up differently"),
                ],
                max_length=16,
            ),
        ),
    ]
