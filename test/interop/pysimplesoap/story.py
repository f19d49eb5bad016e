"""Walks the story of test/support/interop/interop-story.ts with pysimplesoap: plain dicts in and out.

Usage: story.py URL MASTER_LOGIN MASTER_PASSWORD
"""

import base64
import json
import sys
import urllib.request
from xml.etree import ElementTree

from pysimplesoap.client import SoapClient, SoapFault

UNIFIED = "com.openexchange.unifiedquota.enabled"

url, master_login, master_password = sys.argv[1:4]


class Service:
    """A service of the WSDL: each operation is a method that answers the `return`s as a list."""

    def __init__(self, name):
        self.client = SoapClient(wsdl=f"{url}/webservices/{name}?wsdl", cache=None)

    def __getattr__(self, operation):
        def call(**arguments):
            answer = getattr(self.client, operation)(**arguments)
            # listQuota of the reseller service answers a `return` itself.
            found = answer["item" if "item" in answer else "return"] if answer else []
            return found if isinstance(found, list) else [found]

        return call

    def one(self, operation, **arguments):
        (found,) = getattr(self, operation)(**arguments)
        return found

    def last_list(self, name):
        """A list of plain values in the last answer: pysimplesoap keeps only the last value of it."""
        answer = ElementTree.fromstring(self.client.xml_response)
        return [found.text for found in answer.iterfind(f".//{{*}}return/{{*}}{name}")]

    def void(self, operation, **arguments):
        """pysimplesoap trips over the empty Body that answers a void operation; a fault it understands."""
        try:
            getattr(self.client, operation)(**arguments)
        except AttributeError as error:
            if "unmarshall" not in str(error):
                raise


def say(step, value):
    print(json.dumps({"step": step, "value": value}, ensure_ascii=False), flush=True)


def say_fault(step, call, *operation, **arguments):
    try:
        call(*operation, **arguments)
    except SoapFault as fault:
        (name,) = fault.detail
        say(step, {"fault": name, "text": fault.faultstring})
    else:
        sys.exit(f"{step}: no fault came")


def pick(found, names):
    return {name: found[name] for name in names.split()}


def ids(found):
    return [one["id"] for one in found]


def config(*entries):
    return {"entries": [{"key": "config", "value": {"entries": list(entries)}}]}


def entry(key, value):
    return {"key": key, "value": value}


def removal(key):
    """None would go out as an empty element, which is an empty value."""
    return {"key": key}


def read_user():
    """The user that the story is about."""
    user = users.one("getData", **on_anna)
    return {**user, "aliases": users.last_list("aliases")}


def summary(user):
    plain = pick(user, "id name display_name given_name sur_name primaryEmail email1 language timezone password")
    more = pick(user, "mailenabled maxQuota usedQuota filestoreId aliases")
    (namespace,) = user["userAttributes"]["entries"]
    values = {one["key"]: one["value"] for one in namespace["value"]["entries"]}
    return {**plain, **more, "config": values}


def read_group():
    group = groups.one("getData", **on_group)
    return {**group, "members": [int(member) for member in groups.last_list("members")]}


def summary_of_group(group):
    return pick(group, "id name displayname members")


def summary_of_context(context):
    return pick(context, "id name maxQuota enabled")


def sendable(found):
    """What pysimplesoap can send back: no lists of plain values, which it would nest, and no None, see above."""
    if isinstance(found, list):
        return [sendable(one) for one in found]
    if not isinstance(found, dict):
        return found
    kept = {name: sendable(value) for name, value in found.items() if value is not None}
    return {name: value for name, value in kept.items() if not is_plain_list(value)}


def is_plain_list(value):
    return isinstance(value, list) and not all(isinstance(one, dict) for one in value)


