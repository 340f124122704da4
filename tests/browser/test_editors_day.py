"""The day of an agency's people, in a real browser, in Indonesian, as each role."""

import re

import pytest
from playwright.sync_api import expect
from wagtail.models import Locale, Site

from kip_pages.choices import InformationCategory
from kip_pages.models import DipEntryPage, NewsPage
from kip_pages.planting import duty_officer_pages
from opd_sites.choices import AgencyRole, ProvinceRole

from ..factories import publish, section_of
from ..files import pdf
from .office import PASSWORD, assert_accessible
from .writing import (
    attached,
    choose_new_image,
    come_to,
    in_indonesian,
    more,
    press,
    told,
    write_paragraph,
)

pytestmark = pytest.mark.postgres


def test_an_editor_writes_news_a_publisher_approves_it_and_everybody_reads_it(office):
    title = f"Imunisasi dimulai {office.mark}"
    editor = office.as_(AgencyRole.EDITOR)
    assert_accessible(editor)
    editor.goto(office.admin(f"pages/{section_of(office.agency, NewsPage).pk}/"))
    editor.locator("header a[href$='/add_subpage/']").first.click()
    editor.locator("[name=title]").fill(title)
    editor.locator("[name=summary]").fill("Semua puskesmas melayani sampai pukul empat.")
    choose_new_image(editor, f"Perawat dan anak {office.mark}")
    editor.locator("[name=lead_image_alt]").fill("Perawat menyuntik seorang anak di puskesmas.")
    write_paragraph(editor, "Vaksin tersedia di semua puskesmas.")
    press(editor, "Simpan konsep")
    expect(told(editor)).to_contain_text(title)
    more(editor)
    with editor.expect_navigation():
        editor.locator("[name=action-submit]").click()
    expect(told(editor)).to_contain_text(title)

    publisher = office.as_(AgencyRole.PUBLISHER)
    assert_accessible(publisher)
    publisher.get_by_role("link", name=title).first.click()
    with publisher.expect_navigation():
        publisher.locator("[data-workflow-action-name=approve]").first.click()
    expect(told(publisher)).to_contain_text(title)

    citizen = office.window("citizen")
    citizen.goto(office.site())
    citizen.get_by_role("link", name=title).first.click()
    expect(citizen.get_by_role("heading", level=1)).to_have_text(title)
    expect(citizen.locator("main")).to_contain_text("Vaksin tersedia di semua puskesmas.")
    expect(
        citizen.get_by_alt_text("Perawat menyuntik seorang anak di puskesmas.").first
    ).to_be_visible()
    assert_accessible(citizen, "html")
    assert title in office.titles_in_the_feed()


def test_an_editor_enters_a_document_into_the_register_with_title_category_and_file(office):
    title = f"Rencana kerja {office.mark}"
    editor = office.as_(AgencyRole.EDITOR)
    editor.goto(office.admin())
    editor.get_by_role("link", name=in_indonesian("Quick entry")).click()
    editor.locator("[name=title]").fill(title)
    editor.get_by_role("radio", name="Berkala").check()
    editor.locator("[name=file]").set_input_files(attached("renja.pdf", pdf()))
    assert_accessible(editor)
    press(editor, in_indonesian("Make the draft"))
    expect(editor.locator("[name=title]")).to_have_value(title)
    assert_accessible(editor, "#kip-to-do, .kip-to-do")


def test_files_keep_the_category_that_was_chosen_when_they_were_dropped(office):
    names = [f"berkas-{office.mark}-{number}" for number in range(4)]
    editor = office.as_(AgencyRole.EDITOR)
    editor.goto(office.admin(f"quick_entry/{section_of(office.agency, DipEntryPage).pk}/files/"))
    editor.get_by_role("radio", name="Berkala").check()
    files = [attached(f"{name}.pdf", pdf(name)) for name in names]
    editor.locator("[name=files]").set_input_files(files)
    held = []  # the first file, until the form has changed
    editor.route(editor.url, lambda route: held.append(route), times=1)
    editor.get_by_role("button", name=in_indonesian("Make the drafts")).click()
    expect(editor.locator("[data-kip-rows] > li")).to_have_count(len(names))
    editor.get_by_role("radio", name="Setiap saat").check()
    held[0].continue_()
    made = editor.locator("[data-kip-rows] a[href$='/edit/']")
    expect(made).to_have_count(len(names), timeout=30_000)  # they are checked one by one
    entries = DipEntryPage.objects.filter(title__icontains=office.mark)
    assert {entry.category for entry in entries} == {InformationCategory.PERIODIC}


