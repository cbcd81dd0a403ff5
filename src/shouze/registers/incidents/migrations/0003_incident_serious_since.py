"""When an incident that was graded lower before was found to be serious: it is reported at once from then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0002_incident_reported_by_dispatch"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="serious_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
