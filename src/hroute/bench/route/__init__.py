"""`bench route`: the whole judgement, measured end to end.

`tasks` draws a workload that a program can grade, `bench` lets both sides answer it, `outcomes` reads what
came of it (or of a file), and `routers` and `report` say what each way of routing would have made of that.
"""
