"""What of a prompt is the user's own words (ask), and what was pasted to be worked on (payload).

`masking` normalises, `regions` and `payload` find the material, `reading` speaks of the prompt itself.
"""

from hroute.core.segments.reading import PayloadKind, Reading, Segments, read, split

__all__ = ["PayloadKind", "Reading", "Segments", "read", "split"]
