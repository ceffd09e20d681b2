"""`bench learn`: `measure` replays labelled outcomes as verdicts, `judge` compares the routers learnt."""
