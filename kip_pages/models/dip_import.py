import uuid

from django.conf import settings
from django.db import models
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..import_choices import FileRefusal, ImportState, RowPlan, RowRefusal, SetAside
from .document import private_storage


class DipImportQuerySet(models.QuerySet):
    def due(self):
        """Imports with work for a worker, the oldest first."""
        return self.filter(state__in=(ImportState.READING, ImportState.RUNNING)).order_by("pk")


class DipImport(models.Model):
    """A register in a file that is to become, or has become, entries of an agency's DIP."""

    agency = models.ForeignKey(
        "opd_sites.Agency",
        on_delete=models.CASCADE,
        related_name="dip_imports",
        verbose_name=_("agency"),
    )
    file = models.FileField(
        _("file"), storage=private_storage, upload_to="imports/%Y/%m", max_length=255
    )
    name = models.CharField(_("name of the file"), max_length=255)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.READING
    )
    created_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    # Accounts can be deleted; nobody becomes the operator by that.
    is_operators = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    # What the officer has confirmed (``questions.Answers``), and what there was to confirm.
    answers = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    is_confirmed = models.BooleanField(default=False)
    refusal = models.CharField(max_length=20, choices=FileRefusal.choices, blank=True)
    refusal_about = models.JSONField(default=dict)

    # Of the reading that counts: one that was overtaken by another stops at its next batch.
    reading = models.UUIDField(default=uuid.uuid4)
    rows_read = models.PositiveIntegerField(default=0)
    batches_done = models.PositiveIntegerField(default=0)
    is_cancelling = models.BooleanField(default=False)

    objects = DipImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a register")
        verbose_name_plural = _("imports of registers")
        ordering = ["-created_at", "-pk"]
        permissions = [("run_dipimport", "Can run an import of a register")]

    def __str__(self):
        return self.name

    @property
    def refusal_text(self) -> str:
        """Say why the file was not read, and what to do, in the reader's language."""
        return str(FileRefusal(self.refusal).label) % self.refusal_about if self.refusal else ""

    @property
    def is_working(self) -> bool:
        return self.state in (ImportState.READING, ImportState.RUNNING)

    @property
    def has_ended(self) -> bool:
        return self.state in (ImportState.DONE, ImportState.CANCELLED)


class DipImportRowQuerySet(models.QuerySet):
    def entries(self):
        return self.exclude(plan=RowPlan.ASIDE)

    def to_do(self):
        """Entries that nothing has become of yet, in the order of the file."""
        return self.filter(plan__in=(RowPlan.NEW, RowPlan.CHANGED), outcome="").order_by("number")

    def tally(self) -> dict[tuple[str, str, str], int]:
        """Return how many rows there are of each plan, outcome and reason, asked at once."""
        found = self.order_by().values_list("plan", "outcome", "reason").annotate(rows=Count("pk"))
        return {(plan, outcome, reason): rows for plan, outcome, reason, rows in found}

    def counts(self, field="plan") -> dict[str, int]:
        """Return how many rows there are of each plan or outcome."""
        found = self.order_by().values(field).annotate(rows=Count("pk"))
        return {row[field]: row["rows"] for row in found}


class DipImportRow(models.Model):
    """One row of the file as it was understood, what is to become of it and what became of it."""

    of = models.ForeignKey(DipImport, on_delete=models.CASCADE, related_name="rows")
    # In the order of the file; a row may hold two entries, side by side.
    number = models.PositiveIntegerField()
    sheet = models.CharField(_("sheet"), max_length=255, blank=True)
    row = models.PositiveIntegerField(_("row"))
    title = models.TextField(_("title"), blank=True)
    # ``understood.Understood`` as JSON; of what is no entry, its text.
    understood = models.JSONField(default=dict)
    plan = models.CharField(_("plan"), max_length=10, choices=RowPlan.choices)
    outcome = models.CharField(_("outcome"), max_length=10, choices=RowPlan.choices, blank=True)
    reason = models.CharField(
        max_length=20, choices=[*SetAside.choices, *RowRefusal.choices], blank=True
    )
    reason_about = models.JSONField(default=dict)
    # Names of the fields that differ from what is published.
    changes = models.JSONField(default=list)
    # An entry that stands already and is called nearly the same.
    resembles = models.CharField(max_length=255, blank=True)
    batch = models.PositiveIntegerField(null=True)
    page = models.ForeignKey(
        "kip_pages.DipEntryPage", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = DipImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="kip_one_row_per_number")
        ]
        indexes = [models.Index(fields=["of", "plan", "outcome"], name="kip_import_rows")]

    def __str__(self):
        return self.title or f"{self.sheet} {self.row}"

    @property
    def reason_text(self) -> str:
        """Say why it is no entry or does not come in, in the reader's language."""
        return str(self.get_reason_display()) % self.reason_about if self.reason else ""
