"""Logs as earlier versions of hroute wrote them, as SQL; `make.py` made them."""
