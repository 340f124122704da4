"""Read registers that officers keep in files, and make the pages match them.

``opening`` and the readers below it know files, ``understanding`` knows registers, ``planning`` what
stands already, ``applying`` publishes; ``uploading`` keeps all of it for the admin and the command.
"""
