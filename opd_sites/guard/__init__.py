"""The guard in front of the admin: what ``opd_sites.middleware.WallsMiddleware`` is made of.

Wagtail's admin looks things up by the ids it is sent, often before it asks whose they are. The guard
puts in the place of each id that is not the user's own one that nobody has. So a refusal is Wagtail's
own, word for word, and no view can tell a foreign thing from one that never was.

``ids``      what stands for somebody else's id
``routes``   which names in an address, a query or a small form carry ids, and of what
``posted``   the ids within a form of content: fields, inline rows, blocks, rich text
``screens``  what hooks and templates show without being asked for an id
``views``    the few views of Wagtail that nothing else reaches, replaced
"""
