"""Layout finders. Each offers `find(pixels) -> list[Found]`: where rows and cells are; empty for a picture that does
not suit it, never raising. Tables read every text once for it, lists of the game none."""
