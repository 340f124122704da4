"""Read registers that officers keep in files, and make the pages match them."""
