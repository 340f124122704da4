"""The stored items in the formats that other programs read; nothing is asked of the pages again.

Every module takes rows of ``FeedItem`` and returns or yields text or bytes. No request comes in here.
"""
