"""What a host name is: labels of letters, digits and inner hyphens (RFC 1123)."""

import re

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"

validate_hostname = RegexValidator(
    rf"^{_LABEL}(\.{_LABEL})*\Z",
    _(
        "“%(value)s” is no host name. Type it without https:// and without a path, "
        "for example dinkes.bantenprov.go.id."
    ),
    flags=re.IGNORECASE,
)
