"""A database on another computer is reached by verified TLS, or nothing starts."""

import environ
import pytest

from medspa.postgres.database_tls import database_tls_problem

HERE = [
    "postgres:////run/postgresql/medspa",
    "postgres://medspa@/medspa?host=/run/postgresql",
    "postgres:///medspa",
    "postgres://medspa:word@127.0.0.1:5432/medspa",
    "postgres://medspa:word@[::1]/medspa",
    "postgres://medspa:word@localhost/medspa",
]
ELSEWHERE = "postgres://medspa:word@db.example.com/medspa"


@pytest.mark.parametrize("url", [*HERE, f"{ELSEWHERE}?sslmode=verify-full"])
def test_this_computer_and_verified_tls_are_safe(url: str) -> None:
    assert database_tls_problem(environ.Env().db_url_config(url)) == ""


@pytest.mark.parametrize(
    "url",
    [
        ELSEWHERE,
        f"{ELSEWHERE}?sslmode=require",
        f"{ELSEWHERE}?sslmode=verify-ca",
        "postgres://medspa:word@10.0.0.7/medspa?sslmode=prefer",
        "postgres://medspa@/medspa?host=127.0.0.1,db.example.com",
    ],
)
def test_anything_less_on_the_way_to_another_computer_is_refused(url: str) -> None:
    problem = database_tls_problem(environ.Env().db_url_config(url))
    assert "sslmode=verify-full" in problem
    assert "word" not in problem
