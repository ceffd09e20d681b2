"""`hroute doctor`: findings about everything that hroute needs, one after the other.

`examine` asks in order; `models`, `scout` and `clouds` send nothing, `online` asks the endpoints.
"""
