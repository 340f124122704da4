from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from wagtail.documents.forms import BaseDocumentForm

from ..intake import taking_in


class DocumentForm(BaseDocumentForm):
    """A door to ``intake``: the file is judged and cleaned while its uploader can still choose another.

    ``WAGTAILDOCS_DOCUMENT_FORM_BASE`` puts it wherever Wagtail takes a document: adding one or many,
    editing, and every chooser.
    """

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        return taking_in.examine(
            file, name=file.name, title=self.cleaned_data.get("title") or self.instance.title
        )

    def save(self, commit=True):
        """Save the document, its file's record and the end of its former file together.

        Wagtail deletes the former file before it saves; here it goes when the new one is committed.
        """
        former, self.original_file = self.original_file, None
        name = former.name if former else ""
        with transaction.atomic():
            document = super().save(commit=commit)
            if commit and name and name != document.file.name:
                transaction.on_commit(lambda: former.storage.delete(name), robust=True)
        return document
