"""English through wagtail-localize, as the submit form does it."""

from django.contrib.auth import get_user_model
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.operations import translate_object

from kip_pages.models import AgencyHomePage, NewsPage

from ..factories import publish

HOST = {"host": "dinkes.example.test"}


def test_a_page_translated_segment_by_segment_has_its_address_and_its_item(
    client, agency, django_capture_on_commit_callbacks
):
    user = get_user_model().objects.create_superuser("penerjemah")
    english = Locale.objects.get(language_code="en")
    page = publish(NewsPage, agency, title="Imunisasi dimulai", summary="Ringkas")
    translate_object(page, [english], user=user)
    source = TranslationSource.objects.get_for_instance(page)
    for string in source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=string.string,
            locale=english,
            context=string.context,
            data={"Imunisasi dimulai": "Vaccination begins", "Ringkas": "In short"}.get(
                string.string.data, string.string.data
            ),
        )
    with django_capture_on_commit_callbacks(execute=True):  # publishes after the commit
        Translation.objects.get(source=source).save_target(user=user, publish=True)

    translated = page.get_translation(english)
    assert translated.title == "Vaccination begins"
    assert translated.full_url == "http://dinkes.example.test/en/berita/imunisasi-dimulai/"
    response = client.get("/en/berita/imunisasi-dimulai/", headers=HOST)
    assert response.status_code == 200
    told = client.get("/api/feed/v1/changes", {"locale": "en"}, headers=HOST).json()["items"]
    assert [item["data"]["summary"] for item in told] == ["In short"]
    for path, other in (
        ("/berita/imunisasi-dimulai/", translated.full_url),
        ("/en/berita/imunisasi-dimulai/", page.full_url),
    ):
        html = client.get(path, headers=HOST).content.decode()
        assert f'hreflang="en" href="{translated.full_url}"' in html
        assert f'hreflang="id" href="{page.full_url}"' in html
        assert other in html
    homes = AgencyHomePage.objects.child_of(agency.root_page)
    assert {home.locale.language_code for home in homes} == {"id", "en"}, "in one container"
