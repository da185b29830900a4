from connector.threads import Bulkhead


def test_a_place_is_taken_once_and_free_again_afterwards():
    places = Bulkhead(1)

    with places.take() as first, places.take() as second:
        assert (first, second) == (True, False)
    with places.take() as third:
        assert third
