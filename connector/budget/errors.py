"""Why the budget does not grant a call."""


class BudgetError(Exception):
    """A call was not granted. `retry_after` says in how many seconds one may be."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DaySpent(BudgetError):
    """The day's calls are used up, or those left are kept for another purpose."""


class TokenSpent(BudgetError):
    """The token's calls of this minute or day are used up."""


class TooFast(BudgetError):
    """No slot is free as soon as one is wanted."""
