"""Where the admin's own ways to publish meet an emergency announcement: each leads past its text."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.action_menu import ActionMenuItem, PublishMenuItem
from wagtail.models import Page
from wagtail_localize.models import Translation

from opd_sites.choices import AgencyRole
from opd_sites.roles import role_word

from .alerts.publishing import ask_publishers, confirm_address
from .models import EmergencyAnnouncementPage, EmergencyIndexPage
from .views.announcements import tell_who_was_asked

ASK = "action-ask-publishers"


class AnnounceMenuItem(PublishMenuItem):
    label = gettext_lazy("Check and publish at once")


class AskMenuItem(ActionMenuItem):
    """Saves what was typed, and asks those who may publish."""

    name = ASK
    icon_name = "mail"

    @property
    def label(self):
        return _("Ask %(role)s to publish now") % {"role": role_word(AgencyRole.PUBLISHER)}


def offer_to_announce(menu_items, request, context):
    """Put first what an announcement is for: to be published, or to have somebody publish it."""
    if not _is_announcement(context):
        return
    may_publish = any(isinstance(item, PublishMenuItem) for item in menu_items)
    if not may_publish and not context.get("locked_for_user"):
        menu_items.insert(0, AskMenuItem())
    kept = [item for item in menu_items if not isinstance(item, PublishMenuItem)]
    menu_items[:] = [AnnounceMenuItem(), *kept] if may_publish else kept


def _is_announcement(context):
    if context["view"] == "create":
        return isinstance(context["parent_page"].specific, EmergencyIndexPage)
    return isinstance(context.get("page"), EmergencyAnnouncementPage)


def show_the_text_first(request, page):
    """What was typed is saved as a draft by now; it goes live from the page that shows it."""
    if isinstance(page, EmergencyAnnouncementPage):
        return redirect(confirm_address(page))
    return None


def ask_if_wanted(request, page):
    if ASK in request.POST and isinstance(page, EmergencyAnnouncementPage):
        people = ask_publishers(page, user=request.user, at=timezone.now())
        tell_who_was_asked(request, people)


def show_the_translated_text_first(request, page):
    """The editor of translations publishes without asking anybody: have it save, and show the text.

    Who may not publish there is left to it, and refused.
    """
    publishes = request.POST.get("action") == "publish"
    if not publishes or not isinstance(page, EmergencyAnnouncementPage):
        return None
    if not page.permissions_for_user(request.user).can_publish():
        return None
    translation = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True
    ).first()
    if translation is None:
        return None
    try:
        translation.save_target(user=request.user, publish=False)
    except ValidationError:  # localize has noted it at the strings by now
        messages.error(
            request,
            _(
                "New validation errors were found when publishing '{object}' in {locale}. Please fix "
                "them or click publish again to ignore these translations for now."
            ).format(object=page.draft_title, locale=page.locale.get_display_name()),
        )
        return redirect("wagtailadmin_pages:edit", page.pk)
    return redirect(confirm_address(page))


def publish_one_by_one(request, action_type, objects, action):
    """A bulk of announcements shows no text; a single one leads to its own."""
    if action_type != "publish" or not issubclass(action.model, Page):
        return None
    below = action.cleaned_form.cleaned_data.get("include_descendants")
    found = [page for page in objects if isinstance(page.specific, EmergencyAnnouncementPage)]
    if below:
        found += [page for parent in objects for page in _drafts_below(parent)]
    if not found:
        return None
    aliases = [page for page in found if page.alias_of_id]
    if aliases:
        messages.info(
            request,
            _("Aliases are public where their originals are: %(titles)s.") % _titles(aliases),
        )
        found = [page for page in found if page not in aliases]
    if len(objects) == len(found) == 1:
        return redirect(confirm_address(found[0]))
    if found:
        _refuse_together(request, found)
    return redirect(action.next_url)


def _refuse_together(request, announcements):
    messages.error(
        request,
        _(
            "Nothing was published. Emergency announcements are published one by one, after a look at "
            "the text: %(titles)s."
        )
        % _titles(announcements),
    )


def _titles(pages):
    return {"titles": "; ".join(page.draft_title for page in pages)}


def _drafts_below(page):
    return EmergencyAnnouncementPage.objects.descendant_of(page).not_live()


def copy_as_draft(request, page):
    """A copy says something new to the public: it begins as a draft, like any announcement."""
    if request.method != "POST" or "publish_copies" not in request.POST:
        return
    copied = page.get_descendants(inclusive=True)
    if copied.type(EmergencyAnnouncementPage).exists():
        request.POST = request.POST.copy()
        del request.POST["publish_copies"]
        messages.info(
            request,
            _("The copies are drafts: an announcement is published after a look at its text."),
        )
