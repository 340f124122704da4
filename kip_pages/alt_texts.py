"""What is said of an image to people who cannot see it."""

import re
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def validate_alt_text(text: str, *, file_name: str) -> None:
    """Raise ``ValidationError`` unless ``text`` may be read aloud in the place of an image.

    Wagtail proposes the image's title, which is the name of its file where nobody has chosen another.
    """
    text = text.strip()
    if not text:
        raise ValidationError(_("Say what the image shows, for people who cannot see it."))
    if _is_name_of_file(text, file_name):
        raise ValidationError(
            _(
                "This is the name of the file. Say what the image shows, for people who cannot see it."
            )
        )


def _is_name_of_file(text, file_name) -> bool:
    """Whether ``text`` is how a camera, a telephone or a hasty hand has named the file."""
    if " " in text and not re.search(r"\d", text):
        return False  # words, and nobody minds that the file has the same
    stem = PurePath(file_name).stem
    # Where there was such a file already, storage adds seven letters and digits.
    names = {_plain(stem), _plain(re.sub(r"_(?=\w*[A-Z0-9])[A-Za-z0-9]{7}$", "", stem))}
    return _plain(re.sub(r"\.\w{3,4}$", "", text)) in names


def _plain(name):
    return re.sub(r"[\W_]+", "_", name.lower())
