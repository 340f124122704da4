"""Every address of the admin × every role × own, foreign and the province's things.

A leak is a word in an answer that only another agency, or only the province, could have told; a
change of their rows; or an answer that differs from the one to an id that nobody has.
"""

import re
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from opd_sites.choices import AgencyRole, ProvinceRole

from .table import NOT_ASKED, OFFERS_AGENCIES, PUBLIC, ROUTES, UNNAMED, Row
from .watch import Watch
from .world import built_world

LETTERS = {
    "e": AgencyRole.EDITOR,
    "p": AgencyRole.PUBLISHER,
    "a": AgencyRole.AGENCY_ADMIN,
    "d": ProvinceRole.DUTY_OFFICER,
    "v": ProvinceRole.PROVINCE_ADMIN,
}
# With the most rights on either side of the portal: these ask with every query and every form where they
# are answered at all, the others with the plain address. The walls do not know one role of an agency from
# another.
THOROUGH = "pd"
# No row has these; they stand for whatever a thing is named by in an address or a form.
MISSING_ID, MISSING_WORD = 2147480000, "zqnone"


def all_rows():
    for name, entry in ROUTES.items():
        for number, one in enumerate([entry] if isinstance(entry, Row) else entry):
            yield pytest.param(name, one, id=f"{name}-{number}")


ROWS = list(all_rows())


# --- the table is complete -------------------------------------------------------------------


