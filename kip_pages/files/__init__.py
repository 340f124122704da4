"""What a file is: its kind told by its content, its cleaned copy, its text. Pure rules.

Nothing here knows Django (but ``messages``, for the words), a database or a setting: ``pdf``,
``ooxml``, ``odf`` and ``reading`` parse what strangers made, and so run in ``child``, a process with
limits that ``intake.sandbox`` starts.
"""
