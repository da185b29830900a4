from connector.findings import UPDATED_FILTER_SEES_ALL, Findings, Verdict
from tests.stand_ins import NOON


def test_a_verdict_is_kept_until_another_replaces_it(each_store):
    findings = Findings(each_store)
    assert findings.get("key", UPDATED_FILTER_SEES_ALL) is None
    for verdict in Verdict:
        findings.keep("key", UPDATED_FILTER_SEES_ALL, verdict, NOON)
        assert findings.get("key", UPDATED_FILTER_SEES_ALL) is verdict
        assert Findings(each_store).get("key", UPDATED_FILTER_SEES_ALL) is verdict


def test_each_key_has_verdicts_of_its_own(each_store):
    findings = Findings(each_store)
    findings.keep("one", UPDATED_FILTER_SEES_ALL, Verdict.TRUE, NOON)
    assert findings.get("another", UPDATED_FILTER_SEES_ALL) is None
    assert findings.get("one", "last-page") is None
