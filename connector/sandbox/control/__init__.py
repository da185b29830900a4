"""Calls of the sandbox alone: they make things happen, trouble it and watch it."""
