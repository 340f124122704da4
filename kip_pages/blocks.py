import copy

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageBlock

RICH_TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]


class FigureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("image"))
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
    paragraph = blocks.RichTextBlock(label=_("Paragraph"), features=RICH_TEXT_FEATURES)
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
