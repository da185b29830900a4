from tests.delivery.bureau import Bureau


def test_it(bureau: Bureau):
    hook = bureau.subscribe()
    e = bureau.refund()
    bureau.work()
    assert bureau.events() == [e]
    assert bureau.states(hook) == ["delivered"]
