"""What a change of a description would break for those who read the API today.

Additions are fine: operations, optional parameters, members, values of a vocabulary, statuses. What a
reader may rely on must stay: everything that is there, with its type, and what is always there.
"""

TYPES = ("type", "const", "format")


def breaking_changes(old: dict, new: dict) -> list[str]:
    """Return a sentence for each change between two OpenAPI documents that would break a reader."""
    found = []
    for path, item in old["paths"].items():
        for method, operation in item.items():
            where = f"{method.upper()} {path}"
            now = new["paths"].get(path, {}).get(method)
            if now is None:
                found.append(f"{where}: the operation is gone")
                continue
            if _is_open(operation, old) and not _is_open(now, new):
                found.append(f"{where}: a token is newly demanded")
            found += _parameters(where, operation, now, old, new)
            found += _responses(where, operation, now, old, new)
    return list(dict.fromkeys(found))


def breaking_schema_changes(old: dict, new: dict, where="") -> list[str]:
    """Return a sentence for each change between two JSON Schemas that would break a reader."""
    return list(dict.fromkeys(_told(where, old, new, old, new, frozenset())))


def _is_open(operation, document):
    """Say whether the operation may be asked without a token."""
    demanded = operation.get("security", document.get("security", []))
    return not demanded or {} in demanded


def _parameters(where, operation, now, old, new):
    known = {parameter["name"]: parameter for parameter in operation["parameters"]}
    parameters = {parameter["name"]: parameter for parameter in now["parameters"]}
    for name in known.keys() - parameters.keys():
        yield f"{where}: the parameter {name} is gone"
    for name, parameter in parameters.items():
        required = parameter.get("required", False)
        if required and not known.get(name, {}).get("required", False):
            yield f"{where}: the parameter {name} is newly required"
        if name in known:
            before, after = known[name]["schema"], parameter["schema"]
            yield from _asked(f"{where}: the parameter {name}", before, after, old, new)


def _asked(where, before, after, old, new):
    """What may be sent may grow, never shrink."""
    for name in _values(before, old) - _values(after, new):
        yield f"{where} no longer takes {name}"
    for limit, narrowed in (
        ("maximum", int.__lt__),
        ("maxLength", int.__lt__),
        ("minimum", int.__gt__),
        ("minLength", int.__gt__),
        ("pattern", str.__ne__),
    ):
        if limit in after and (limit not in before or narrowed(after[limit], before[limit])):
            yield f"{where} has another {limit}: {before.get(limit)} → {after[limit]}"
    if after.get("default") != before.get("default"):
        yield f"{where} has another default: {before.get('default')} → {after.get('default')}"


def _values(schema, document):
    """Return the types and values that a parameter takes, whichever way they are written."""
    schema = _resolved(schema, document)
    options = [option for key in ("anyOf", "oneOf") for option in schema.get(key, ())]
    if options:
        return set().union(*(_values(option, document) for option in options))
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return {repr(value) for value in values} or {schema.get("format") or schema.get("type")}


def _responses(where, operation, now, old, new):
    for status, response in operation["responses"].items():
        after = now["responses"].get(status)
        if after is None:
            yield f"{where}: {status} is no longer described"
            continue
        for name in response.get("headers", {}).keys() - after.get("headers", {}).keys():
            yield f"{where}: {status} no longer has the header {name}"
        for media_type, content in response.get("content", {}).items():
            place = f"{where}: {status} {media_type}"
            if media_type not in after.get("content", {}):
                yield f"{place} is gone"
                continue
            schema = after["content"][media_type].get("schema", {})
            yield from _told(place, content.get("schema", {}), schema, old, new, frozenset())


def _told(where, before, after, old, new, seen):
    """What is told may grow in members, and must keep what it has."""
    reference = (before.get("$ref"), after.get("$ref"))
    if all(reference):
        if reference in seen:
            return
        seen |= {reference}
    before, after = _resolved(before, old), _resolved(after, new)
    for key in TYPES:
        if before.get(key) != after.get(key):
            yield f"{where}: another {key}: {before.get(key)} → {after.get(key)}"
    if "pattern" in before and before["pattern"] != after.get("pattern"):
        yield f"{where}: another pattern: {before['pattern']} → {after.get('pattern')}"
    if gone := set(before.get("enum", ())) - set(after.get("enum", before.get("enum", ()))):
        yield f"{where}: values are gone: {sorted(gone)}"
    if looser := set(before.get("required", ())) - set(after.get("required", ())):
        yield f"{where}: no longer always there: {sorted(looser)}"
    for name, member in before.get("properties", {}).items():
        if name not in after.get("properties", {}):
            yield f"{where}: the member {name} is gone"
        else:
            place = f"{where}/{name}"
            yield from _told(place, member, after["properties"][name], old, new, seen)
    if "items" in before:
        yield from _told(f"{where}[]", before["items"], after.get("items", {}), old, new, seen)
    for key in ("anyOf", "oneOf"):
        yield from _options(where, before.get(key, ()), after.get(key, ()), old, new, seen)


def _options(where, before, after, old, new, seen):
    """Shapes between which the told thing may vary; a new one, null above all, breaks a reader."""
    left = {_name(option): option for option in before}
    right = {_name(option): option for option in after}
    for name in left.keys() ^ right.keys():
        yield f"{where}: {name} is {'gone' if name in left else 'new'} among what it can be"
    for name in left.keys() & right.keys():
        yield from _told(f"{where}({name})", left[name], right[name], old, new, seen)


def _name(option):
    """Return what tells an option from the others: its shape's name, or its type."""
    if "$ref" in option:
        return option["$ref"].rsplit("/", 1)[-1]
    return option.get("type") or repr(sorted(option.get("properties", option).items()))


def _resolved(schema, document):
    if "$ref" not in schema:
        return schema
    for name in schema["$ref"].removeprefix("#/").split("/"):
        document = document[name]
    return document
