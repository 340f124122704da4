"""Yearly editions of the register, their files, and the PDF files that somebody asked for."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import EditionFormat, EditionStatus, PrintState

# UU 14/2008 has been in force since 2010: no register is older.
FIRST_YEAR = 2010

validate_nip = RegexValidator(
    r"^\d{8} ?\d{6} ?\d ?\d{3}$",
    _("A NIP has 18 digits, for example 19700131 199503 1 001."),
)


class FrozenEditionError(RuntimeError):
    """A frozen edition cannot be changed or deleted.

    Correct it with a new edition of the same year: it gets the next revision number and says why.
    """


class FrozenQuerySet(models.QuerySet):
    """Refuses to change or delete what is frozen; ``frozen`` says which rows are."""

    def frozen(self):
        return self

    def update(self, **kwargs):
        self._refuse_frozen()
        return super().update(**kwargs)

    def delete(self):
        self._refuse_frozen()
        return super().delete()

    def _refuse_frozen(self):
        if self.frozen().exists():
            raise FrozenEditionError(f"a frozen {self.model._meta.verbose_name} stays as it is")


class RegisterEditionQuerySet(FrozenQuerySet):
    def frozen(self):
        return self.filter(status=EditionStatus.FROZEN)

    def newest_first(self):
        return self.order_by("-year", "-revision", "-pk")

    def of_pages_below(self, path):
        """Editions of the agency whose root page has ``path``."""
        return self.filter(agency__root_page__path=path)


class RegisterEdition(models.Model):
    """The register of one agency and year, as it was decided by decree; unchangeable once frozen.

    Four things keep a frozen edition as it is: ``save``, ``delete`` and the queryset refuse; the
    admin offers neither; triggers in the database refuse as well (``sealing``); and every
    download compares the file with the hash that was taken when it was made.
    """

    agency = models.ForeignKey(
        "opd_sites.Agency",
        on_delete=models.PROTECT,
        related_name="register_editions",
        verbose_name=_("agency"),
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(2999)]
    )
    # 0 is the edition of the year; 1 and up correct it.
    revision = models.PositiveSmallIntegerField(_("revision"), default=0, editable=False)
    revision_reason = models.CharField(
        _("reason for the correction"),
        max_length=255,
        blank=True,
        help_text=_("Needed where the year has a frozen edition already; printed on the list."),
    )
    decree_number = models.CharField(
        _("number of the decree"),
        max_length=100,
        blank=True,
        help_text=_("The decision that establishes the list, for example 489.1/Kep.12-PPID/2026."),
    )
    decided_on = models.DateField(_("date of the decree"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    signer_name = models.CharField(_("name of the signer"), max_length=255, blank=True)
    signer_position = models.CharField(
        _("position of the signer"),
        max_length=255,
        blank=True,
        help_text=_("As it stands above the signature: Kepala Dinas … selaku PPID Pelaksana."),
    )
    signer_nip = models.CharField(
        _("NIP of the signer"), max_length=21, blank=True, validators=[validate_nip]
    )

    status = models.CharField(
        max_length=10, choices=EditionStatus.choices, default=EditionStatus.DRAFT, editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, editable=False)
    entry_count = models.PositiveIntegerField(_("entries"), default=0, editable=False)
    # Of the JSON file, from which every other file was made.
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = RegisterEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of the register")
        verbose_name_plural = _("editions of the register")
        ordering = ["-year", "-revision", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "revision"], name="kip_edition_once_per_revision"
            ),
            models.CheckConstraint(
                condition=Q(status=EditionStatus.DRAFT)
                | Q(frozen_at__isnull=False, decided_on__isnull=False) & ~Q(sha256=""),
                name="kip_edition_frozen_whole",
            ),
        ]

    def __str__(self):
        return f"{self.agency.code} {self.label}"

    def save(self, *args, **kwargs):
        if self.pk and RegisterEdition.objects.frozen().filter(pk=self.pk).exists():
            raise FrozenEditionError(f"{self} is frozen")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        if RegisterEdition.objects.frozen().filter(pk=self.pk).exists():
            raise FrozenEditionError(f"{self} is frozen")
        return super().delete(*args, **kwargs)

    @property
    def label(self) -> str:
        return f"{self.year}/{self.revision}" if self.revision else str(self.year)

    @property
    def is_frozen(self) -> bool:
        return self.status == EditionStatus.FROZEN

    @property
    def frozen_count(self) -> int | None:
        """How many entries were frozen; None while nothing is."""
        return self.entry_count if self.is_frozen else None

    @property
    def missing(self) -> list:
        """Return the labels of what must be known before the edition can be frozen."""
        needed = ["decree_number", "decided_on", "place", "signer_name", "signer_position"]
        needed += ["revision_reason"] if self.revision else []
        return [self._meta.get_field(n).verbose_name for n in needed if not getattr(self, n)]

    def clean(self):
        super().clean()
        if not (self.agency_id and self.year):
            return
        others = RegisterEdition.objects.filter(agency=self.agency_id, year=self.year)
        others = others.exclude(pk=self.pk)
        if others.exclude(status=EditionStatus.FROZEN).exists():
            raise ValidationError(
                {"year": _("There is a draft for this year already: go on with that one.")}
            )
        newest = others.newest_first().first()
        self.revision = newest.revision + 1 if newest else 0
        if newest and not self.revision_reason:
            raise ValidationError(
                {
                    "revision_reason": _(
                        "The edition of this year is frozen. What corrects it is a new edition: "
                        "say what is corrected and why."
                    )
                }
            )


class EditionFile(models.Model):
    """One file of a frozen edition, byte for byte as it was made. Append-only.

    In the database, not in the storage of files: what was signed is then in the same backup as the
    decision, and nobody can exchange it by way of a folder.
    """

    edition = models.ForeignKey(RegisterEdition, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=10, choices=EditionFormat.choices)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an edition")
        verbose_name_plural = _("files of editions")
        constraints = [
            models.UniqueConstraint(fields=["edition", "format"], name="kip_edition_file_once")
        ]

    def __str__(self):
        return f"{self.edition_id} {self.format}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise FrozenEditionError(f"file {self.pk} of an edition stays as it is")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise FrozenEditionError(f"file {self.pk} of an edition stays")


class RegisterPrintQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=(PrintState.WAITING, PrintState.MAKING))

    def newest_first(self):
        return self.order_by("-requested_at", "-pk")


class RegisterPrint(models.Model):
    """A PDF of the register that somebody asked for: laying out a long table takes minutes.

    Without an edition it shows the register as it is then, and is kept for a day. Of a frozen
    edition it becomes the edition's file, and ``content`` stays empty.
    """

    agency = models.ForeignKey("opd_sites.Agency", on_delete=models.CASCADE, related_name="+")
    edition = models.ForeignKey(
        RegisterEdition, on_delete=models.CASCADE, null=True, related_name="prints"
    )
    state = models.CharField(max_length=12, choices=PrintState.choices, default=PrintState.WAITING)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    content = models.BinaryField(null=True)

    objects = RegisterPrintQuerySet.as_manager()

    class Meta:
        verbose_name = _("print of the register")
        verbose_name_plural = _("prints of the register")
        constraints = [
            # Who asks again while one is open gets that one.
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(state__in=("waiting", "making")),
                name="kip_print_one_open_per_edition",
            )
        ]

    def __str__(self):
        return f"print {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in (PrintState.WAITING, PrintState.MAKING)
