"""The built-in families of graded tasks."""

from hroute.app.bench import confidence_tasks_asked as asked
from hroute.app.bench import confidence_tasks_forms as forms
from hroute.app.bench import confidence_tasks_long as long
from hroute.app.bench import confidence_tasks_numbers as numbers
from hroute.app.bench import confidence_tasks_text as text

SUITE = (*numbers.FAMILIES, *text.FAMILIES, *forms.FAMILIES, *asked.FAMILIES, *long.FAMILIES)
