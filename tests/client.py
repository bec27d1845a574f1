"""A client of Odoo's JSON-2 API, and what it raises when the server refuses."""

import http.cookiejar
import json
import urllib.error
import urllib.request


class Refused(Exception):
    """The server answered with an error; `status` is the HTTP status, `name` Odoo's exception class."""

    def __init__(self, status, name, message):
        super().__init__(f"{status} {name}: {message}")
        self.status = status
        self.name = name
        self.message = message


class Client:
    """JSON-2 calls as one user: `client.call("crm.lead", "create", vals_list=[…])`."""

    def __init__(self, url, database, key):
        self.url = url
        self.headers = {
            "Authorization": f"bearer {key}",
            "Content-Type": "application/json",
            "X-Odoo-Database": database,
        }

    def call(self, model, method, **arguments):
        """Returns the method's result; `ids` names the records, `context` the context. Raises Refused."""
        request = urllib.request.Request(
            f"{self.url}/json/2/{model}/{method}", json.dumps(arguments).encode(), self.headers
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            refusal = json.loads(error.read())
            raise Refused(error.code, refusal.get("name"), refusal.get("message")) from None


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.url = response.url
        self.body = response.read()


class WebSession:
    """A browser's session: the logged-in user's cookies and plain pages. Without a login, a visitor's."""

    def __init__(self, server, login=None, password=None):
        self.url = server.url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        if login:
            self.call("/web/session/authenticate", db=server.database, login=login, password=password)

    def get(self, path):
        try:
            return Answer(self.opener.open(self.url + path, timeout=120))
        except urllib.error.HTTPError as error:
            return Answer(error)

    def call(self, path, **parameters):
        """A JSON-RPC call as the web client makes them; returns the result or raises Refused."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": parameters}).encode()
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        with self.opener.open(request, timeout=120) as response:
            answer = json.load(response)
        if "error" in answer:
            raise Refused(response.status, answer["error"]["data"]["name"], answer["error"]["data"]["message"])
        return answer["result"]
