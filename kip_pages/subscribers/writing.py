"""What subscribers read: written once for each thing that is told, in every language of the sites."""

import textwrap

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from ..cap import CapInfo
from ..choices import MessageType, Severity
from ..models import CapMessage, FeedItem
from ..models.emergency import SEVERITY_WORDS

# Stand in a written text for the links of whoever it is sent to.
MANAGE_MARK, STOP_MARK = "[[kelola]]", "[[berhenti]]"
MAX_SUBJECT = 200
# Plain text is read as it is; of HTML a line must only be short enough for any mail server, which
# counts bytes (RFC 5322 §2.1.1: 998).
TEXT_WIDTH, HTML_WIDTH = 76, 240


def alert_texts(message: CapMessage) -> dict[str, dict[str, str]]:
    """Return what a CAP message says, by language: subject, text and HTML.

    Where nobody translated it, a reader gets it as it is, within a frame in their own language.
    """
    infos = {info.language: info for info in message.alert.infos}
    return _in_all_languages(
        lambda language: _alert(message, infos.get(language) or message.alert.infos[0])
    )


def _alert(message, info: CapInfo):
    is_over = message.message_type == MessageType.CANCEL
    severity = Severity(info.severity.lower())
    context = {
        "message": message,
        "info": info,
        "is_over": is_over,
        "is_update": message.message_type == MessageType.UPDATE,
        "severity_word": SEVERITY_WORDS[severity],
        "places": ", ".join(area.desc for area in info.areas),
        "source": message.alert.source,
    }
    return _write("alert", _alert_subject(message, info, context["severity_word"]), context)


def _alert_subject(message, info, severity_word):
    words = {"headline": info.headline, "severity": severity_word}
    if message.is_withdrawal:
        return info.headline  # it says so itself
    if message.message_type == MessageType.CANCEL:
        return _("Now over: %(headline)s") % words
    if message.message_type == MessageType.UPDATE:
        return _("Update – %(severity)s: %(headline)s") % words
    return _("%(severity)s: %(headline)s") % words


def news_texts(items: list[FeedItem]) -> dict[str, dict[str, str]]:
    """Return what a news report says, by language; ``items`` are its languages, the first one first."""
    known = {item.locale: item for item in items}
    return _in_all_languages(lambda language: _news(known.get(language) or items[0]))


def _news(item):
    context = {"item": item, "data": item.data, "agency": item.agency}
    subject = _("%(agency)s: %(title)s") % {"agency": item.agency.short_name, "title": item.title}
    return _write("news", subject, context)


def _in_all_languages(write):
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = write(language)
    return texts


def _write(kind, subject, context):
    subject = " ".join(str(subject).split())[:MAX_SUBJECT]
    links = {"manage_url": MANAGE_MARK, "stop_url": STOP_MARK}
    context = context | links | {"subject": subject, "language": translation.get_language()}
    return {
        "subject": subject,
        "text": _rendered(f"subscriber_{kind}.txt", context, TEXT_WIDTH),
        "html": _rendered(f"subscriber_{kind}.html", context, HTML_WIDTH),
    }


def _rendered(template, context, width):
    text = render_to_string(f"kip_pages/emails/{template}", context).strip()
    return "".join(f"{_wrapped(line, width)}\n" for line in text.splitlines())


def _wrapped(line, width):
    if len(line) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line.strip(),
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
