"""All kinds of tasks."""

from hroute.bench.ability import kinds_code as code
from hroute.bench.ability import kinds_facts as facts
from hroute.bench.ability import kinds_numbers as numbers
from hroute.bench.ability import kinds_words as words

SUITE = (*words.KINDS, *numbers.KINDS, *facts.KINDS, *code.KINDS)