def test_an_editor_imports_a_sheet_and_a_publisher_publishes_its_entries(office):
    names = [f"Laporan kinerja {office.mark} ke-{number}" for number in range(3)]
    sheet = "\n".join(["Judul;Kategori;Tahun", *(f"{name};Berkala;2025" for name in names)])
    editor = office.as_(AgencyRole.EDITOR)
    editor.goto(office.admin("imports/new/"))
    assert_accessible(editor)
    editor.locator("[type=file]").set_input_files(attached("daftar.csv", sheet.encode()))
    editor.locator("main form [type=submit]").click()
    editor.get_by_role("link", name=in_indonesian("Confirm columns and categories")).click()
    assert_accessible(editor)
    with editor.expect_navigation():
        editor.locator("main form [type=submit]").first.click()
    expect(editor.locator("main")).to_contain_text(names[2])
    address = editor.url

    publisher = office.as_(AgencyRole.PUBLISHER)
    publisher.goto(address)
    assert_accessible(publisher)
    press(publisher, in_indonesian("Publish these entries"))
    expect(publisher.get_by_role("link", name=in_indonesian("Report (XLSX)"))).to_be_visible(
        timeout=30_000
    )
    citizen = office.window("citizen")
    citizen.goto(section_of(office.agency, DipEntryPage).full_url)
    expect(citizen.locator("main")).to_contain_text(names[0])
    assert set(names) <= office.titles_in_the_feed()


def test_a_duty_officer_publishes_an_emergency_from_a_telephone(office):
    title = f"Banjir di Serang {office.mark}"
    officer = office.as_(ProvinceRole.DUTY_OFFICER, viewport={"width": 360, "height": 740})
    (section,) = duty_officer_pages()
    officer.goto(office.admin(f"pages/add/kip_pages/emergencyannouncementpage/{section.pk}/"))
    for name, text in {
        "title": title,
        "hazard_and_impact": "Air setinggi satu meter.",
        "affected_people": "Warga bantaran Cibanten.",
        "how_to_avoid": "Naik ke tempat yang tinggi.",
        "how_to_get_help": "Telepon 112.",
    }.items():
        officer.locator(f"[name={name}]").fill(text)
    officer.locator("[name=kind]").select_option("natural_disaster")
    officer.locator("[name=hazard]").select_option("flood")
    officer.locator("footer .button").first.click()
    expect(officer.get_by_role("button", name=in_indonesian("Publish now"))).to_be_visible()
    assert_accessible(officer)
    press(officer, in_indonesian("Publish now"))
    expect(told(officer)).to_contain_text(title)
    citizen = office.window("citizen")
    citizen.goto(office.portal())
    expect(citizen.locator("body")).to_contain_text(title)


def test_an_editor_translates_a_page_into_english_and_a_publisher_publishes_it(office):
    title = f"Posyandu {office.mark}"
    news = publish(NewsPage, office.agency, title=title)
    editor = office.as_(AgencyRole.EDITOR)
    editor.goto(office.admin(f"localize/submit/page/{news.pk}/"))
    editor.locator("[name=locales]").check()
    with editor.expect_navigation():
        editor.locator("main form [type=submit]").first.click()
    for text in (f"Health post {office.mark}", "What the report says."):
        editor.get_by_role("button", name="Terjemahkan").first.click()
        editor.locator("main textarea").fill(text)
        editor.get_by_role("button", name="Simpan").first.click()
        expect(editor.locator("main textarea")).to_have_count(0)
    address = editor.url

    publisher = office.as_(AgencyRole.PUBLISHER)
    publisher.goto(address)
    press(publisher, "Terbitkan dalam English")
    expect(told(publisher)).to_contain_text("English")
    english = news.get_translation(Locale.objects.get(language_code="en"))
    # The server, which planted the English home, has a memory of its own.
    Site.clear_site_root_paths_cache()
    citizen = office.window("citizen", locale="en-GB")
    citizen.goto(english.full_url)
    expect(citizen.get_by_role("heading", level=1)).to_have_text(f"Health post {office.mark}")
    expect(citizen.locator("main")).to_contain_text("What the report says.")
    assert citizen.locator("html").get_attribute("lang") == "en"
    assert_accessible(citizen, "html")


def test_an_agency_administrator_invites_a_colleague_who_then_works(office):
    address = f"rekan-{office.mark}@example.test"
    administrator = office.as_(AgencyRole.AGENCY_ADMIN)
    administrator.goto(office.admin("invitations/new/"))
    assert_accessible(administrator)
    administrator.locator("[name=name]").fill("Rekan Baru")
    administrator.locator("[name=email]").fill(address)
    administrator.locator("[name=roles][value=editor]").check()
    with administrator.expect_navigation():
        administrator.locator("main form [type=submit]").first.click()
    expect(told(administrator)).to_contain_text(address)

    colleague = office.window("colleague")
    colleague.goto(re.search(r"http://\S+/undangan/\S+", office.newest_mail())[0])
    assert_accessible(colleague)
    for name in ("new_password1", "new_password2"):
        colleague.locator(f"[name={name}]").fill(PASSWORD)
    with colleague.expect_navigation():
        colleague.locator("form.login-form [type=submit]").click()
    expect(colleague.locator("body")).to_contain_text(office.agency.name)
    section = section_of(office.agency, NewsPage)
    colleague.goto(office.site(f"admin/pages/{section.pk}/"))
    expect(colleague.locator("header a[href$='/add_subpage/']").first).to_be_visible()
    foreign = section_of(office.other_agency, NewsPage)
    colleague.goto(office.site(f"admin/pages/{foreign.pk}/"))
    expect(colleague.locator("body")).not_to_contain_text(office.other_agency.name)


