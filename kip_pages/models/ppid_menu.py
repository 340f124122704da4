import itertools

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Orderable

from ..choices import FILLED_BY_PAGES, InformationCategory, PpidFilling

# In this language every item has its words.
LANGUAGE = settings.LANGUAGE_CODE
ENGLISH = "en"


class PpidMenuManager(models.Manager):
    """An item is never shown without its group, so both are asked for at once."""

    def get_queryset(self):
        return super().get_queryset().select_related("parent")


class PpidMenuItem(Orderable):
    """One line of the PPID menu that all agencies' sites have in common; the province keeps it.

    Groups hold items, and no item holds others. A group that is filled by something is an item itself.
    What the law asks of it is said by ``obligations``, which are also what register entries answer.
    ``code`` is where it stood first, and survives every new name and place: the list that
    ``load_ppid_menu`` reads knows it by that, and addresses that were given once lead on.
    """

    code = models.CharField(max_length=130, unique=True, editable=False)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        limit_choices_to={"parent": None, "filling": PpidFilling.GROUP},
        verbose_name=_("group"),
        help_text=_("Leave empty for a group, or for an item that stands by itself."),
    )
    slug = models.SlugField(
        _("address"),
        max_length=60,
        help_text=_("The last part of its address, below /ppid/ on every site."),
    )
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    about = models.TextField(
        _("explanation"),
        blank=True,
        help_text=_(
            "One or two plain sentences: what citizens find here. They stand there in any case, "
            "whether the agency has published it or not."
        ),
    )
    about_en = models.TextField(_("explanation in English"), blank=True)
    is_shown = models.BooleanField(
        _("shown"), default=True, help_text=_("Untick it to take the item out of all menus.")
    )
    filling = models.CharField(
        _("filled by"), max_length=20, choices=PpidFilling.choices, default=PpidFilling.PAGES
    )
    category = models.CharField(
        _("category"),
        max_length=20,
        choices=InformationCategory.choices,
        blank=True,
        help_text=_("For the register: only entries of this category."),
    )
    page_slug = models.SlugField(
        _("page that stands in"),
        max_length=60,
        blank=True,
        help_text=_(
            "Last part of the address of an information page that every agency has from the start. "
            "It fills the item until the agency publishes something for it."
        ),
    )
    url = models.URLField(
        _("address elsewhere"),
        max_length=500,
        blank=True,
        help_text=_("The same for all agencies, for example of the province's request form."),
    )
    obligations = models.ManyToManyField(
        "kip_pages.Obligation",
        blank=True,
        related_name="menu_items",
        verbose_name=_("obligations"),
        help_text=_(
            "What the law asks for here. Register entries that answer one of them, or a part of it, "
            "fill the item where it is filled by pages and entries."
        ),
    )

    objects = PpidMenuManager()

    class Meta:
        ordering = ["sort_order", "pk"]
        verbose_name = _("item of the PPID menu")
        verbose_name_plural = _("items of the PPID menu")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "slug"],
                name="kip_ppid_item_address",
                violation_error_message=_("Another item of this group has this address."),
            ),
            models.UniqueConstraint(
                fields=["slug"],
                condition=models.Q(parent=None),
                name="kip_ppid_group_address",
                violation_error_message=_("Another group has this address."),
            ),
        ]

    def __str__(self):
        return f"{self.parent.title} › {self.title}" if self.parent_id else self.title

    def clean(self):
        super().clean()
        errors = {}
        if self.parent_id:
            if self.filling == PpidFilling.GROUP:
                errors["filling"] = _(
                    "Inside a group there are no groups: say what fills the item."
                )
            elif self.parent.parent_id or self.parent.filling != PpidFilling.GROUP:
                errors["parent"] = _("Choose a group.")
        holds_items = self.pk and self.children.exists()
        if holds_items and (self.parent_id or self.filling != PpidFilling.GROUP):
            errors["filling"] = _("It holds items, so it stays a group.")
        if errors:
            raise ValidationError(errors)

    def save(self, *args, **kwargs):
        self.code = self.code or self._free_code()
        super().save(*args, **kwargs)

    def _free_code(self):
        """Return where it stands; with a number where another item stood first."""
        taken = set(PpidMenuItem.objects.values_list("code", flat=True))
        numbered = (f"{self.path}-{number}" for number in itertools.count(2))
        return next(code for code in itertools.chain([self.path], numbered) if code not in taken)

    @property
    def path(self) -> str:
        """Where it stands below the menu's address."""
        return f"{self.parent.slug}/{self.slug}" if self.parent_id else self.slug

    @property
    def is_group(self) -> bool:
        return self.filling == PpidFilling.GROUP

    @property
    def takes_pages(self) -> bool:
        """Whether editors of agencies can say of a page that it answers this item."""
        return self.filling in FILLED_BY_PAGES

    @property
    def shown_title(self) -> str:
        """The title in the reader's language, or as it is where nobody translated it."""
        return self._said("title")

    @property
    def shown_about(self) -> str:
        return self._said("about")

    @property
    def title_language(self) -> str:
        """The language of ``shown_title`` where it is not the reader's; empty where it is."""
        return self._language("title")

    @property
    def about_language(self) -> str:
        return self._language("about")

    def _said(self, name):
        in_english = get_language() == ENGLISH and getattr(self, f"{name}_en")
        return in_english or getattr(self, name)

    def _language(self, name):
        has_it = get_language() == LANGUAGE or (
            get_language() == ENGLISH and getattr(self, f"{name}_en")
        )
        return "" if has_it else LANGUAGE
