"""The register of an agency as the law's table, and its yearly editions.

``entries`` reads the register as it stands, ``table`` lays it out as the annex does, ``sheet`` and
``pdf`` write it, ``freezing`` keeps it as an edition, ``files`` reads that again, proven the same,
``comparing`` says what changed between two, and ``printing`` makes the PDF files in the background.
"""