def rest_quota(context_id, user_id):
    request = urllib.request.Request(f"{url}/quota/v1/contexts/{context_id}/users/{user_id}")
    basic = base64.b64encode(b"reseller1:reseller-secret").decode()
    request.add_header("Authorization", f"Basic {basic}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


# The master admin makes a reseller.
resellers = Service("OXResellerService")
master = {"login": master_login, "password": master_password}
adm = {"name": "reseller1", "displayname": "Reseller One", "password": "reseller-secret"}
say("create-reseller", pick(resellers.one("create", adm=adm, creds=master), "id name"))

# The reseller makes a context.
contexts = Service("OXResellerContextService")
auth = {"login": "reseller1", "password": "reseller-secret"}
admin = {
    "name": "oxadmin",
    "password": "admin-secret",
    "display_name": "Context Admin",
    "sur_name": "Admin",
    "given_name": "Context",
    "primaryEmail": "oxadmin@acme.example",
    "email1": "oxadmin@acme.example",
}
acme = {"name": "reseller1_acme", "maxQuota": 1000}
context = contexts.one("create", ctx=acme, admin_user=admin, auth=auth)
say("create-context", pick(context, "id name"))
ctx = {"id": context["id"]}
on_context = {"ctx": ctx, "auth": auth}
say("list-contexts", ids(contexts.list(search_pattern="reseller1_acme", auth=auth)))
whole_context = contexts.one("getData", **on_context)
say("get-context", summary_of_context(whole_context))
say("change-whole-context", contexts.void("change", ctx=sendable(whole_context), auth=auth))
say("get-whole-context", summary_of_context(contexts.one("getData", **on_context)))
say("context-exists", contexts.one("exists", **on_context))

# A user with one quota over mail and files.
users = Service("OXResellerUserService")
oxaas = Service("OXaaSService")
anna = {
    "name": "anna",
    "password": "anna-secret",
    "display_name": "Jürgen Ærø 漢字 & <b>",
    "given_name": "Jürgen",
    "sur_name": "Ærø 漢字 & <b>",
    "primaryEmail": "anna@acme.example",
    "email1": "anna@acme.example",
    "aliases": "a.berg@acme.example",
    "language": "de_DE",
    "timezone": "Europe/Berlin",
    "maxQuota": 1024,
    "userAttributes": config(entry(UNIFIED, "true"), entry("com.example.flag", "yes")),
}
created = users.one("create", usrdata=anna, **on_context)
say("create-user", pick(created, "id name password"))
on_anna = {"user": {"id": created["id"]}, **on_context}
mailbox = {"ctxid": ctx["id"], "usrid": created["id"], "creds": auth}
say("set-mail-quota", oxaas.void("setMailQuota", quota=1024, **mailbox))
say("get-user", summary(read_user()))
say("get-mail-quota", oxaas.one("getMailQuota", **mailbox))
say("get-quota-usage", oxaas.one("getQuotaUsagePerUser", **mailbox)["storage"])
say("rest-quota", rest_quota(ctx["id"], created["id"]))

# A second user by the name of a module access combination, and the ways to read users.
berta = {
    "name": "berta",
    "password": "berta-secret",
    "display_name": "Berta",
    "given_name": "Berta",
    "sur_name": "Berg",
    "primaryEmail": "berta@acme.example",
    "email1": "berta@acme.example",
}
second = users.one("createByModuleAccessName", usrdata=berta, access_combination_name="pim", **on_context)
say("create-second-user", pick(second, "id name"))
say("list-users", ids(users.list(search_pattern="*", **on_context)))
# Structs with one member would be merged into one element, so both have their names, too.
first_and_name = {"id": created["id"], "name": "anna"}
second_and_name = {"id": second["id"], "name": "berta"}
several = users.getMultipleData(users=[second_and_name, first_and_name], **on_context)
say("get-multiple", [pick(one, "id name") for one in several])
say("user-exists", users.one("exists", user={"name": "anna"}, **on_context))
say("nobody-exists", users.one("exists", user={"name": "nobody"}, **on_context))
on_berta = {"user": {"id": second["id"]}, **on_context}
modules = "webmail calendar tasks globalAddressBookDisabled infostore deniedPortal"
say("get-module-access", pick(users.one("getModuleAccess", **on_berta), modules))
say("get-access-combination-name", users.one("getAccessCombinationName", **on_berta))

# Refusals.
again = {**berta, "name": "anna", "display_name": "Another"}
say_fault("duplicate-user", users.create, usrdata=again, **on_context)
say_fault("unknown-user", users.getData, user={"id": 4711}, **on_context)
wrong = {"login": "reseller1", "password": "wrong"}
say_fault("wrong-password", users.listAll, ctx=ctx, auth=wrong)
say_fault("delete-while-unified", users.void, "delete", reassign=0, **on_anna)

# A group.
groups = Service("OXResellerGroupService")
sales = {"name": "sales", "displayname": "Vertrieb Ærø & 漢字"}
created_group = groups.one("create", grp=sales, **on_context)
say("create-group", pick(created_group, "id name"))
on_group = {"grp": {"id": created_group["id"]}, **on_context}
say("add-members", groups.void("addMember", members=[first_and_name, second_and_name], **on_group))
say("get-members", ids(groups.getMembers(**on_group)))
say("get-group", summary_of_group(read_group()))
say("list-groups", ids(groups.list(pattern="sales", **on_context)))
say("groups-of-user", ids(groups.listGroupsForUser(usr={"id": created["id"]}, **on_context)))
say("remove-member", groups.void("removeMember", members=[second_and_name], **on_group))
whole_group = read_group()
say("change-whole-group", groups.void("change", grp=sendable(whole_group), **on_context))
say("get-whole-group", summary_of_group(read_group()))
say_fault("unknown-group", groups.getData, grp={"id": 4711}, **on_context)
say("delete-group", groups.void("delete", **on_group))
say("groups-left", ids(groups.list(pattern="sales", **on_context)))

# Object quotas, by the service that can set them.
plain = Service("OXContextService")
as_master = {"ctx": ctx, "auth": master}
say("change-object-quotas", plain.void("changeQuota", module="calendar,task", quotaValue="300", **as_master))
say("list-object-quotas", plain.listQuota(**as_master))
say("drop-object-quota", plain.void("changeQuota", module="task", quotaValue="-1", **as_master))
say("list-object-quotas-left", plain.listQuota(**as_master))
say_fault("unknown-module", plain.void, "changeQuota", module="nonsense", quotaValue="1", **as_master)
say("list-object-quotas-as-reseller-service", contexts.listQuota(**as_master))

# Unified off, one attribute removed; then what was read goes back.
off = {"id": created["id"], "userAttributes": config(entry(UNIFIED, "false"), removal("com.example.flag"))}
say("switch-unified-off", users.void("change", usrdata=off, **on_context))
whole_user = read_user()
say("get-switched-off", summary(whole_user))
say("rest-quota-off", rest_quota(ctx["id"], created["id"]))
say("change-whole-user", users.void("change", usrdata=sendable(whole_user), **on_context))
say("get-whole-user", summary(read_user()))

# The end.
say("delete-user", users.void("delete", reassign=0, **on_anna))
say_fault("get-deleted", users.getData, **on_anna)
say("delete-context", contexts.void("delete", **on_context))
say("context-gone", contexts.one("exists", **on_context))
say("delete-reseller", resellers.void("delete", adm={"name": "reseller1"}, creds=master))
left = resellers.list(search_pattern="reseller1", creds=master)
say("resellers-left", [found["name"] for found in left])
