from django.db import migrations, models


class Migration(migrations.Migration):
    """Tags of local languages are longer than two letters: ``jv-x-banten``."""

    dependencies = [
        ("kip_pages", "0024_document_block"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consumercursor",
            name="locale",
            field=models.CharField(blank=True, max_length=35, verbose_name="language"),
        ),
        migrations.AlterField(
            model_name="feeditem",
            name="locale",
            field=models.CharField(max_length=35),
        ),
        migrations.AlterField(
            model_name="feedpurge",
            name="locale",
            field=models.CharField(max_length=35),
        ),
        migrations.AlterField(
            model_name="subscriber",
            name="language",
            field=models.CharField(max_length=35),
        ),
    ]
