"""A user as the tables hold it, and its way to and from the message. It is a dict of row, aliases, attributes and profile."""

import json
import pathlib

SAMPLE = json.loads((pathlib.Path(__file__).parent.parent / "user.json").read_text(encoding="utf-8"))

# The members that have columns of their own, or are never stored.
COLUMN_MEMBERS = {
    "display_name", "email1", "given_name", "language", "maxQuota", "name", "password", "passwordMech", "primaryEmail",
    "sur_name", "timezone",
}


def fixed_user():
    """The answer where there is no database."""
    return {
        "row": dict(SAMPLE["row"]),
        "aliases": SAMPLE["aliases"],
        "attributes": SAMPLE["attributes"],
        "profile": {**SAMPLE["profileDefaults"], **SAMPLE["profile"]},
    }


def requested_user(requested):
    """What a create is going to store."""
    row = {
        **SAMPLE["row"],
        "login": requested.name,
        "display_name": requested.display_name,
        "given_name": requested.given_name,
        "sur_name": requested.sur_name,
        "primary_email": requested.primaryEmail,
        "email1": requested.email1,
        "default_sender_address": requested.primaryEmail,
        "language": requested.language,
        "timezone": requested.timezone,
        "max_quota_mb": requested.maxQuota,
    }
    texts = {
        name: value for name, value in vars(requested).items()
        if isinstance(value, str) and name not in COLUMN_MEMBERS
    }
    return {
        "row": row,
        "aliases": [requested.primaryEmail],
        "attributes": [],
        "profile": {**SAMPLE["profileDefaults"], **texts},
    }


def shown_user(messages, user):
    """A user as answers show it."""
    row = user["row"]
    shown = messages.User(**user["profile"])
    shown.aliases = user["aliases"]
    shown.contextadmin = bool(row["is_context_admin"])
    shown.defaultSenderAddress = row["default_sender_address"]
    shown.display_name = row["display_name"]
    shown.email1 = row["email1"]
    shown.filestoreId = row["filestore_id"]
    shown.given_name = row["given_name"]
    shown.id = row["id"]
    shown.imapPort = row["imap_port"]
    shown.imapSchema = row["imap_schema"]
    shown.imapServer = row["imap_host"]
    shown.imapServerString = f"{row['imap_schema']}{row['imap_host']}:{row['imap_port']}"
    shown.language = row["language"]
    shown.mailenabled = bool(row["enabled"])
    shown.maxQuota = row["max_quota_mb"]
    shown.name = row["login"]
    shown.passwordMech = row["password_mech"]
    shown.password_expired = bool(row["password_expired"])
    shown.primaryEmail = row["primary_email"]
    shown.smtpPort = row["smtp_port"]
    shown.smtpSchema = row["smtp_schema"]
    shown.smtpServer = row["smtp_host"]
    shown.smtpServerString = f"{row['smtp_schema']}{row['smtp_host']}:{row['smtp_port']}"
    shown.sur_name = row["sur_name"]
    shown.timezone = row["timezone"]
    if row["file_bytes"] is not None:
        shown.usedQuota = row["file_bytes"] // 1048576
    if user["attributes"]:
        shown.userAttributes = shown_attributes(messages, user["attributes"])
    return shown


def shown_attributes(messages, attributes):
    namespaces = {}
    for each in attributes:
        entry = messages.Entry(key=each["name"], value=each["value"])
        namespaces.setdefault(each["namespace"], []).append(entry)
    entries = [
        messages.SOAPMapEntry(key=namespace, value=messages.SOAPStringMap(entries=values))
        for namespace, values in namespaces.items()
    ]
    return messages.SOAPStringMapMap(entries=entries)
