"""Sources of others that ours depends on, word for word."""

import hashlib
import inspect


def source_hash(method):
    source = inspect.getsource(inspect.unwrap(method))
    return hashlib.sha256(source.encode()).hexdigest()[:12]
