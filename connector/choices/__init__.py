"""One file a drop-down: the file's name is its key, the docstring its description."""
