from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from opd_sites.choices import AgencyRole
from opd_sites.notices import publishers_for
from opd_sites.roles import role_word

from ..alerts import publishing, sayable
from ..alerts.links import dead_links
from ..alerts.messages import agency_of
from ..alerts.showing import AlertBoard
from ..alerts.state import banner_of
from ..models import EmergencyAnnouncementPage


def warn_of_missing_elements(request, page):
    """The law forbids to wait for these, so they warn after publishing instead of blocking it."""
    if page.missing_elements:
        messages.warning(
            request,
            _("Published. Please add when known: %(elements)s.")
            % {"elements": "; ".join(str(label) for label in page.missing_elements)},
        )


class ConfirmationForm(forms.Form):
    """The reason is there already, so that nobody has to think of one first."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is published at once"),
        help_text=gettext_lazy("Stands in the audit log, and reviewers are told."),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Say in a few words why it cannot wait.")},
    )
    version = forms.CharField(widget=forms.HiddenInput)


class PublishAtOnceView(WagtailAdminTemplateMixin, FormView):
    """The public text of an announcement, as it will stand there, and one button to publish it.

    Who may only edit is told here who can publish, and can ask them with one press. An alias has no text
    of its own: it is public where its original is.
    """

    wall_models = {"pk": EmergencyAnnouncementPage}
    form_class = ConfirmationForm
    template_name = "kip_pages/admin/publish_at_once.html"
    page_title = gettext_lazy("Publish at once")
    header_icon = "warning"

    def dispatch(self, request, *args, **kwargs):
        self.page = get_object_or_404(EmergencyAnnouncementPage, pk=kwargs["pk"], alias_of=None)
        may = self.page.permissions_for_user(request.user)
        if not may.can_edit():
            raise Http404
        self.may_publish = may.can_publish()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        try:
            publishing.check(self.announcement, at=timezone.now())
        except sayable.UnsayableError:
            pass  # the screen names what to mend beside the text
        except ValidationError as error:
            return self._send_back(error)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.may_publish:
            return super().post(request, *args, **kwargs)
        people = publishing.ask_publishers(self.page, user=request.user, at=timezone.now())
        tell_who_was_asked(request, people)
        return redirect("wagtailadmin_pages:edit", self.page.pk)

    def form_valid(self, form):
        try:
            page = publishing.publish_at_once(
                self.page, **form.cleaned_data, user=self.request.user, at=timezone.now()
            )
        except publishing.TextChangedError:
            return self._ask_again(form)
        except sayable.UnsayableError:
            return self.render_to_response(self.get_context_data(form=form))
        except ValidationError as error:
            return self._send_back(error)
        if page.approved_schedule:
            messages.success(
                self.request,
                _("“%(title)s” will go live as planned.") % {"title": page.draft_title},
            )
        else:
            messages.success(self.request, _("“%(title)s” is public now.") % {"title": page.title})
            warn_of_missing_elements(self.request, page)
        return redirect("wagtailadmin_explore", page.get_parent().pk)

    def _send_back(self, error):
        """Lead to the form, which says at its fields what is needed."""
        messages.error(
            self.request,
            _("Needed before it can be published: %(fields)s")
            % {"fields": publishing.lacking(error)},
        )
        return redirect("wagtailadmin_pages:edit", self.page.pk)

    def _ask_again(self, form):
        """Show the text as it is now; what was typed stays."""
        messages.warning(
            self.request,
            _("The text was saved anew while you were reading. Look again: this is how it is now."),
        )
        again = self.form_class(initial=form.cleaned_data | {"version": self.version})
        return self.render_to_response(self.get_context_data(form=again))

    @cached_property
    def _newest(self):
        return publishing.newest_text(self.page)

    @property
    def announcement(self):
        return self._newest[0]

    @property
    def version(self):
        return self._newest[1]

    def get_initial(self):
        page = self.announcement
        why = f"{page.get_kind_display()} – {page.get_hazard_display()} (UU 14/2008 Ps. 10)"
        return {"version": self.version, "reason": why}

    def get_page_subtitle(self):
        return self.announcement.title

    def get_breadcrumbs_items(self):
        title = self.announcement.title
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtailadmin_pages:edit", args=[self.page.pk]), "label": title},
            {"url": "", "label": self.page_title},
        ]

    def _obstacles(self):
        moment = publishing.public_at(self.announcement, at=timezone.now())
        return sayable.obstacles(self.announcement, at=moment)

    def get_context_data(self, **kwargs):
        found = self._obstacles()
        return super().get_context_data(
            announcement=self.announcement,
            to_mend=[one for one in found if one.field],
            for_the_province=[one for one in found if not one.field],
            dead_links=dead_links(self.announcement) if self.request.method == "GET" else [],
            public_page=public_page(self.announcement, self.request),
            banner=None if self.announcement.is_drill else banner(self.announcement),
            may_publish=self.may_publish,
            publisher_word=role_word(AgencyRole.PUBLISHER),
            is_planned=bool(
                self.announcement.go_live_at and self.announcement.go_live_at > timezone.now()
            ),
            publishers=publishers_for(self.page),
            **kwargs,
        )


def tell_who_was_asked(request, people):
    names = ", ".join(get_user_display_name(person) for person in people)
    if names:
        messages.success(request, _("Asked to publish now: %(names)s.") % {"names": names})
    else:
        messages.error(
            request,
            _("Nobody can be asked: this agency has nobody who is %(role)s.")
            % {"role": role_word(AgencyRole.PUBLISHER)},
        )


def public_page(announcement, request) -> str:
    """Return the page as the public will be shown it, whatever template the project gave it."""
    # Serving the preview speaks the page's language from then on.
    with translation.override(translation.get_language()):
        response = announcement.make_preview_request(request, announcement.default_preview_mode)
    return response.content.decode()


def banner(announcement) -> str:
    """Return what every page of the sites that it reaches shows first while it is in force."""
    announcement.agency = agency_of(announcement)
    board = AlertBoard((announcement,), drills=(), next_change=None)
    language = announcement.locale.language_code
    with translation.override(language):
        return banner_of(board, site=announcement.get_site(), language=language)
