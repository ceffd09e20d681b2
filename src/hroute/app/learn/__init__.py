"""From the log's verdicts to what routing knows: evidence is picked, fitted, judged, and only then installed.

`*_evidence` reads verdicts, `calibrate*` fits chances, abilities and confidence, `abilities` and
`calibrations` look up what is in force for a model.
"""
