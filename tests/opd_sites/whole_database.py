"""Every row of every table, for tests that promise that nothing changed."""

from django.apps import apps

from kip_pages.models import PublicChange


def whole_database():
    """Return the rows of each table that has any, by the model's label and the row's key.

    But for the words that something may have changed: needless ones are harmless.
    """
    return {
        model._meta.label: {row["pk"]: row for row in rows}
        for model in apps.get_models(include_auto_created=True)
        if model is not PublicChange
        and model._meta.managed
        and not model._meta.proxy
        and (rows := model._base_manager.order_by().values("pk", *_columns(model)))
    }


def _columns(model):
    return [field.attname for field in model._meta.local_concrete_fields]
