from django.db import migrations, models


def keep_previous_secrets(apps, schema_editor):
    subscriptions = apps.get_model("kip_pages", "WebhookSubscription").objects
    for subscription in subscriptions.exclude(previous_secret_until=None):
        until = subscription.previous_secret_until.isoformat()
        subscription.earlier_secrets = [{"secret": subscription.previous_secret, "until": until}]
        subscription.save(update_fields=["earlier_secrets"])


class Migration(migrations.Migration):
    dependencies = [("kip_pages", "0011_operators_imports")]

    operations = [
        migrations.AddField(
            model_name="webhooksubscription",
            name="earlier_secrets",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.RunPython(keep_previous_secrets, migrations.RunPython.noop),
        migrations.RemoveField(model_name="webhooksubscription", name="previous_secret"),
        migrations.RemoveField(model_name="webhooksubscription", name="previous_secret_until"),
    ]
