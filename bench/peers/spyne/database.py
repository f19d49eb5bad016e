"""Creates and reads users by the statements of statements.json, over a pool of connections."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import queue
import urllib.parse

import pymysql
import pymysql.cursors

from stored_user import requested_user

POOL_SIZE = 8
SCHEME = "{SSHA512}"
STATEMENTS = json.loads((pathlib.Path(__file__).parent.parent / "statements.json").read_text(encoding="utf-8"))
for statements in STATEMENTS.values():
    for statement in statements:
        # PyMySQL has no prepared statements; its placeholders are those of Python.
        statement["sql"] = statement["sql"].replace("%", "%%").replace("?", "%s")


class AuthenticationError(Exception):
    """The caller is unknown, or the password is wrong."""


class Database:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self._idle = queue.LifoQueue()
        for _ in range(POOL_SIZE):
            self._idle.put(pymysql.connect(
                host=parts.hostname, port=parts.port, user=parts.username, password=parts.password,
                database=parts.path[1:], charset="utf8mb4", autocommit=True,
                cursorclass=pymysql.cursors.DictCursor,
            ))

    def create(self, context_id, requested, auth):
        user = requested_user(requested)
        row = user["row"]
        values = {
            "contextId": context_id,
            "authLogin": auth.login,
            "login": row["login"],
            "displayName": row["display_name"],
            "givenName": row["given_name"],
            "surName": row["sur_name"],
            "email": row["primary_email"],
            "passwordHash": salted_sha512(requested.password, os.urandom(16)),
            "language": row["language"],
            "timezone": row["timezone"],
            "maxQuotaMb": row["max_quota_mb"],
            "profile": json.dumps(user["profile"], ensure_ascii=False),
        }
        self._run("create", values, auth)
        row["id"] = values["userId"]
        return user

    def read(self, context_id, user_id, auth):
        values = {"contextId": context_id, "userId": user_id, "authLogin": auth.login}
        rows = self._run("getData", values, auth)
        if not rows["user"]:
            raise LookupError("No such user")
        row = rows["user"][0]
        return {
            "row": row,
            "aliases": [each["address"] for each in rows["aliases"]],
            "attributes": rows["attributes"],
            "profile": json.loads(row["profile"]),
        }

    def _run(self, operation, values, auth):
        rows = {}
        with self._connection() as connection, connection.cursor() as cursor:
            for each in STATEMENTS[operation]:
                kind = each["kind"]
                if kind == "begin":
                    connection.begin()
                elif kind == "commit":
                    connection.commit()
                else:
                    cursor.execute(each["sql"], [values[name] for name in each["params"]])
                if kind == "takeId":
                    values["userId"] = cursor.lastrowid
                if kind == "read":
                    rows[each["result"]] = cursor.fetchall()
                if each.get("result") == "caller":
                    check_password(rows["caller"], auth.password)
        return rows

    @contextlib.contextmanager
    def _connection(self):
        connection = self._idle.get()
        try:
            yield connection
        except Exception:
            connection.rollback()
            raise
        finally:
            self._idle.put(connection)


def check_password(callers, password):
    stored = callers[0]["password_hash"] if callers else ""
    if stored.startswith(SCHEME):
        salt = base64.b64decode(stored[len(SCHEME):])[64:]
        if hmac.compare_digest(stored, salted_sha512(password, salt)):
            return
    raise AuthenticationError("Authentication failed")


def salted_sha512(password, salt):
    digest = hashlib.sha512(password.encode() + salt).digest()
    return SCHEME + base64.b64encode(digest + salt).decode()
