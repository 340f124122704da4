import copy
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageBlock

from .alt_texts import validate_alt_text
from .choices import DocumentState

RICH_TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]


def require_alt_text(image) -> None:
    """Raise ``ValidationError`` where the image of a block has neither words nor is decorative."""
    if not image.decorative:
        validate_alt_text(image.contextual_alt_text or "", file_name=image.file.name)


class DescribedImageBlock(ImageBlock):
    """Wagtail's, which asks for a description or the word "decorative": in drafts, too.

    Who publishes a draft by an approval, from a list or by the clock sees no form that could still ask.
    """

    def clean(self, value):
        value = super().clean(value)
        if value:
            try:
                require_alt_text(value)
            except ValidationError as error:
                raise StructBlockValidationError(block_errors={"alt_text": error}) from error
        return value


class FigureBlock(blocks.StructBlock):
    image = DescribedImageBlock(label=_("image"))
    caption = blocks.CharBlock(label=_("caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "kip_pages/blocks/figure.html"


class QuoteBlock(blocks.StructBlock):
    quote = blocks.TextBlock(label=_("quote"))
    attribution = blocks.CharBlock(label=_("said by"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "kip_pages/blocks/quote.html"


class ParagraphBlock(blocks.RichTextBlock):
    """Text; where it links to a PDF, readers of a page are told whom to ask for another version."""

    def render_basic(self, value, context=None):
        html = super().render_basic(value, context)
        if context is None or context.get("for_feed") or not self._links_to_pdf(value):
            return html
        note = render_to_string("kip_pages/includes/other_version.html")
        return format_html("{}{}", html, note)

    def _links_to_pdf(self, value):
        documents = get_document_model()
        linked = {
            key for model, key, *_place in self.extract_references(value) if model is documents
        }
        if not linked:
            return False
        found = documents.objects.filter(pk__in=linked, file__iendswith=".pdf")
        return found.exclude(kip_record__state=DocumentState.HELD).exists()


class DocumentBlock(DocumentChooserBlock):
    """A document with its record, which says whether it may be opened: one question for all of a page."""

    def bulk_to_python(self, values):
        found = self.model_class.objects.select_related("kip_record").in_bulk(values)
        # As in Wagtail's: an object for each value, although two may be of the same document.
        return [copy.copy(found.get(pk)) for pk in values]

    class Meta:
        label = _("Document")
        icon = "doc-full"
        template = "kip_pages/blocks/document.html"


class BodyBlock(blocks.StreamBlock):
    """What a press officer writes an article of."""

    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", template="kip_pages/blocks/heading.html"
    )
    paragraph = ParagraphBlock(label=_("Paragraph"), features=RICH_TEXT_FEATURES)
    image = FigureBlock()
    document = DocumentBlock()
    table = TableBlock(label=_("Table"))
    embed = EmbedBlock(
        label=_("Embedded media"), icon="media", template="kip_pages/blocks/embed.html"
    )
    quote = QuoteBlock()
    gallery = blocks.ListBlock(
        FigureBlock(), label=_("Gallery"), icon="image", template="kip_pages/blocks/gallery.html"
    )

    class Meta:
        label = _("Body")


def images_of(body: blocks.StreamValue) -> Iterator:
    """Return the images in what ``BodyBlock`` holds; blocks of other kinds are not read for it."""
    for number, raw in enumerate(body.raw_data):
        if raw["type"] == "image":
            figures = [body[number].value]
        elif raw["type"] == "gallery":
            figures = body[number].value
        else:
            continue
        yield from (figure["image"] for figure in figures if figure["image"])
