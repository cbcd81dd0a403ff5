"""When the notice of a hearing was made: its delivery counts from then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="hearing_told_at",
            field=models.DateTimeField(null=True),
        ),
    ]
