"""What is published in the formats that other programs read. No request comes in here.

Of the feed, modules take rows of ``FeedItem``, and nothing is asked of the pages again; of a register as
a reader sees it (``register_entries``, ``schema_org``) they take the pages themselves. All return or
yield text, bytes or rows.
"""
