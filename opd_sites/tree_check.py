"""Is the tree sound? Rights, addresses and listings all rest on the paths of pages and collections."""

import dataclasses
import enum
from collections.abc import Iterable, Iterator

from django.db.models import Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, Page

from .tree_lock import changing


class Fault(enum.Enum):
    """What may be wrong with the place of a page or a collection."""

    PATH = _("its path is malformed")
    ORPHAN = _("it has no parent")
    DEPTH = _("its depth is not that of its path")
    CHILDREN = _("it counts its children wrongly")
    ADDRESS = _("its address is not that of its parents")
    TWIN = _("a sibling has the same address")


@dataclasses.dataclass(frozen=True)
class Problem:
    model: type
    pk: int
    name: str
    path: str
    fault: Fault

    def __str__(self):
        kind = self.model._meta.verbose_name
        return f"{kind} {self.pk} “{self.name}” ({self.path}): {self.fault.value}"


def problems() -> list[Problem]:
    """Return all that is wrong with the trees of pages and of collections.

    One query for each, so what it sees is of one moment, and no lock is needed. Treebeard's own
    ``find_problems`` asks two queries per page and knows no addresses.
    """
    return [*_Walk(Page, "title").problems(), *_Walk(Collection, "name").problems()]


def repair() -> list[Problem]:
    """Mend the trees while nobody else changes them; return what was wrong before.

    Depths, counts and addresses follow the paths. What has no parent is kept below the root, where
    the province finds it, and unpublished. Twins need somebody to decide on another address.
    """
    with changing():
        found = problems()
        lost = [problem for problem in found if problem.fault in (Fault.PATH, Fault.ORPHAN)]
        for problem in lost:
            _adopt(problem)
        for model in {problem.model for problem in found}:
            model.fix_tree()
        _readdress()
        adopted = [problem.pk for problem in lost if problem.model is Page]
        for page in Page.objects.filter(pk__in=adopted):
            for stray in page.get_descendants(inclusive=True).live().specific():
                stray.unpublish()
    return found


class _Node:
    """A row on the way from the root to where a walk stands."""

    def __init__(self, row):
        self.row, self.children, self.slugs = row, 0, set()


class _Walk:
    """Goes through a tree in the order of its paths, remembering only the way from the root."""

    def __init__(self, model, name):
        self.model, self.name = model, name
        self.columns = ["pk", "path", "depth", "numchild", name]
        if model is Page:
            self.columns += ["slug", "url_path"]
        self.way: list[_Node] = []

    def problems(self) -> Iterator[Problem]:
        rows = self.model.objects.order_by("path").values(*self.columns)
        for row in rows.iterator(chunk_size=2000):
            yield from self._leave_until(row["path"])
            for fault in self._faults(row):
                yield self._problem(row, fault)
        yield from self._leave_until("")

    def _leave_until(self, path):
        """Step back to the parent of ``path``; what is left behind has shown all its children."""
        while self.way and not (path and path.startswith(self.way[-1].row["path"])):
            node = self.way.pop()
            if node.row["numchild"] != node.children:
                yield self._problem(node.row, Fault.CHILDREN)

    def _faults(self, row) -> Iterable[Fault]:
        path, step = row["path"], self.model.steplen
        if not path or len(path) % step or set(path) - set(self.model.alphabet):
            yield Fault.PATH
            return
        if row["depth"] * step != len(path):
            yield Fault.DEPTH
        parent = self.way[-1] if self.way else None
        self.way.append(_Node(row))
        if path[:-step] != (parent.row["path"] if parent else ""):
            yield Fault.ORPHAN
            return
        if parent:
            parent.children += 1
        if self.model is Page:
            yield from self._faults_of_address(row, parent)

    def _faults_of_address(self, row, parent):
        if row["url_path"] != _address(row["slug"], parent and parent.row["url_path"]):
            yield Fault.ADDRESS
        if parent:
            if row["slug"] in parent.slugs:
                yield Fault.TWIN
            parent.slugs.add(row["slug"])

    def _problem(self, row, fault):
        return Problem(self.model, row["pk"], row[self.name], row["path"], fault)


def _address(slug, above):
    """Return the address Wagtail gives to a page below the one at ``above``; None is above the root."""
    return "/" if above is None else f"{above}{slug}/"


def _adopt(problem):
    """Hang a node and what is below it behind the last child of the root."""
    model = problem.model
    root = model.get_first_root_node()
    # By path: after what went wrong the depths say little.
    siblings = model.objects.alias(length=Length("path")).filter(
        path__startswith=root.path, length=2 * model.steplen
    )
    last = siblings.order_by("path").last()
    new_path = last._inc_path() if last else model._get_path(root.path, 2, 1)
    below = model.objects.filter(path__startswith=problem.path)
    if problem.fault is Fault.PATH:
        below = model.objects.filter(pk=problem.pk)
    rest = Substr("path", len(problem.path) + 1)
    below.update(path=Concat(Value(new_path), rest))


def _readdress():
    """Write each page's address anew where it is not that of its parents."""
    addresses = {}
    rows = Page.objects.order_by("path").values_list("pk", "path", "slug", "url_path")
    for pk, path, slug, stored in list(rows):
        address = _address(slug, addresses.get(path[: -Page.steplen]))
        addresses[path] = address
        if stored != address:
            Page.objects.filter(pk=pk).update(url_path=address)
