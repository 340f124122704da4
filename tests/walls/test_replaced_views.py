"""What of Wagtail's inside the guard relies on is as it was when the guard was written.

A failure here means that Wagtail or wagtail-localize changed it. Read the new source beside
``opd_sites/guard``, mend what has to be mended, run ``tests/walls``, and write the new digest.
"""

import hashlib
import inspect
import re

import pytest
from django.contrib.auth.forms import PasswordResetForm as DjangoPasswordResetForm
from modelcluster.forms import BaseTransientModelFormSet
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.actions.move_page import MovePageAction
from wagtail.admin.api.serializers import AdminPageSerializer, PageTranslationsField
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.forms.auth import PasswordResetForm
from wagtail.admin.mail import send_notification
from wagtail.admin.views import home, tags
from wagtail.admin.views.chooser import ExternalLinkView
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.admin.views.pages.convert_alias import ConvertAliasView
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.preview import PreviewOnEditView
from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.admin.views.reports.locked_pages import LockedPagesView
from wagtail.api.v2.serializers import PageAliasOfField
from wagtail.blocks import BaseStreamBlock, BaseStructBlock, ListBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.images.views.chooser import ImageChooseViewMixin
from wagtail.models import ReferenceIndex
from wagtail_localize.models import TranslationContext
from wagtail_localize.views.convert import convert_to_alias
from wagtail_localize.views.report import TranslationsReportView
from wagtail_localize.views.update_translations import UpdateTranslationsView

DIGESTS = {
    # answered by subclasses in guard/views.py and guard/localize.py
    tags.autocomplete: "9e93c5888bff",
    ImageChooseViewMixin.get_context_data: "9bf217478d6b",
    SetPrivacyView: "3ea9894995ee",
    LogEntriesView.get_filtered_queryset: "dadac41737d4",
    LockedPagesView.get_queryset: "c66909ae24e8",
    TranslationsReportView.get_queryset: "61d34d9b64b0",
    UpdateTranslationsView: "f1063d21e3dd",
    convert_to_alias: "2ae01487509b",
    # whose lists guard/screens.py narrows
    PagesAdminAPIViewSet: "253bbd87ba8f",
    AdminPageSerializer: "d1d61124fcee",
    PageTranslationsField: "188c2ef9cda2",
    PageAliasOfField: "93be8ca8f5b0",
    home.LockedPagesPanel.get_context_data: "03e95e6a3f7f",
    home.RecentEditsPanel.get_context_data: "9d681bb77f47",
    # whose names in a form guard/posted.py walks
    BaseStreamBlock.value_from_datadict: "8bfe3e903349",
    BaseStructBlock.value_from_datadict: "3b3205c46541",
    BaseTypedTableBlock.value_from_datadict: "b99a302481c0",
    ListBlock.value_from_datadict: "4a7e037acfe4",
    BaseTransientModelFormSet._construct_form: "77ef91e27c47",
    EditView.post: "83289d93eb46",
    PreviewOnEditView.get_form: "a05ab3fcaa46",
    ReferenceIndex._extract_references_from_object: "4b4725bc6567",
    # what guard/requests.py and guard/localize.py prepare a request for
    ExternalLinkView.post: "6028e2082439",
    TranslationContext.get_field_path: "89a65bcc1c2e",
    # who is told of comments (opd_sites/mailing.py) and sent a new password (opd_sites/passwords.py)
    send_notification: "e0d5607646d1",
    EditView.send_commenting_notifications: "915fa907e9b5",
    PasswordResetForm: "cf47002c7ede",
    DjangoPasswordResetForm.save: "db1c3d3aac9e",
    # around what opd_sites/moving.py and the hooks on copies and aliases cut
    MovePageAction._move_page: "62869da1948c",
    ConvertAliasPageAction._convert_alias: "a2e473840d69",
    ConvertAliasView: "dfc3a8045903",
    CopyView: "ccc41dc28755",
}


def digest(thing):
    source = inspect.getsource(inspect.unwrap(getattr(thing, "__func__", thing)))
    return hashlib.sha256(re.sub(r"\s+", " ", source).encode()).hexdigest()[:12]


@pytest.mark.parametrize("thing", DIGESTS, ids=lambda thing: thing.__qualname__)
def test_what_the_guard_relies_on_has_not_changed(thing):
    assert digest(thing) == DIGESTS[thing]
