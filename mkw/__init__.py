"""The game: points, names, text forms of wars, statistics. Pure functions and frozen data; imports nothing of ours."""
