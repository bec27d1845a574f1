"""The spreadsheet dashboards: there with the application of dashboards, filled on demo data, and gone with it."""

import json
import time

import pytest
import requests

from dev import odoo, postgres
from dev.demo import LOAD_DEMO_DATA
from dev.paths import ADDONS
from tests.browser import Phone
from tests.processes import run_inside

DATABASE = "sales_blackbox_dashboards"
NAMES = ("sales", "field_work", "receivables")
# What the page holds: cells that are errors, charts without data, and the cards' figures by label.
LOOK = """(() => {
    const find = (node) => {
        const model = node.component.env?.model;
        if (model?.getters?.getEvaluatedCells) return model;
        for (const child of Object.values(node.children)) {
            const found = find(child);
            if (found) return found;
        }
    };
    const model = find(odoo.__WOWL_DEBUG__.root.__owl__);
    if (!model) return null;
    const { getters } = model;
    const result = { loading: false, errors: [], empty: [], charts: 0, cards: {} };
    for (const sheet of getters.getSheetIds()) {
        for (const [position, cell] of Object.entries(getters.getEvaluatedCells(sheet))) {
            if (cell.value === "Loading...") result.loading = true;
            else if (String(cell.value).startsWith("#")) result.errors.push([position, cell.value]);
        }
        for (const id of getters.getChartIds(sheet)) {
            const chart = getters.getChartRuntime(id);
            result.charts++;
            const data = chart.chartJsConfig?.data?.datasets?.flatMap((set) => set.data) ?? [chart.keyValue];
            if (!data.some((value) => value)) result.empty.push(getters.getChartDefinition(id).title.text);
        }
    }
    const data = getters.getSheetIds().at(-1);
    for (let row = 1; row < 10; row++) {
        const label = getters.getEvaluatedCell({ sheetId: data, row, col: 0 }).value;
        if (label) result.cards[label] = getters.getEvaluatedCell({ sheetId: data, row, col: 1 }).value;
    }
    return JSON.stringify(result);
})()"""


@pytest.fixture(scope="module")
def server(prepared):
    """A server on demo data, where the application of dashboards was installed after the addons."""
    odoo.duplicate(prepared, DATABASE, postgres.TEST)
    odoo.shell(DATABASE, LOAD_DEMO_DATA.format(addons=ADDONS), postgres.TEST)
    odoo.install(DATABASE, ("spreadsheet_dashboard",), postgres.TEST, "black-box-dashboards")
    running = odoo.Server(DATABASE, postgres.TEST, odoo.free_port(), "black-box-dashboards-server")
    running.start()
    yield running
    running.stop()
    odoo.drop(DATABASE, postgres.TEST)


@pytest.fixture(scope="module")
def session(server):
    session = requests.Session()
    answer = session.post(
        f"{server.url}/web/session/authenticate",
        json={"params": {"db": DATABASE, "login": "sari", "password": "sari"}},
        timeout=60,
    )
    assert answer.json()["result"]["uid"]
    return session


@pytest.fixture(scope="module")
def figures(server):
    return run_inside(DATABASE, "dashboards")


@pytest.mark.parametrize("name", NAMES)
def test_no_error_and_no_empty_chart(server, session, figures, name):
    page = Phone(server, session)
    try:
        page.call("Emulation.setDeviceMetricsOverride", width=1400, height=1400, deviceScaleFactor=1, mobile=False)
        page.open(f"/odoo/dashboards?debug=1&dashboard_id={figures['dashboards'][name]}")
        seen = _look(page)
    finally:
        page.close()
    assert seen["errors"] == []
    assert seen["empty"] == []
    assert seen["charts"] >= 7
    for label, amount in figures["cards"][name].items():
        assert seen["cards"][label] == pytest.approx(amount)


def test_gone_with_their_application(server):
    """Runs last: it takes the application away."""
    server.stop()
    assert run_inside(DATABASE, "dashboards_removed") == {"left": 0, "achievements": True}


def _look(page):
    """What the page shows once everything is loaded."""
    page.wait(".o-spreadsheet")
    deadline, seen = time.monotonic() + 60, None
    while time.monotonic() < deadline:
        time.sleep(2)
        last, seen = seen, page.evaluate(LOOK)
        if seen and seen == last and not json.loads(seen)["loading"]:
            break
    return json.loads(seen)
