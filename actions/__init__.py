"""One file an action: the file's name is its key, the docstring its description."""
