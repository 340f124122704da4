"""Who may meet whose things at which address of the admin: one row for every route there is.

A route that is not here fails ``test_matrix.py``, which says what to add. A row names

- who is answered at that address with things of their own: editor (e), publisher (p), agency
  administrator (a), duty officer (d); what only the province administrator opens has v alone, what
  opens to nobody who comes by that way has ``-``. The province administrator may go wherever others may.
- what the address carries, by the name in the address: a kind of thing of ``world.py``, or ``=text``
- ``get``: queries to ask with besides the plain address; ``post``: forms to send. Their values, too,
  are kinds or ``=text``. ``posts`` is a row of an address that takes forms only.

Nobody but the province is ever answered with a foreign thing: no row says otherwise, as none may.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    opens: str
    address: dict
    get: tuple
    post: tuple


def row(opens, *, get=(), post=(), **address):
    return Row(opens.strip("-"), address, ({}, *get), tuple(post))


def posts(opens, *forms, **address):
    return Row(opens.strip("-"), address, (), forms or ({},))


NEWS = {"content_type_app_name": "=kip_pages", "content_type_model_name": "=newspage"}
NEWS_MODEL = {"app_label": "=kip_pages", "model_name": "=newspage"}
SEARCH = {"q": "=zq"}  # every marked word begins so
CSV = {"export": "=csv"}
FILTERS = {"_w_filter_fragment": "=1"}  # has the filters rendered with the results
LISTING = [SEARCH, {"owner": "user", "edited_by": "user", "site": "site"} | FILTERS]
FILES = [{"tag": "word"} | FILTERS, {"collection_id": "collection"} | FILTERS]
# As much of a form of news as is needed to be read; what it may refer to is `test_references.py`'s.
UNTOUCHED = {"title": "=judul", "slug": "=judul", "body-count": "=0"}
COPY = {"new_title": "=salinan", "new_slug": "=salinan", "new_parent_page": "section"}
PRIVACY = [{"restriction_type": "=groups", "groups": "group"}, {"restriction_type": "=login"}]
ENTRY = {"category": "=periodic", "file": "=@", "files": "=@", "title": "=judul"}
ALERT = {"title": "=judul", "areas": "=36.04", "lasts": "=6", "origin": "=own"}
EDITION = {"year": "=2028", "signer_name": "=Siti"}
# Every generic view of a model at once.
ABOUT_ONE = ("edit", "delete", "history", "history_results", "usage")
ABOUT_ALL = ("index", "index_results", "add")


def model(namespace, opens, kind, *, about_one=ABOUT_ONE, about_all=ABOUT_ALL):
    """Return rows for the views of a ``ModelViewSet``."""
    return {f"{namespace}:{view}": row(opens, pk=kind) for view in about_one} | {
        f"{namespace}:{view}": row(opens) for view in about_all
    }


def bulk(opens, app, name, *actions, kind, **options):
    """Return rows of the bulk actions for one type of thing, each with some of them and with all."""
    get = [{"id": kind}, {"id": "=all"}, {"id": "=all", "childOf": "section"}]
    address = {"app_label": f"={app}", "model_name": f"={name}"}
    return [row(opens, action=f"={a}", get=get, **options, **address) for a in actions]


IN_COLLECTION = {"post": [{"collection": "collection"}]}

# Forms of an announcement. Who may have it shown on chosen sites ticks agencies there, by public name and
# code, and is told nothing else of them (docs/explanation/walls.md).
OFFERS_AGENCIES = {
    *("announce:new", "announce:update", "announce:all_clear", "announce:relay"),
    *("wagtailadmin_pages:edit", "wagtailadmin_pages:revisions_revert"),
}

ROUTES = {
    # --- the frame
    "wagtailadmin_home": row("epad"),
    "wagtailadmin_account": row("epad"),
    "wagtailadmin_dismissibles": row("epad"),
    "wagtailadmin_javascript_catalog": row("epad"),
    "wagtailadmin_login": row("-"),
    "wagtailadmin_logout": posts("-"),
    "wagtailadmin_password_reset": row("epad"),
    "wagtailadmin_password_reset_complete": row("epad"),
    "wagtailadmin_password_reset_confirm": row("epad", uidb64="=x", token="=x"),
    "wagtailadmin_password_reset_done": row("epad"),
    "wagtailadmin_sprite": row("epad"),
    "wagtailadmin_block_preview": row("-", get=[{"id": "page"}]),
    # --- the admin's own API
    "wagtailadmin_api:pages:listing": row(
        "epad",
        get=[
            {"search": "=zq"},
            {"child_of": "section"},
            {"child_of": "section", "for_explorer": "=1"},
        ],
    ),
    "wagtailadmin_api:pages:detail": row("epad", pk="page"),
    "wagtailadmin_api:pages:find": row("-", get=[{"id": "page"}]),
    "wagtailadmin_api:pages:action": posts(
        "-", {"destination_page_id": "section"}, pk="page", action_name="=copy"
    ),
    "wagtailadmin_api:images:listing": row("epad", get=[{"search": "=zq"}]),
    "wagtailadmin_api:images:detail": row("epa", pk="image"),
    "wagtailadmin_api:images:find": row("-", get=[{"id": "image"}]),
    "wagtailadmin_api:documents:listing": row("epad", get=[{"search": "=zq"}]),
    "wagtailadmin_api:documents:detail": row("epa", pk="document"),
    "wagtailadmin_api:documents:find": row("-", get=[{"id": "document"}]),
    # --- pages
    "wagtailadmin_explore_root": row("epad", get=[SEARCH]),
    "wagtailadmin_explore": row(
        "epad", get=[SEARCH | {"search_all": "=1"}], parent_page_id="section"
    ),
    "wagtailadmin_explore_results": row("epad", get=LISTING, parent_page_id="section"),
    "wagtailadmin_pages:add": row("epa", parent_page_id="section", **NEWS),
    "wagtailadmin_pages:add_subpage": row("epad", parent_page_id="section"),
    "wagtailadmin_pages:choose_parent": row(
        "epad", post=[{"parent_page": "section"}], **NEWS_MODEL
    ),
    "wagtailadmin_pages:collect_workflow_action_data": row(
        "pa", page_id="waiting", action_name="=approve", task_state_id="task_state"
    ),
    "wagtailadmin_pages:confirm_workflow_cancellation": row("epad", page_id="page"),
    "wagtailadmin_pages:convert_alias": row("-", post=[{}], page_id="page"),
    "wagtailadmin_pages:copy": row("epad", post=[COPY, COPY | {"alias": "=on"}], page_id="page"),
    "wagtailadmin_pages:delete": row("pad", post=[{}], page_id="page"),
    "wagtailadmin_pages:edit": row("epad", post=[UNTOUCHED], page_id="page"),
    "wagtailadmin_pages:history": row("epad", page_id="page"),
    "wagtailadmin_pages:history_results": row(
        "epad", get=[{"user": "user"} | FILTERS], page_id="page"
    ),
    "wagtailadmin_pages:lock": posts("pa", page_id="page"),
    "wagtailadmin_pages:move": row(
        "pad", post=[{"new_parent_page": "section"}], page_to_move_id="page"
    ),
    "wagtailadmin_pages:move_confirm": row(
        "epad", post=[{}], page_to_move_id="page", destination_id="section"
    ),
    "wagtailadmin_pages:preview_on_add": row("epad", parent_page_id="section", **NEWS),
    "wagtailadmin_pages:preview_on_edit": row("epad", page_id="page"),
    "wagtailadmin_pages:revisions_compare": row(
        "epad", pk="page", revision_id_a="revision", revision_id_b="=latest"
    ),
    "wagtailadmin_pages:revisions_index": row("epad", page_id="page"),
    "wagtailadmin_pages:revisions_revert": row("epad", page_id="page", revision_id="revision"),
    "wagtailadmin_pages:revisions_unschedule": row(
        "pad", post=[{}], page_id="page", revision_id="revision"
    ),
    "wagtailadmin_pages:revisions_view": row("epad", page_id="page", revision_id="revision"),
    "wagtailadmin_pages:search": row("epad"),
    "wagtailadmin_pages:search_results": row("epad", get=[SEARCH]),
    "wagtailadmin_pages:set_page_position": posts("pad", page_to_move_id="page"),
    "wagtailadmin_pages:set_privacy": row("pad", post=PRIVACY, page_id="page"),
    "wagtailadmin_pages:type_use": row("epad", **NEWS),
    "wagtailadmin_pages:type_use_results": row("epad", get=LISTING, **NEWS),
    "wagtailadmin_pages:unlock": posts("pa", page_id="private"),
    "wagtailadmin_pages:unpublish": row("pad", post=[{}], page_id="page"),
    "wagtailadmin_pages:usage": row("epad", page_id="page"),
    "wagtailadmin_pages:view_draft": row("epad", page_id="page"),
    "wagtailadmin_pages:workflow_action": row(
        "pa", page_id="waiting", action_name="=approve", task_state_id="task_state"
    ),
    "wagtailadmin_pages:workflow_history": row("epad", page_id="page"),
    "wagtailadmin_pages:workflow_history_detail": row(
        "epa", page_id="waiting", workflow_state_id="workflow_state"
    ),
    "wagtailadmin_pages:workflow_preview": row("pa", page_id="waiting", task_id="task"),
    "wagtailadmin_editing_sessions:ping": posts(
        "epad",
        app_label="=wagtailcore",
        model_name="=page",
        object_id="page",
        session_id="=1",
    ),
    "wagtailadmin_editing_sessions:release": posts("epad", session_id="=1"),
    "wagtail_bulk_action": [
        *bulk("-", "wagtailcore", "page", "delete", "publish", "unpublish", kind="page", post=[{}]),
        *bulk("-", "wagtailcore", "page", "move", kind="page", post=[{"chooser": "section"}]),
        *bulk("-", "wagtailimages", "image", "delete", "add_tags", kind="image"),
        *bulk("-", "wagtailimages", "image", "add_to_collection", kind="image", **IN_COLLECTION),
        *bulk("-", "wagtaildocs", "document", "delete", "add_tags", kind="document"),
        *bulk(
            "-", "wagtaildocs", "document", "add_to_collection", kind="document", **IN_COLLECTION
        ),
        *bulk("-", "auth", "user", "delete", "assign_role", "set_active_state", kind="user"),
    ],
    # --- choosing
    "wagtailadmin_choose_page": row(
        "epad", get=[{"page_type": "=kip_pages.newspage"}, {"target_pages[]": "page"}]
    ),
    "wagtailadmin_choose_page_child": row(
        "epad", get=[{"page_type": "=kip_pages.newspage"}], parent_page_id="section"
    ),
    "wagtailadmin_choose_page_search": row("epad", get=[SEARCH]),
    "wagtailadmin_choose_page_chosen_multiple": row("epad", get=[{"id": "page"}]),
    "wagtailadmin_choose_page_anchor_link": row("epad"),
    "wagtailadmin_choose_page_email_link": row("epad"),
    "wagtailadmin_choose_page_external_link": row("epad"),
    "wagtailadmin_choose_page_phone_link": row("epad"),
    "wagtailadmin_tag_autocomplete": row("epad", get=[{"term": "=zq"}]),
    "wagtailadmin_tag_model_autocomplete": row(
        "epad", get=[{"term": "=zq"}], app_name="=taggit", model_name="=tag"
    ),
    "wagtailembeds:chooser": row("epad"),
    "wagtailembeds:chooser_upload": row("epad"),
    # --- files
    "wagtaildocs:index": row("epa"),
    "wagtaildocs:index_results": row("epa", get=[SEARCH, *FILES]),
    "wagtaildocs:add": row("epa"),
    "wagtaildocs:add_multiple": row("epa"),
    "wagtaildocs:create_multiple_from_uploaded_document": posts("-", uploaded_file_id="upload"),
    "wagtaildocs:delete": row("pa", post=[{}], document_id="document"),
    "wagtaildocs:delete_multiple": posts("pa", doc_id="document"),
    "wagtaildocs:delete_upload_multiple": posts("-", uploaded_file_id="upload"),
    "wagtaildocs:document_usage": row("pa", document_id="document"),
    "wagtaildocs:edit": row("pa", post=[{"collection": "collection"}], document_id="document"),
    "wagtaildocs:edit_multiple": posts("pa", doc_id="document"),
    "wagtaildocs_chooser:choose": row("epad", get=[{"multiple": "=1"}]),
    "wagtaildocs_chooser:choose_results": row("epad", get=[SEARCH, *FILES]),
    "wagtaildocs_chooser:chosen": row("epa", pk="document"),
    "wagtaildocs_chooser:chosen_multiple": row("epad", get=[{"id": "document"}]),
    "wagtaildocs_chooser:create": row("epa"),
    "wagtailimages:index": row("epa"),
    "wagtailimages:index_results": row("epa", get=[SEARCH, *FILES]),
    "wagtailimages:add": row("epa"),
    "wagtailimages:add_multiple": row("epa"),
    "wagtailimages:create_multiple_from_uploaded_image": posts("-", uploaded_file_id="upload"),
    "wagtailimages:delete": row("pa", post=[{}], image_id="image"),
    "wagtailimages:delete_multiple": posts("pa", image_id="image"),
    "wagtailimages:delete_upload_multiple": posts("-", uploaded_file_id="upload"),
    "wagtailimages:edit": row("pa", post=[{"collection": "collection"}], image_id="image"),
    "wagtailimages:edit_multiple": posts("pa", image_id="image"),
    "wagtailimages:image_usage": row("pa", image_id="image"),
    "wagtailimages:preview": row("pa", image_id="image", filter_spec="=max-100x100"),
    "wagtailimages:url_generator": row("pa", image_id="image"),
    "wagtailimages:url_generator_output": row("pa", image_id="image"),
    "wagtailimages_chooser:choose": row("epad", get=[{"multiple": "=1"}]),
    "wagtailimages_chooser:choose_results": row("epad", get=[SEARCH, *FILES]),
    "wagtailimages_chooser:chosen": row("epa", pk="image"),
    "wagtailimages_chooser:chosen_multiple": row("epad", get=[{"id": "image"}]),
    "wagtailimages_chooser:create": row("epa"),
    "wagtailimages_chooser:select_format": row("epa", image_id="image"),
    "kip_documents": row("epa"),
    "kip_documents_results": row("epa", get=[SEARCH, *FILES, {"state": "=scans"}]),
    "kip_document_original": row("pa", document_id="document"),
    # --- the desk
    "opd_desk:waiting": row("epad"),
    "opd_desk:submitted": row("epad"),
    "opd_desk:pending": row("epad"),
    "opd_desk:notices": row("epad"),
    "opd_desk:notice": row("p", pk="notice"),  # hers alone
    "opd_desk:notices_seen": posts("epad"),
    "opd_desk:reviewed_kinds": row("v"),
    "opd_desk:session": row("epad"),
    "opd_desk:logged_in_again": row("epad"),
    "kip_desk:asked": row("epad"),
    "kip_desk:alerts": row("epad"),
    "kip_desk:incomplete": row("epad"),
    "kip_desk:doubtful": row("epad"),
    "kip_desk:ending": row("epad"),
    "kip_desk:planned": row("epad"),
    "kip_desk:confirm": posts("epa", pk="entry"),
    "kip_desk:publish_at_once": row(
        "epad", post=[{}, {"reason": "=banjir", "version": "=x"}], pk="announcement"
    ),
    "kip_desk:share_preview": row("epa", post=[{}], pk="page"),
    # --- emergencies
    "announce:index": row("epad"),
    "announce:hazards": row("epad", section="alerts_section"),
    "announce:new": row("epad", post=[ALERT], section="alerts_section", hazard="=flood"),
    "announce:update": row("epa", post=[ALERT], pk="alert"),
    "announce:all_clear": row("epa", post=[ALERT], pk="alert"),
    "announce:relay": row("epad", post=[ALERT], pk="relay"),
    "announce:ignore": posts("pad", {"reason": "=mistaken"}, pk="relay"),
    **model("alert_sources", "v", "alert_source"),
    **model("relayed_alerts", "-", "relayed_alert"),
    "relayed_alerts:index": row("v"),
    "relayed_alerts:index_results": row("v"),
    "relayed_alerts:inspect": row("v", pk="relayed_alert"),
    **model("alert_authorities", "v", "authority"),
    **model("alert_templates", "v", "alert_template", about_one=(*ABOUT_ONE, "copy")),
    **model(
        "ppid_menu", "v", "menu_item", about_one=("edit", "history", "history_results", "usage")
    ),
    "ppid_menu:delete": row("-", pk="menu_item"),  # hidden instead
    "ppid_menu:reorder": posts("v", pk="menu_item"),
    # --- the register
    "quick_entry:index": row("epa"),
    "quick_entry:one": row("epa", post=[ENTRY], section="register"),
    "quick_entry:many": row("epa", post=[ENTRY], section="register"),
    **model(
        "register_editions",
        "pa",
        "edition",
        about_one=("history", "history_results", "usage"),
        about_all=(),
    ),
    "register_editions:index": row("epa"),
    "register_editions:inspect": row("epa", pk="edition"),
    "register_editions:index_results": row("epa", get=[{"agency": "agency"} | FILTERS]),
    "register_editions:add": row(
        "pa", get=[{"agency": "word"}], post=[EDITION, EDITION | {"agency": "agency"}]
    ),
    "register_editions:edit": row("pa", post=[EDITION], pk="edition_draft"),
    "register_editions:delete": row("pa", post=[{}], pk="edition_draft"),
    "register_editions:freeze": row("pa", post=[{}], pk="edition_draft"),
    "register_editions:export": posts(
        "epa",
        {"agency": "word", "format": "=csv"},
        {"agency": "word", "format": "=pdf"},
        {"edition": "edition_draft", "format": "=xlsx"},
    ),
    "register_editions:print": row("epa", pk="print"),
    "register_editions:print_file": row("epa", pk="print"),
    "register_editions:reprint": posts("epa", pk="edition"),
    "register_editions:file": row("epa", pk="edition", name="=csv"),
    "register_editions:changes": row("epa", pk="edition", base_pk="edition_before"),
    **model(
        "exempt_items",
        "pa",
        "exempt",
        about_one=("history", "history_results", "usage", "inspect"),
        about_all=("index",),
    ),
    "exempt_items:index_results": row("pa", get=[SEARCH, {"agency": "agency"} | FILTERS]),
    "exempt_items:add": row("pa", post=[{"agency": "agency"}]),
    "exempt_items:edit": row("pa", post=[{"document": "=berkas"}], pk="exempt"),
    "exempt_items:delete": row("-", pk="exempt"),  # nothing leaves the list
    "exempt_items:put_in_force": posts("pa", pk="exempt"),
    "exempt_items:open": row(
        "pa", post=[{"title": "=data", "reason": "=habis"}], pk="exempt_in_force"
    ),
    "exempt_items:withdraw": row("pa", post=[{"reason": "=keliru"}], pk="exempt_in_force"),
    **model(
        "imports",
        "epa",
        "import",
        about_one=("edit", "history", "history_results", "usage", "inspect"),
        about_all=("index", "index_results"),
    ),
    "imports:add": row("epa", post=[{"agency": "agency", "upload": "=@"}]),
    "imports:delete": row("pa", post=[{}], pk="import"),
    "imports:run": posts("pa", pk="import"),
    "imports:cancel": posts("pa", pk="import"),
    "imports:progress": row("epa", pk="import"),
    "imports:report_xlsx": row("epa", pk="import"),
    "imports:report_csv": row("epa", pk="import"),
    # --- colleagues
    "colleagues:index": row("a", get=[SEARCH, {"role": "=editor"} | FILTERS]),
    "colleagues:index_results": row("a", get=[SEARCH]),
    "colleagues:edit": row("a", post=[{"roles": "=editor"}], pk="user"),
    "colleagues:delete": row("a", post=[{}], pk="user"),
    "colleagues:history": row("a", pk="user"),
    "colleagues:history_results": row("a", pk="user"),
    "invitations:index": row("a", get=[SEARCH]),
    "invitations:index_results": row("a", get=[SEARCH]),
    "invitations:add": row(
        "a",
        post=[
            {"name": "=r", "email": "=r@example.test", "roles": "=editor", "agency": "agency"},
        ],
    ),
    "invitations:inspect": row("a", pk="invitation"),
    "invitations:send": posts("a", pk="invitation"),
    "invitations:delete": row("a", post=[{}], pk="invitation"),
    # --- reports
    "wagtailadmin_reports:aging_pages": row("epad", get=[CSV]),
    "wagtailadmin_reports:aging_pages_results": row("epad"),
    "wagtailadmin_reports:locked_pages": row("pa", get=[CSV]),
    "wagtailadmin_reports:locked_pages_results": row("pa", get=[{"locked_by": "user"} | FILTERS]),
    "wagtailadmin_reports:page_types_usage": row("v", get=[CSV]),
    "wagtailadmin_reports:page_types_usage_results": row("v"),
    "wagtailadmin_reports:site_history": row("epad", get=[CSV]),
    "wagtailadmin_reports:site_history_results": row(
        "epad", get=[{"user": "user"} | FILTERS, {"label": "=zq"}]
    ),
    "wagtailadmin_reports:workflow": row("epad", get=[CSV]),
    "wagtailadmin_reports:workflow_results": row(
        "epad", get=[{"requested_by": "user", "workflow": "workflow"} | FILTERS]
    ),
    "wagtailadmin_reports:workflow_tasks": row("epad", get=[CSV]),
    "wagtailadmin_reports:workflow_tasks_results": row(
        "epad", get=[{"workflow": "workflow", "task": "task"} | FILTERS]
    ),
    # --- translations
    # A duty officer is told, at the page, that no announcement becomes an alias.
    "wagtail_localize:convert_to_alias": row("d", post=[{}], page_id="page"),
    "wagtail_localize:download_pofile": row("epa", translation_id="translation"),
    "wagtail_localize:edit_override": posts(
        "-", translation_id="translation", overridable_segment_id="overridable"
    ),
    "wagtail_localize:edit_string_translation": posts(
        "-", translation_id="translation", string_segment_id="string"
    ),
    "wagtail_localize:javascript_catalog": row("epad"),
    "wagtail_localize:machine_translate": posts("-", translation_id="translation"),
    "wagtail_localize:preview_translation": [
        row("epa", translation_id="translation"),
        row("-", translation_id="translation", mode="=x"),
    ],
    "wagtail_localize:snippets_api_detail": row("-", pk="page", **NEWS_MODEL),
    "wagtail_localize:snippets_api_listing": row("-", **NEWS_MODEL),
    "wagtail_localize:stop_translation": posts("-", translation_id="translation"),
    "wagtail_localize:submit_page_translation": row(
        "epa", post=[{"locales": "locale"}], page_id="entry"
    ),
    "wagtail_localize:submit_snippet_translation": row("-", pk="page", **NEWS_MODEL),
    "wagtail_localize:translations_report": row("epad", get=[{"source_title": "=zq"}, CSV]),
    "wagtail_localize:translations_report_results": row("epad"),
    "wagtail_localize:update_translations": row("epa", post=[{}], translation_source_id="source"),
    "wagtail_localize:upload_pofile": posts("-", {"file": "=@"}, translation_id="translation"),
    # --- where only the province works
    **model("agencies", "v", "agency", about_one=("edit", "history", "history_results", "usage")),
    "agencies:delete": row("-", pk="agency"),  # closed instead
    **model("feed_consumers", "v", "consumer", about_one=(*ABOUT_ONE, "inspect")),
    "feed_consumers:revoke": posts("v", pk="consumer"),
    "feed_consumers:token": posts("v", pk="consumer"),
    "feed_consumers:forget": posts("v", pk="cursor"),
    **model("mailings", "-", "mailing"),
    "mailings:index": row("v"),
    "mailings:index_results": row("v"),
    **model("webhooks", "v", "webhook", about_one=(*ABOUT_ONE, "inspect")),
    "webhooks:replay": posts("v", pk="delivery"),
    "webhooks:resume": posts("v", pk="webhook"),
    "webhooks:rotate": posts("v", pk="webhook"),
    "webhooks:secret": posts("v", pk="webhook"),
    "webhooks:test": posts("v", pk="webhook"),
    "wagtailadmin_collections:index": row("v"),
    "wagtailadmin_collections:add": row("v"),
    "wagtailadmin_collections:delete": row("-", pk="collection"),
    "wagtailadmin_collections:edit": row("v", pk="collection"),
    "wagtailadmin_collections:set_privacy": row("v", post=PRIVACY, collection_id="collection"),
    **model(
        "wagtailsites",
        "v",
        "site",
        about_one=("edit", "history", "history_results", "usage"),
        about_all=("index", "index_results"),
    ),
    "wagtailsites:add": row("-"),
    "wagtailsites:delete": row("-", pk="site"),
    "wagtailsites:copy": row("-", pk="site"),
    **{
        f"wagtailredirects:{view}": row("v")
        for view in ("index", "index_results", "add", "start_import")
    },
    # Takes what `start_import` has signed, and breaks without it (Wagtail 8.0.1); with it, see
    # test_old_addresses.py.
    "wagtailredirects:process_import": row("-"),
    "wagtailredirects:edit": row("v", redirect_id="redirect"),
    "wagtailredirects:delete": row("v", redirect_id="redirect"),
    # --- where nobody works but whoever runs the installation
    **model("wagtaillocales", "-", "locale", about_one=(*ABOUT_ONE, "copy")),
    **model("wagtailusers_groups", "-", "group"),
    **model("wagtailusers_users", "-", "user", about_one=(*ABOUT_ONE, "copy")),
    "wagtailsnippets:index": row("-"),
    "wagtailadmin_workflows:add": row("-"),
    "wagtailadmin_workflows:add_task": row("-", app_label="=wagtailcore", model_name="=task"),
    "wagtailadmin_workflows:disable": row("-", pk="workflow"),
    "wagtailadmin_workflows:disable_task": row("-", pk="task"),
    "wagtailadmin_workflows:edit": row("-", pk="workflow"),
    "wagtailadmin_workflows:edit_task": row("-", pk="task"),
    "wagtailadmin_workflows:enable": posts("-", pk="workflow"),
    "wagtailadmin_workflows:enable_task": posts("-", pk="task"),
    "wagtailadmin_workflows:index": row("-"),
    "wagtailadmin_workflows:index_results": row("-"),
    "wagtailadmin_workflows:remove": posts("-", page_pk="page", workflow_pk="workflow"),
    "wagtailadmin_workflows:select_task_type": row("-"),
    "wagtailadmin_workflows:task_chooser": row("v"),
    "wagtailadmin_workflows:task_chooser_create": row("v"),
    "wagtailadmin_workflows:task_chooser_results": row("v"),
    "wagtailadmin_workflows:task_chosen": row("v", task_id="task"),
    "wagtailadmin_workflows:task_index": row("-"),
    "wagtailadmin_workflows:task_index_results": row("-"),
    "wagtailadmin_workflows:usage": row("-", pk="workflow"),
    "wagtailadmin_workflows:usage_results": row("-", pk="workflow"),
}

# Fails on purpose, whoever asks.
NOT_ASKED = {"wagtailadmin_error_test"}
# Addresses without a name, as they are written in a URL configuration.
UNNAMED = {"admin/test404/", r"admin/^.*/$", "robots.txt", r"^media/(?P<path>.*)$"}

# What readers and machines ask for: public, or with a log-in of its own. Names, or whole namespaces.
PUBLIC = {
    "kip_alerts",
    "kip_feed",
    "kip_api_catalog",
    "kip_ppid",
    "kip_preview",
    "kip_register",
    "accessibility",
    "kip_search",
    "kip_register_view",
    "kip_sitemap",
    "kip_sitemap_section",
    "kip_subscribers",
    "opd_sites",
    "wagtailapi",
    "wagtailcore_authenticate_with_password",
    "wagtailcore_login",
    "wagtaildocs_authenticate_with_password",
    "wagtaildocs_serve",
    "wagtailimages_serve",
    "wagtail_serve",
}
