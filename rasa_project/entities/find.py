"""All entity rules over one comment, in their order of precedence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rasa_project.entities.cities import find_cities
from rasa_project.entities.colors import find_colors
from rasa_project.entities.identifiers import find_order_numbers, find_phones
from rasa_project.entities.links import find_links
from rasa_project.entities.measures import find_measures
from rasa_project.entities.mention import Finder, Mention, without_overlaps
from rasa_project.entities.money import find_budgets
from rasa_project.entities.products import ProductFinder
from rasa_project.entities.quantities import find_quantities
from rasa_project.entities.sizes import find_sizes
from rasa_project.entities.skin import find_skin_types

# What is surest of its place comes first: a phone number is also a long number, a chart
# size (175/92A) is also a height and a weight, a shoe size (38号) also a link.
FINDERS: tuple[Finder, ...] = (
    find_phones,
    find_order_numbers,
    find_sizes,
    find_measures,
    find_links,
    find_budgets,
    find_quantities,
    find_colors,
    find_skin_types,
    find_cities,
)


def find_entities(text: str, products: ProductFinder | None = None) -> list[Mention]:
    """Every entity of a folded comment, without overlaps, in order of position."""
    named: Iterable[Mention] = products.find(text) if products else ()
    return without_overlaps([*named, *_by_rule(text)])


def _by_rule(text: str) -> Iterator[Mention]:
    for finder in FINDERS:
        yield from finder(text)
