"""Local languages beside Indonesian and English: each is one entry of ``LOCAL_LANGUAGES``."""

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured


def local_languages(entries: list[str]) -> list[tuple[str, str]]:
    """Return the languages for ``LANGUAGES``; an entry is ``code=own name``: ``su=Basa Sunda``.

    Django refuses a language that it has no facts of, so it is told them. The name is the language's
    own in every language: nobody else has to read it. Raises ``ImproperlyConfigured``; whether a
    language has a catalogue is checked when Django has started (``kip_pages.E071``).
    """
    languages = []
    for entry in entries:
        code, has_name, name = (part.strip() for part in entry.partition("="))
        if not (code and has_name and name):
            raise ImproperlyConfigured(
                f"LOCAL_LANGUAGES: {entry!r} tidak berbentuk kode=nama, misalnya su=Basa Sunda "
                f"(is not code=name, for example su=Basa Sunda)."
            )
        LANG_INFO[code] = {"bidi": False, "code": code, "name": name, "name_local": name}
        languages.append((code, name))
    return languages
