"""The names, the order and the closed lists of the CAP 1.2 schema."""

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
OLDER_NAMESPACES = (
    "urn:oasis:names:tc:emergency:cap:1.1",
    "http://www.incident.com/cap/1.0",
)

# What may stand inside each element, in this order.
CHILDREN = {
    "alert": (
        *("identifier", "sender", "sent", "status", "msgType", "source", "scope"),
        *("restriction", "addresses", "code", "note", "references", "incidents", "info"),
    ),
    "info": (
        *("language", "category", "event", "responseType", "urgency", "severity", "certainty"),
        *("audience", "eventCode", "effective", "onset", "expires", "senderName", "headline"),
        *("description", "instruction", "web", "contact", "parameter", "resource", "area"),
    ),
    "resource": ("resourceDesc", "mimeType", "size", "uri", "derefUri", "digest"),
    "area": ("areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"),
    **dict.fromkeys(("eventCode", "parameter", "geocode"), ("valueName", "value")),
}

TIMES = ("sent", "effective", "onset", "expires")

VALUES = {
    "status": frozenset(("Actual", "Exercise", "System", "Test", "Draft")),
    "msgType": frozenset(("Alert", "Update", "Cancel", "Ack", "Error")),
    "scope": frozenset(("Public", "Restricted", "Private")),
    "category": frozenset(
        (
            *("Geo", "Met", "Safety", "Security", "Rescue", "Fire"),
            *("Health", "Env", "Transport", "Infra", "CBRNE", "Other"),
        )
    ),
    "responseType": frozenset(
        (
            *("Shelter", "Evacuate", "Prepare", "Execute", "Avoid"),
            *("Monitor", "Assess", "AllClear", "None"),
        )
    ),
    "urgency": frozenset(("Immediate", "Expected", "Future", "Past", "Unknown")),
    "severity": frozenset(("Extreme", "Severe", "Moderate", "Minor", "Unknown")),
    "certainty": frozenset(("Observed", "Likely", "Possible", "Unlikely", "Unknown")),
}
# "Very Likely" is what CAP 1.0 called "Likely"; CAP 1.2 §3.2.2 asks readers to accept it.
FORMER_VALUES = {("certainty", "Very Likely"): "Likely"}


def name(local: str) -> str:
    """Return the name of an element as lxml writes it."""
    return f"{{{NAMESPACE}}}{local}"
