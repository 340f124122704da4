"""Forms for importing a register: the file, and what only an officer can say of it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from ..dip_import import uploading
from ..dip_import.columns import Role
from ..dip_import.opening import EXTENSIONS
from ..dip_import.questions import LEFT_OUT, Answers
from ..dip_import.refusing import too_large
from ..dip_import.vocabulary import Stated
from ..models import DipImport
from .own_agency import OwnAgencyForm

ROLES = {
    Role.IGNORED: _("(not imported)"),
    Role.NUMBER: _("Number"),
    Role.KEY: _("Key of the entry"),
    Role.AGENCY: _("Code of the agency"),
    Role.TITLE: _("Title"),
    Role.SUMMARY: _("Summary"),
    Role.CATEGORY: _("Category"),
    Role.SECTION: _("Heading of a part"),
    Role.HOLDER: _("Unit that holds the information"),
    Role.RESPONSIBLE: _("Responsible for making or issuing it"),
    Role.MADE: _("When and where it was made"),
    Role.PLACE: _("Where it was made"),
    Role.YEAR: _("Year it is about"),
    Role.FORM: _("Forms available"),
    Role.RETENTION: _("Retention period"),
    Role.LINK: _("Address of the document"),
    Role.LEGAL_BASIS: _("Legal ground of an exemption"),
    Role.NOTE: _("Note (not imported)"),
    Role.UNIT: _("Unit"),
    Role.IS_PRINTED: _("Tick: print"),
    Role.IS_RECORDED: _("Tick: recording"),
    Role.IS_ONLINE: _("Tick: online"),
    Role.IS_PERIODIC: _("Tick: periodic"),
    Role.IS_IMMEDIATE: _("Tick: immediate"),
    Role.IS_ALWAYS_AVAILABLE: _("Tick: always available"),
    Role.IS_EXEMPT: _("Tick: exempt"),
    Role.OF_YEAR: _("Tick or address: of the year in the heading"),
}
CATEGORIES = [
    ("", _("(not yet chosen: stays out)")),
    *((stated.value, stated.category.label) for stated in Stated if stated.category),
    (Stated.EXEMPT.value, _("Exempt: set aside")),
    (LEFT_OUT, _("Leave these rows out")),
]


class UploadForm(OwnAgencyForm):
    upload = forms.FileField(
        label=_("File"),
        help_text=format_lazy(
            _("A spreadsheet: {extensions}. Nothing is published before you have seen every row."),
            extensions=", ".join(EXTENSIONS[:3]).upper().replace(".", ""),
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(EXTENSIONS)}),
    )

    class Meta:
        model = DipImport
        fields = ["agency"]

    def clean_upload(self):
        file = self.cleaned_data["upload"]
        if file.size > uploading.limit():
            raise ValidationError(str(too_large(uploading.limit())), code="too_large")
        return file

    def save(self, commit=True):
        file = self.cleaned_data["upload"]
        agency = self.cleaned_data.get("agency") or self.instance.agency
        return uploading.take_in(file.file, name=file.name, agency=agency, by=self.for_user)


class ConfirmForm(WagtailAdminModelForm):
    """One field for each column that was found and for each question that the file leaves open."""

    class Meta:
        model = DipImport
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.answers = Answers.from_json(self.instance.answers)
        found = self.instance.found
        self.tables = [self._table(table) for table in found.get("tables", ())]
        self.questions = [self._question(question) for question in found.get("questions", ())]
        self.hidden_rows = found.get("hidden", 0)
        if self.hidden_rows:
            self.fields["with_hidden"] = forms.BooleanField(
                label=_("Import hidden rows and sheets as well"),
                required=False,
                initial=self.answers.with_hidden,
            )

    def _table(self, table):
        columns = []
        for column in table["columns"]:
            name = f"column-{table['key']}-{column['column']}"
            heading = column["heading"] or gettext("Column %(number)s") % {
                "number": column["column"]
            }
            self.fields[name] = forms.ChoiceField(
                label=heading,
                choices=[(role.value, label) for role, label in ROLES.items()],
                initial=column["role"] or Role.IGNORED.value,
            )
            columns.append({"field": self[name], "examples": column["examples"]})
        return {"sheets": table["sheets"], "has_header": table["has_header"], "columns": columns}

    def _question(self, question):
        name = f"category-{question['key']}"
        self.fields[name] = forms.ChoiceField(
            label=_question_label(question),
            choices=CATEGORIES,
            required=False,
            initial=self.answers.categories.get(question["key"], ""),
        )
        return question | {"field": self[name]}

    def clean(self):
        cleaned = super().clean()
        for table, shown in zip(self.instance.found.get("tables", ()), self.tables, strict=True):
            roles = [cleaned.get(column["field"].name) for column in shown["columns"]]
            was_register = Role.TITLE.value in [column["role"] for column in table["columns"]]
            if was_register and Role.TITLE.value not in roles:
                message = _("One column must hold the titles.")
                self.add_error(shown["columns"][0]["field"].name, message)
        return cleaned

    def save(self, commit=True):
        columns = {}
        for table in self.instance.found.get("tables", ()):
            for column in table["columns"]:
                number = str(column["column"])
                chosen = self.cleaned_data[f"column-{table['key']}-{number}"]
                if chosen != (column["role"] or Role.IGNORED.value):
                    columns.setdefault(table["key"], {})[number] = chosen
        kept = {key: roles | columns.pop(key, {}) for key, roles in self.answers.columns.items()}
        answers = Answers(
            columns=kept | columns,
            categories=self.answers.categories | self._chosen_categories(),
            with_hidden=self.cleaned_data.get("with_hidden", False),
        )
        uploading.confirm(self.instance, answers)
        return self.instance

    def _chosen_categories(self):
        return {
            question["key"]: self.cleaned_data[question["field"].name]
            for question in self.questions
        }


def _question_label(question):
    about = {name: question[name] for name in ("said", "section", "sheet")}
    if question["said"]:
        return gettext("Category of the rows that say “%(said)s”") % about
    if question["section"] and question["sheet"]:
        return gettext("Category of “%(section)s” on the sheet “%(sheet)s”") % about
    if question["section"]:
        return gettext("Category of “%(section)s”") % about
    if question["sheet"]:
        return gettext("Category of the sheet “%(sheet)s”") % about
    return gettext("Category of the rows that state none")
