"""Pure values and rules: no disk, network, clock or terminal."""
