"""What a browser finds at the real site behind Caddy, and what the site knows of it."""

import re
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

from tests.deployment.sandbox import HOST, Sandbox
from tests.served import Proxy

SIGN_IN = "/admin/login/"
CLIENT = "127.0.0.7"
FAILURES = """
SELECT DISTINCT host(address) FROM medspa_auditevent WHERE kind = 'sign_in_failed'
"""

OWNER = {
    "first_name": "Olga",
    "username": "olga",
    "email": "olga@example.com",
    "password": "a long and unusual phrase",
    "password_again": "a long and unusual phrase",
    "clinic_name": "Glow",
    "country": "US",
    "time_zone": "America/New_York",
}


def check_site(sandbox: Sandbox, welcome: str) -> None:
    """`welcome`: the link that makes the owner."""
    proxy = Proxy(sandbox.http, sandbox.https, sandbox.folder, HOST)
    become_owner(proxy, welcome)
    plain_goes_to_https(proxy)
    pages_and_files_are_served(proxy)
    large_files_are_refused(proxy)
    the_app_knows_host_and_client(proxy, sandbox)


def plain_goes_to_https(proxy: Proxy) -> None:
    plain = HTTPConnection("127.0.0.1", proxy.http, timeout=10)
    plain.request("GET", SIGN_IN, headers={"Host": HOST})
    answer = plain.getresponse()
    assert answer.status == 308
    assert answer.headers["Location"] == f"https://{HOST}{SIGN_IN}"


def pages_and_files_are_served(proxy: Proxy) -> None:
    answer = proxy.ask(SIGN_IN)
    page = answer.read().decode()
    assert answer.status == 200
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "csrfmiddlewaretoken" in page
    [stylesheet, *_] = re.findall(r'href="(/static/[^"]+[.]css)"', page)
    answer = proxy.ask(stylesheet, Accept_Encoding="gzip, br")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/css")
    # Once, when files are collected, and not by Caddy for each browser.
    assert answer.headers["Content-Encoding"] in ("gzip", "br")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def large_files_are_refused(proxy: Proxy) -> None:
    """By what is announced: nothing of it is sent."""
    for path, megabytes, words in (
        ("/leads/import/", 22, b"20 MB"),
        ("/connections/files/", 22, b"20 MB"),
        ("/clinic/logo/", 20, b"larger than 2 MB"),
        (SIGN_IN, 5, b"send less"),
    ):
        connection = proxy.connection()
        connection.putrequest("POST", path)
        connection.putheader("Content-Length", str(megabytes * 1_000_000))
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 413
        assert words in answer.read()
        connection.close()


def the_app_knows_host_and_client(proxy: Proxy, sandbox: Sandbox) -> None:
    """Django takes a form only if host, scheme and origin fit together."""
    answer = post(proxy, SIGN_IN, username=OWNER["username"], password="wrong")
    assert answer.status == 200
    assert sandbox.ask(FAILURES) == [(CLIENT,)]


def become_owner(proxy: Proxy, link: str) -> None:
    """By the form behind the link that was printed."""
    path = link.partition(HOST)[2]
    answer = post(proxy, path, **OWNER, token=path.partition("token=")[2])
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    assert "Secure" in answer.headers["Set-Cookie"]


def post(proxy: Proxy, path: str, **form: str) -> HTTPResponse:
    page = proxy.ask(path)
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    [token, *_] = re.findall(
        r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode()
    )
    return proxy.ask(
        path,
        method="POST",
        body=urlencode(form | {"csrfmiddlewaretoken": token}),
        source=CLIENT,
        Cookie=cookie,
        Referer=f"https://{HOST}{path}",
        Content_Type="application/x-www-form-urlencoded",
        X_Forwarded_For="203.0.113.9",
    )
