"""`bench signals`: how right (`measure`, with the metrics) and how fast (`speed`) the signals are,

on labelled files (`data`).
"""