def test_what_was_typed_waits_for_an_editor_whose_log_in_has_ended(office):
    title = f"Senam pagi {office.mark}"
    editor = office.as_(AgencyRole.EDITOR)
    register = section_of(office.agency, DipEntryPage)
    editor.goto(office.admin(f"pages/add/kip_pages/dipentrypage/{register.pk}/"))
    editor.locator("[name=title]").fill(title)
    editor.locator("[name=category]").select_option("periodic")
    editor.context.clear_cookies(name="sessionid")
    editor.get_by_role("button", name="Simpan konsep").click()
    dialog = editor.get_by_role("dialog")
    expect(dialog).to_contain_text(in_indonesian("Not sent yet: your text is still here"))
    assert_accessible(editor, "#kip-session")
    with editor.context.expect_page() as opened:
        dialog.get_by_role("link", name=in_indonesian("Log in")).click()
    office.log_in(opened.value, AgencyRole.EDITOR)
    opened.value.screenshot(path="/tmp/day/again.png")
    assert_accessible(opened.value)
    opened.value.close()
    dialog.get_by_role("button", name=in_indonesian("Try again")).click()
    expect(told(editor)).to_contain_text(title)


def test_what_was_typed_stays_when_something_is_missing(office):
    editor = office.as_(AgencyRole.EDITOR)
    section = section_of(office.agency, NewsPage)
    editor.goto(office.admin(f"pages/add/kip_pages/newspage/{section.pk}/"))
    editor.locator("[name=summary]").fill("Ringkasan yang sudah diketik.")
    write_paragraph(editor, "Isi yang sudah diketik.")
    press(editor, "Simpan konsep")
    assert editor.locator(".error-message").count()
    expect(editor.locator("[name=summary]")).to_have_value("Ringkasan yang sudah diketik.")
    expect(editor.locator(".public-DraftEditor-content")).to_have_text("Isi yang sudah diketik.")

    editor.goto(office.admin(f"quick_entry/{section_of(office.agency, DipEntryPage).pk}/"))
    editor.locator("[name=title]").fill("Judul yang sudah diketik")
    editor.get_by_role("radio", name="Berkala").check()
    editor.locator("[name=file]").set_input_files(attached("renja.pdf", b"MZ this is no document"))
    press(editor, in_indonesian("Make the draft"))
    expect(editor.locator(".error-message")).to_be_visible()
    expect(editor.locator("[name=title]")).to_have_value("Judul yang sudah diketik")
    expect(editor.get_by_role("radio", name="Berkala")).to_be_checked()


def test_a_document_is_entered_with_the_keyboard_alone(office):
    title = f"Maklumat {office.mark}"
    editor = office.as_(AgencyRole.EDITOR)
    editor.goto(office.admin(f"quick_entry/{section_of(office.agency, DipEntryPage).pk}/"))
    come_to(editor, "[name=title]")
    editor.keyboard.type(title)
    come_to(editor, "[name=category]")
    editor.keyboard.press("Space")
    come_to(editor, "[name=file]")  # opens the system's own window, which is no page
    editor.locator("[name=file]").set_input_files(attached("maklumat.pdf", pdf()))
    come_to(editor, "main form [type=submit]")
    with editor.expect_navigation():
        editor.keyboard.press("Enter")
    expect(editor.locator("[name=title]")).to_have_value(title)


SCREENS = {
    AgencyRole.EDITOR: [
        *("desk/waiting/", "desk/submitted/", "desk/notices/", "desk/incomplete/"),
        *("imports/", "imports/new/", "register_editions/"),
        *("quick_entry/{register}/", "quick_entry/{register}/files/"),
    ],
    AgencyRole.AGENCY_ADMIN: ["colleagues/", "invitations/", "invitations/new/"],
    AgencyRole.PUBLISHER: [
        *("desk/pending/", "desk/alerts/", "desk/doubtful/", "desk/ending/", "desk/planned/"),
        *("exempt_items/", "exempt_items/new/", "register_editions/new/"),
    ],
    ProvinceRole.PROVINCE_ADMIN: [
        *("agencies/", "desk/reviewed-kinds/", "webhooks/", "webhooks/new/", "feed_consumers/"),
    ],
}


@pytest.mark.parametrize("role", SCREENS)
def test_axe_finds_nothing_serious_on_our_screens_on_a_telephone(office, role):
    page = office.as_(role, viewport={"width": 360, "height": 740})
    register = section_of(office.agency, DipEntryPage).pk
    for screen in SCREENS[role]:
        address = office.admin(screen.format(register=register))
        assert page.goto(address).ok, screen
        assert page.url == address, f"{role} is not let in"
        assert_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{screen} has to be pushed aside to be read"
