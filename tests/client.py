"""A client of Odoo's JSON-2 API, and what it raises when the server refuses."""

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
            f"{self.url}/json/2/{model}/{method}", json.dumps(arguments).encode(), self.headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            refusal = json.loads(error.read())
            raise Refused(error.code, refusal.get("name"), refusal.get("message")) from None
