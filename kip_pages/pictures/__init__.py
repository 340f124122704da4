"""Images as readers meet them: in which sizes and formats, made by whom, and shown until they are."""
