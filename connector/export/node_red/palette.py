"""The nodes of the palette: what each sort of block becomes."""

from typing import Any

from connector.blocks import Action, Block, Catalogue, Choice, Search, Trigger
from connector.export.form import about, form, in_markdown
from connector.export.javascript import signature_check
from connector.export.node_red.fields import NODE_RED_URL, SECONDS_FIELD, entry, kind_of
from connector.export.node_red.subflow import Node, Subflow, hidden

CONNECTION_TEST = "Test the Connection"
ADDRESS = "/returngo/${NR_SUBFLOW_ID}"  # of each node its own
LISTENS = "listens"
AGAIN = "300"  # seconds: so often an instant trigger sees whether the bridge still has its hook
CRYPTO = [{"var": "crypto", "module": "crypto"}]
# A function of Node-RED is no module and may require nothing; what it needs is handed to it.
AS_MODULE = "const module = {};\nconst require = () => crypto;\n"

CALLED = (
    "A message starts it, and leaves with the answer as `msg.payload`. In each field,"
    " `{{payload.rma_id}}` takes that property of the message. What goes wrong is an error for a"
    " Catch node, in the bridge's words."
)
EVENT_NOTE = (
    "Each event leaves as `msg.payload`, and as `msg.event` for what comes later in the flow."
)
LOOKS = (
    "It looks by itself, each time after *Seconds Between Looks*. The first look sends nothing: it"
    " finds out where now is. A message that arrives makes it look at once; `msg.sample` has it"
    f" send an example, `msg.reset` forget where it stood. {EVENT_NOTE}"
)
LISTENING = (
    "It subscribes by itself. A message with `msg.unsubscribe` ends that: send it one before you"
    f" delete the node. {EVENT_NOTE}"
)


def connection_test(url: str) -> list[Node]:
    """Say who is connected, and what is left of the day."""
    subflow = Subflow(
        CONNECTION_TEST,
        icon="fa-plug",
        info=f"Says who is connected, and what is left of the day's calls.\n\n{CALLED}",
        block={"url": url, "method": "GET", "path": "me", "fields": {}},
    )
    return _called(subflow, "account")


def polling_trigger(catalogue: Catalogue, trigger: Trigger, url: str) -> list[Node]:
    """Look for what came, again and again."""
    subflow = Subflow(
        trigger.label,
        icon="fa-bell-o",
        info=_info(catalogue, trigger, LOOKS),
        block=_block(catalogue, trigger, url, key=trigger.key, path=f"triggers/{trigger.key}"),
    )
    subflow.ask_for([SECONDS_FIELD, *_form(catalogue, trigger)])
    subflow.add("clock", "inject", [["look"]], repeat="${seconds}", once=True, onceDelay="1")
    subflow.run("look", [["call"]])
    subflow.call("news")
    subflow.run("news", [[], ["look"]])
    subflow.begin("look", "look now")
    subflow.end("news", trigger.noun)
    return subflow.nodes()


def instant_trigger(catalogue: Catalogue, trigger: Trigger, url: str) -> list[Node]:
    """Be told what came, by a hook."""
    subflow = Subflow(
        f"{trigger.label} (Instant)",
        icon="fa-bolt",
        info=_info(catalogue, trigger, LISTENING),
        block=_block(catalogue, trigger, url, key=trigger.key),
    )
    subflow.ask_for([NODE_RED_URL, *_form(catalogue, trigger), hidden(LISTENS, "env", ADDRESS)])
    subflow.add("clock", "inject", [["subscribe"]], repeat=AGAIN, once=True, onceDelay="1")
    subflow.run("subscribe", [["call"]])
    subflow.call("subscribe")
    listening = {"url": f"${{{LISTENS}}}", "method": "post", "skipBodyParsing": True}
    subflow.add("told", "http in", [["receive"]], **listening)
    check = AS_MODULE + signature_check()
    subflow.run("receive", [[], ["taken"]], knows=check, libs=CRYPTO)
    subflow.add("taken", "http response", [])
    subflow.begin("subscribe", "msg.unsubscribe")
    subflow.end("receive", trigger.noun)
    return subflow.nodes()


def doing(catalogue: Catalogue, action: Action, url: str) -> list[Node]:
    """Do something."""
    subflow = _calling(catalogue, action, url, "fa-pencil", method="POST", path="actions")
    return _called(subflow, action.noun)


def asking(catalogue: Catalogue, search: Search, url: str) -> list[Node]:
    """Look something up."""
    subflow = _calling(catalogue, search, url, "fa-search", method="GET", path="actions")
    return _called(subflow, search.noun)


def offering(catalogue: Catalogue, choice: Choice, url: str) -> list[Node]:
    """List what other platforms offer in a drop-down: a form of Node-RED's cannot ask for it."""
    subflow = _calling(catalogue, choice, url, "fa-list", method="GET", path="choices")
    return _called(subflow, choice.noun)


def _calling(
    catalogue: Catalogue, block: Block, url: str, icon: str, *, method: str, path: str
) -> Subflow:
    subflow = Subflow(
        f"List {block.label}" if isinstance(block, Choice) else block.label,
        icon=icon,
        info=_info(catalogue, block, CALLED),
        block=_block(catalogue, block, url, method=method, path=f"{path}/{block.key}"),
    )
    subflow.ask_for(_form(catalogue, block))
    return subflow


def _called(subflow: Subflow, answer: str) -> list[Node]:
    subflow.run("ask", [["call"]])
    subflow.call("answer")
    subflow.run("answer", [[]])
    subflow.begin("ask", "do it")
    subflow.end("answer", answer)
    return subflow.nodes()


def _info(catalogue: Catalogue, block: Block, how: str) -> str:
    return f"{about(block)}\n\n{how}\n\n{in_markdown(form(catalogue, block))}"


def _block(catalogue: Catalogue, block: Block, url: str, **more: str) -> dict[str, Any]:
    fields = {field.name: kind_of(field) for field in form(catalogue, block)}
    return {"url": url, **more, "fields": fields}


def _form(catalogue: Catalogue, block: Block) -> list[Node]:
    return [entry(field, _told_by(catalogue, block)) for field in form(catalogue, block)]


def _told_by(catalogue: Catalogue, block: Block) -> set[str]:
    """Return the names by which what comes later in a flow finds what an event tells."""
    if isinstance(block, Trigger):
        return set()
    triggers = catalogue.triggers.values()
    return {name for trigger in triggers for name in trigger.output_schema().fields}
