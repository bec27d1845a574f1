"""The examples of docs/integration.md, as they stand there, against a server; and what they leave behind."""

import json
import os
import re
import shutil
import subprocess
import time

import pytest

from dev.paths import ROOT
from tests.processes import run_inside

PAGE = (ROOT / "docs" / "integration.md").read_text()
EXAMPLES = re.findall(r"```sh\n(.*?)```\n\n```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def channels(server, world):
    return run_inside(server.database, "channels")


@pytest.fixture(scope="module")
def variables(server, clients, channels):
    key = clients["admin"].headers["Authorization"].removeprefix("bearer ")
    names = {name: value for name, value in channels.items() if name.isupper()}
    return {**os.environ, "URL": server.url, "DATABASE": server.database, "API_KEY": key, **names}


def run(example, variables):
    return subprocess.run(["bash", "-c", example], env=variables, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("openssl"), reason="curl or openssl is not installed")
@pytest.mark.parametrize(("example", "answer"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_example(example, answer, variables):
    assert len(EXAMPLES) == 6
    for _time in range(2):
        given = json.loads(run(example, variables))
        if "…" in answer:
            assert isinstance(given, list)
        else:
            assert given == json.loads(answer)


def test_what_the_examples_leave(variables, clients, channels):
    """Each of them was sent twice, and is on record once."""
    admin = clients["admin"]
    company = ["company_id", "=", channels["company"]]
    assert admin.call("sales.call", "search_count", domain=[company, ["call_key", "like", "1772416500.17"]]) == 1
    assert admin.call("sales.interaction", "search_count", domain=[["source_key", "=", "shop-chat-4711"]]) == 1
    deadline = time.monotonic() + 90
    sent = [["message_key", "=", "wamid.HBgN"]]
    while not (messages := admin.call("sales.chat.message", "search_read", domain=sent, fields=["body"])):
        assert time.monotonic() < deadline, "the job did not take the event in"
        time.sleep(1)
    assert [message["body"] for message in messages] == ["Pagi, ada lada?"]
