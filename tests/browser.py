"""A phone: headless chromium driven over the DevTools protocol."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

from dev import debian, odoo

PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-allow-origins=*",
)  # fmt: skip


class Phone:
    """One page at phone size, logged in; `position` and `permission` are what its browser tells of where it is."""

    def __init__(self, server, session):
        self.url = server.url
        self.folder = tempfile.mkdtemp(prefix="phone-")
        port = odoo.free_port()
        self.process = subprocess.Popen(
            [debian.find("chromium"), *SWITCHES, f"--user-data-dir={self.folder}", f"--remote-debugging-port={port}",
             "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        self.number = 0
        self.socket = websocket.create_connection(self._page(port), timeout=60, max_size=None)
        self.call("Emulation.setDeviceMetricsOverride", **PHONE)
        self.call("Emulation.setTouchEmulationEnabled", enabled=True)
        self.call("Page.enable")
        for cookie in session.cookies:
            self.call("Network.setCookie", name=cookie.name, value=cookie.value, url=self.url)

    def _page(self, port):
        for _attempt in range(100):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=5) as answer:
                    return next(page for page in json.load(answer) if page["type"] == "page")["webSocketDebuggerUrl"]
            except (OSError, StopIteration):
                time.sleep(0.2)
        raise AssertionError("chromium did not start")

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                assert "error" not in answer, f"{method}: {answer}"
                return answer["result"]

    def permission(self, setting):
        self.call("Browser.setPermission", permission={"name": "geolocation"}, setting=setting, origin=self.url)

    def position(self, latitude, longitude, accuracy=12):
        self.call("Emulation.setGeolocationOverride", latitude=latitude, longitude=longitude, accuracy=accuracy)

    def open(self, path):
        self.call("Page.navigate", url=self.url + path)

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait(self, selector, text="", timeout=60):
        """The text of the first visible element of the selector that contains the given one."""
        script = (
            f"[...document.querySelectorAll({json.dumps(selector)})].map(node => node.innerText ?? '')"
            f".find(text => text.includes({json.dumps(text)})) ?? null"
        )
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            found = self.evaluate(script)
            if found is not None:
                return found
            time.sleep(0.2)
        raise AssertionError(f"no {selector} with {text!r} on the page:\n{self.evaluate('document.body.innerText')}")

    def tap(self, selector, text="", timeout=30):
        """A finger on the middle of the element, once it stands still with nothing over it."""
        self.wait(selector, text)
        deadline, place = time.monotonic() + timeout, None
        while True:
            last, place = place, self._middle(selector, text)
            if place and place == last:
                break
            assert time.monotonic() < deadline, f"{selector} with {text!r} can't be reached"
            time.sleep(0.3)
        point = {"x": place[0], "y": place[1]}
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[point])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def _middle(self, selector, text):
        return self.evaluate(
            f"(() => {{ const node = [...document.querySelectorAll({json.dumps(selector)})]"
            f".find(node => (node.innerText ?? '').includes({json.dumps(text)}));"
            "if (!node) return null;"
            "node.scrollIntoView({block: 'center', behavior: 'instant'});"
            "const box = node.getBoundingClientRect();"
            "const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];"
            "return node.contains(document.elementFromPoint(x, y)) ? [x, y] : null; })()"
        )

    def picture(self):
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait(timeout=30)
        shutil.rmtree(Path(self.folder), ignore_errors=True)
