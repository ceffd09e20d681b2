"""The built-in families of graded tasks."""

from hroute.bench.confidence.tasks import asked, forms, long, numbers, text

SUITE = (*numbers.FAMILIES, *text.FAMILIES, *forms.FAMILIES, *asked.FAMILIES, *long.FAMILIES)
