"""One file a trigger: the file's name is its key, the docstring its description."""
