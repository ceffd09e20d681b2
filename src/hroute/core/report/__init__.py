"""What successes cost: `facts` go in, `cpst` and `counterfactual` reckon, `trend` tests, `compose` joins."""
