"""The fine as a review or court changed it, and what was returned of what had been paid."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_payments_contests"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="changed_fine",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="fine_changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="returned",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="case",
            name="returned_at",
            field=models.DateTimeField(null=True),
        ),
    ]
