"""What a feed promises, as checks that can be run against any installation over HTTP.

Read the modules in the order of the imports below, which is that of the report, and they are the
specification for another server.
"""

# isort: off
from . import changes  # noqa: F401 - the walk through everything
from . import filters  # noqa: F401
from . import content  # noqa: F401 - items, their seals, the digest
from . import items  # noqa: F401 - JSON Feed, single items, agencies
from . import formats  # noqa: F401 - Atom, the register, the catalogue
from . import errors  # noqa: F401
from . import transport  # noqa: F401 - caches, compression, browsers
from . import description  # noqa: F401
from .registry import run

__all__ = ["run"]
