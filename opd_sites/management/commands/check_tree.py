from django.core.management.base import BaseCommand, CommandError

from ...tree_check import problems, repair


class Command(BaseCommand):
    help = "Say what is wrong with the trees of pages and collections; fails when something is."

    def add_arguments(self, parser):
        parser.add_argument(
            "--fix", action="store_true", help="mend it, while nobody else changes the tree"
        )

    def handle(self, *, fix, **options):
        for problem in repair() if fix else ():
            self.stdout.write(f"mended: {problem}")
        found = problems()
        for problem in found:
            self.stderr.write(str(problem))
        if found:
            hint = "these need somebody to decide" if fix else "check_tree --fix mends most of it"
            raise CommandError(f"{len(found)} problems in the tree; {hint}")
        self.stdout.write("the tree is sound")
