"""A question that is asked again is answered again, until anything could be otherwise."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from connector.budget import Balance
from connector.feed.polling.page import Page, Shown
from connector.feed.polling.repeats import Repeats

A_SECOND = timedelta(seconds=1)


class Pages:
    """Makes pages, and counts them; keeps each, as `KeptPages` does."""

    def __init__(self) -> None:
        self.made: list[Page] = []

    def __call__(self) -> Page:
        shown = Shown(b"[%d]" % len(self.made), None)
        page = Page(shown, age=7, balance=Balance(2000, 1990, 1790, 60, 1800))
        self.made.append(page)
        return page


@pytest.fixture
def repeats(each_store, clock):
    return Repeats(each_store, clock)


def write(store) -> None:
    with store.write() as database:
        database.execute(text("UPDATE alembic_version SET version_num = version_num"))


def test_a_repeat_is_answered_alike_without_a_new_page(repeats):
    pages = Pages()
    first, again = repeats.answer("question", pages), repeats.answer("question", pages)
    assert len(pages.made) == 1
    assert (again.shown, again.age, again.balance) == (first.shown, first.age, first.balance)


def test_another_question_has_an_answer_of_its_own(repeats):
    pages = Pages()
    assert repeats.answer("one", pages).shown != repeats.answer("another", pages).shown


def test_what_anybody_writes_ends_it(repeats, each_store):
    pages = Pages()
    repeats.answer("question", pages)
    write(each_store)
    repeats.answer("question", pages)
    assert len(pages.made) == 2


def test_what_is_written_while_the_page_is_made_ends_it(repeats, each_store):
    pages = Pages()

    def written_meanwhile() -> Page:
        page = pages()
        write(each_store)
        return page

    repeats.answer("question", written_meanwhile)
    repeats.answer("question", pages)
    assert len(pages.made) == 2


@pytest.mark.parametrize("step", [A_SECOND, -A_SECOND, timedelta(days=1)])
def test_another_second_ends_it(repeats, clock, step):
    pages = Pages()
    repeats.answer("question", pages)
    clock.advance(step)
    repeats.answer("question", pages)
    assert len(pages.made) == 2


def test_a_page_that_is_kept_no_more_ends_it(repeats):
    pages = Pages()
    repeats.answer("question", pages)
    pages.made[0] = replace(pages.made[0], shown=Shown(b"[]", None))
    repeats.answer("question", pages)
    assert len(pages.made) == 2


def test_without_a_stamp_nothing_is_repeated(repeats, each_store, monkeypatch):
    monkeypatch.setattr(each_store, "stamp", lambda: None)
    pages = Pages()
    repeats.answer("question", pages)
    repeats.answer("question", pages)
    assert len(pages.made) == 2


def test_trouble_is_not_kept(repeats):
    def fail() -> Page:
        raise ValueError("trouble")

    pages = Pages()
    with pytest.raises(ValueError, match="trouble"):
        repeats.answer("question", fail)
    assert repeats.answer("question", pages) == pages.made[0]