def routes(patterns=None, prefix="", namespaces=()):
    """Walk all that the resolver knows: name, address as written, names within it."""
    for pattern in (patterns or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from routes(pattern, path, inner)
        else:
            yield (
                ":".join((*namespaces, pattern.name or "")),
                path,
                re.findall(r"<(?:\w+:)?(\w+)>", path),
            )


def test_every_route_has_a_row():
    said = ROUTES.keys() | NOT_ASKED | PUBLIC
    missing = []
    for name, path, carried in routes():
        if path in UNNAMED or not said.isdisjoint({name, name.split(":")[0]}):
            continue
        if path.startswith("admin/"):
            ids = "".join(f', {carries}="<kind>"' for carries in carried)
            missing.append(f'    "{name}": row("v"{ids}),')
        else:
            missing.append(f'    "{name or path}",  (in PUBLIC, if it is for everybody)')
    assert not missing, (
        "These routes have no row in tests/walls/table.py. Add to ROUTES there, with the letters of "
        "the roles that may open it with their own things, and the kinds of things of "
        "tests/walls/world.py that its address carries:\n" + "\n".join(missing)
    )


def test_no_row_is_of_a_route_that_is_gone():
    known = {name for name, _path, _carried in routes()}
    assert ROUTES.keys() | NOT_ASKED <= known
    assert PUBLIC <= known | {name.split(":")[0] for name in known}


def test_every_row_says_what_its_address_carries():
    carried = {}
    for name, _path, names in routes():
        carried.setdefault(name, []).append(set(names))
    for name, entry in ROUTES.items():
        for one in [entry] if isinstance(entry, Row) else entry:
            assert one.address.keys() in carried[name], name


def test_the_matrix_names_every_role():
    assert set(LETTERS.values()) == {*AgencyRole, *ProvinceRole}


# --- asking ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), built_world() as built:
        built.watch = Watch(built)
        built.clients = {}
        for role in LETTERS.values():
            built.clients[role] = Client(headers={"host": built.host_of(role)})
            built.clients[role].force_login(built.people[role])
        yield built


@dataclass(frozen=True)
class Ask:
    """A request. ``named`` is whatever in the answer may stand for the things asked for."""

    method: str
    url: str
    data: tuple
    named: tuple

    def __str__(self):
        return f"{self.method} {self.url} {dict(self.data)}"


def ask_for(name, one, method, data, side_of):
    """Build a request; ``side_of(place)`` says whose thing stands at each place. None if it has none."""
    kinds = {("in", key): kind for key, kind in one.address.items()}
    kinds |= {("with", key): kind for key, kind in data.items()}
    values = {place: value_of(kind, side_of(place)) for place, kind in kinds.items()}
    if None in values.values():
        return None
    return Ask(
        method,
        reverse(name, kwargs={key: values["in", key] for key in one.address}),
        tuple((key, values["with", key]) for key in data),
        tuple(str(values[place]) for place, kind in kinds.items() if kind[0] != "="),
    )


def value_of(kind, side):
    """Return what stands for a kind of thing of a side; None where the side has none."""
    if kind == "=@":
        return SimpleUploadedFile("sesuatu.po", b"msgid \xff")
    if kind.startswith("="):
        return kind[1:]
    if side is None:
        return MISSING_WORD if kind == "word" else MISSING_ID
    thing = side.things.get(kind)
    return getattr(thing, "pk", thing)


def answer(world, role, ask):
    """Send a request, undo what it did, and return the response with what it tells and disturbed."""
    client = world.clients[role]
    cookies = client.cookies.copy()
    with transaction.atomic(), world.watch.watching():
        send = client.get if ask.method == "GET" else client.post
        response = send(ask.url, dict(ask.data))
        content = response.getvalue() if response.streaming else response.content
        response.told = f"{response.headers}{content.decode(errors='replace')}".lower()
        response.disturbed = [
            problem for side in world.beyond(role) for problem in world.watch.disturbed(side)
        ]
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def leaks_in(world, role, name, ask, response):
    said = f"{role.value} {ask} → {response.status_code}"
    words = [side.word for side in world.beyond(role) if side.word not in ask.named]
    told = without_offered(words, response.told) if name in OFFERS_AGENCIES else response.told
    leaks = [f"{said} tells {word}" for word in words if word in told]
    return leaks + [f"{said}: {problem}" for problem in response.disturbed]


def without_offered(words, told):
    """Take one box with the public name and code of each agency out of an answer, and nothing more."""
    for word in words:
        box = rf'<input type="checkbox" name="target_agencies" value="{word}"[^>]*>\s*dinas {word}\s*<'
        told = re.sub(box, "<", told, count=1)
        # Wagtail's own form gives its script the same box, as a string.
        begins = rf'name=\\"__name__\\" value=\\"{word}\\" class=\\"kip-choices\\"'
        told = re.sub(rf"{begins}[^<]*?\\u003e\\n dinas {word}\\u003c", "", told, count=1)
    return told


# --- one's own things stay within reach ------------------------------------------------------


@pytest.mark.parametrize(("name", "one"), ROWS)
def test_who_is_answered_with_things_of_their_own(world, db, name, one):
    opens, leaks = "", []
    for letter in "epadv" if one.opens in ("", "v") else "epad":
        role = LETTERS[letter]
        asked = own_asks(world.side_of(role), name, one)
        for number, ask in enumerate(asked if is_thorough(letter, one) else asked[:1]):
            response = answer(world, role, ask)
            if number == 0 and is_answer(response):
                opens += letter
            leaks += leaks_in(world, role, name, ask, response)
    assert (opens, leaks) == (one.opens, [])


def is_thorough(letter, one):
    return letter in THOROUGH and (not one.opens or letter in one.opens)


def own_asks(side, name, one):
    """Return what to ask with one's own things: the plain address first."""
    asked = [("GET", query) for query in one.get] + [("POST", form) for form in one.post]
    found = (ask_for(name, one, method, data, lambda place: side) for method, data in asked)
    return [ask for ask in found if ask]


def is_answer(response):
    """Tell an answer from a refusal: Wagtail refuses by leading back to the dashboard."""
    away = (reverse("wagtailadmin_home"), reverse("wagtailadmin_login"))
    return response.status_code == 200 or (
        response.status_code == 302 and response["location"].split("?")[0] not in away
    )


# --- and nobody else's do --------------------------------------------------------------------


@pytest.mark.parametrize(("name", "one"), ROWS)
def test_a_foreign_thing_is_answered_as_one_that_never_was(world, db, name, one):
    problems = []
    for letter in "epad":
        role = LETTERS[letter]
        asked = [("GET", query) for query in one.get] + [("POST", form) for form in one.post]
        for number, (method, data) in enumerate(asked if is_thorough(letter, one) else asked[:1]):
            with_province = letter == "p" and number == 0
            sides = [world.foreign, world.province] if with_province else [world.foreign]
            for places in foreign_places(one, data, each=letter == "p"):
                problems += differences(world, role, name, one, method, data, places, sides)
    assert problems == []


def foreign_places(one, data, *, each):
    """Return which things of a request are foreign: all; or in turn each of the address, and all sent."""
    address = [("in", key) for key, kind in one.address.items() if kind[0] != "="]
    sent = [("with", key) for key, kind in data.items() if kind[0] != "="]
    parts = [{place} for place in address] + ([set(sent)] if sent else [])
    if each and len(parts) > 1:
        return parts
    return [{*address, *sent}] if parts else []


def differences(world, role, name, one, method, data, places, sides):
    """Tell how answers to foreign things differ from the one to things that are not there."""
    own = world.side_of(role)

    def ask_with(other):
        return ask_for(name, one, method, data, lambda place: other if place in places else own)

    missing, nothing = ask_with(None), None
    for side in sides if missing else ():
        if ask := ask_with(side):
            response = answer(world, role, ask)
            yield from leaks_in(world, role, name, ask, response)
            if response.status_code == HTTPStatus.NOT_FOUND and role != AgencyRole.PUBLISHER:
                continue  # as a publisher was told of what is not there
            nothing = nothing or looks(answer(world, role, missing), missing)
            if looks(response, ask) != nothing:
                yield (
                    f"{role.value} {ask} of {side.word}: {response.status_code}, "
                    f"but {nothing[0]} for what is not there"
                )


def looks(response, ask):
    """Return an answer as it looks whatever was asked for: without numbers, words asked for, tokens."""
    text = response.told
    for name in ask.named:
        text = text.replace(name, "#") if not name.isdigit() else text
    text = re.sub(r"[\w-]{32,64}", "token", text)
    return response.status_code, re.sub(r"\d+", "#", text)
