"""What was measured of models on this machine: JSON files below the data folder.

`of_models` is the form that they share, one file a model, named by its hash; the others are what it holds.
"""
