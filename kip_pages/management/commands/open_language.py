from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...planting import open_language


class Command(BaseCommand):
    help = "Give every site home page and sections in a language of the settings; again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("language", help="its code, for example su")

    def handle(self, *, language, **options):
        known = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
        if language not in known:
            raise CommandError(
                f"{language} is no language of the settings ({', '.join(known)}). "
                f"Add it to LOCAL_LANGUAGES: docs/how-to/add-a-language.md."
            )
        self.stdout.write(f"{known[language]}: {open_language(language)} pages planted")
