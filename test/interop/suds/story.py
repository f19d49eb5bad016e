"""Walks the story of test/support/interop/interop-story.ts with suds: objects from the WSDL's factory, arguments by name.

Usage: story.py URL MASTER_LOGIN MASTER_PASSWORD
"""

import base64
import json
import logging
import sys
import urllib.request

from suds import WebFault
from suds.client import Client

UNIFIED = "com.openexchange.unifiedquota.enabled"

url, master_login, master_password = sys.argv[1:4]
logging.getLogger("suds").setLevel(logging.CRITICAL)  # it prints every fault


def connect(service):
    return Client(f"{url}/webservices/{service}?wsdl", cache=None)


def say(step, value):
    print(json.dumps({"step": step, "value": value}, ensure_ascii=False), flush=True)


def say_void(step, answer):
    # suds gives the empty Body of a void operation as an empty string or None.
    say(step, answer or None)


def say_fault(step, call, **arguments):
    try:
        call(**arguments)
    except WebFault as error:
        (name,) = [name for name, _ in error.fault.detail]
        say(step, {"fault": name, "text": str(error.fault.faultstring)})
    else:
        sys.exit(f"{step}: no fault came")


def text(value):
    """suds has a str of its own, and leaves nil members out of what it hands over."""
    return None if value is None else str(value)


def pick(thing, names):
    values = {name: getattr(thing, name, None) for name in names.split()}
    return {name: text(value) if isinstance(value, str) else value for name, value in values.items()}


def ids(found):
    return [one.id for one in found or []]


def new(client, namespace, type_name, **members):
    """A type of the WSDL: its members are None but for the given ones."""
    made = client.factory.create(f"{{http://dataobjects.{namespace}.openexchange.com/xsd}}{type_name}")
    for name, value in members.items():
        setattr(made, name, value)
    return made


def attributes(user):
    (namespace,) = user.userAttributes.entries
    return {str(entry.key): text(getattr(entry, "value", None)) for entry in namespace.value.entries}


def config(values):
    entries = [{"key": key, "value": value} for key, value in values.items()]
    return {"entries": [{"key": "config", "value": {"entries": entries}}]}


def summary(user):
    plain = pick(user, "id name display_name given_name sur_name primaryEmail email1 language timezone password")
    more = pick(user, "mailenabled maxQuota usedQuota filestoreId")
    return {**plain, **more, "aliases": [str(alias) for alias in user.aliases], "config": attributes(user)}


def summary_of_context(context):
    return pick(context, "id name maxQuota enabled")


def rest_quota(context_id, user_id):
    request = urllib.request.Request(f"{url}/quota/v1/contexts/{context_id}/users/{user_id}")
    basic = base64.b64encode(b"reseller1:reseller-secret").decode()
    request.add_header("Authorization", f"Basic {basic}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


# The master admin makes a reseller.
resellers = connect("OXResellerService")
master = new(resellers, "rmi.admin", "Credentials", login=master_login, password=master_password)
adm = new(resellers, "rmi.reseller.admin", "ResellerAdmin", name="reseller1", displayname="Reseller One")
adm.password = "reseller-secret"
say("create-reseller", pick(resellers.service.create(adm=adm, creds=master), "id name"))

# The reseller makes a context.
contexts = connect("OXResellerContextService")
auth = new(contexts, "rmi.admin", "Credentials", login="reseller1", password="reseller-secret")
admin = new(
    contexts,
    "soap.admin",
    "User",
    name="oxadmin",
    password="admin-secret",
    display_name="Context Admin",
    sur_name="Admin",
    given_name="Context",
    primaryEmail="oxadmin@acme.example",
    email1="oxadmin@acme.example",
)
acme = new(contexts, "soap.reseller.admin", "ResellerContext", name="reseller1_acme", maxQuota=1000)
context = contexts.service.create(ctx=acme, admin_user=admin, auth=auth)
say("create-context", pick(context, "id name"))
ctx = new(contexts, "soap.reseller.admin", "ResellerContext", id=context.id)
say("list-contexts", ids(contexts.service.list(search_pattern="reseller1_acme", auth=auth)))
whole_context = contexts.service.getData(ctx=ctx, auth=auth)
say("get-context", summary_of_context(whole_context))
say_void("change-whole-context", contexts.service.change(ctx=whole_context, auth=auth))
say("get-whole-context", summary_of_context(contexts.service.getData(ctx=ctx, auth=auth)))
say("context-exists", contexts.service.exists(ctx=ctx, auth=auth))

# A user with one quota over mail and files.
users = connect("OXResellerUserService")
oxaas = connect("OXaaSService")
anna = new(
    users,
    "soap.admin",
    "User",
    name="anna",
    password="anna-secret",
    display_name="Jürgen Ærø 漢字 & <b>",
    given_name="Jürgen",
    sur_name="Ærø 漢字 & <b>",
    primaryEmail="anna@acme.example",
    email1="anna@acme.example",
    aliases=["a.berg@acme.example"],
    language="de_DE",
    timezone="Europe/Berlin",
    maxQuota=1024,
    userAttributes=config({UNIFIED: "true", "com.example.flag": "yes"}),
)
created = users.service.create(ctx=ctx, usrdata=anna, auth=auth)
say("create-user", pick(created, "id name password"))
user = {"id": created.id}
mailbox = {"ctxid": ctx.id, "usrid": created.id, "creds": auth}
say_void("set-mail-quota", oxaas.service.setMailQuota(quota=1024, **mailbox))
say("get-user", summary(users.service.getData(ctx=ctx, user=user, auth=auth)))
say("get-mail-quota", oxaas.service.getMailQuota(**mailbox))
say("get-quota-usage", oxaas.service.getQuotaUsagePerUser(**mailbox).storage)
say("rest-quota", rest_quota(ctx.id, created.id))

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
second = users.service.createByModuleAccessName(
    ctx=ctx, usrdata=berta, access_combination_name="pim", auth=auth
)
say("create-second-user", pick(second, "id name"))
say("list-users", ids(users.service.list(ctx=ctx, search_pattern="*", auth=auth)))
several = users.service.getMultipleData(ctx=ctx, users=[{"id": second.id}, user], auth=auth)
say("get-multiple", [pick(one, "id name") for one in several])
say("user-exists", users.service.exists(ctx=ctx, user={"name": "anna"}, auth=auth))
say("nobody-exists", users.service.exists(ctx=ctx, user={"name": "nobody"}, auth=auth))
access = users.service.getModuleAccess(ctx=ctx, user={"id": second.id}, auth=auth)
say("get-module-access", pick(access, "webmail calendar tasks globalAddressBookDisabled infostore deniedPortal"))
name = users.service.getAccessCombinationName(ctx=ctx, user={"id": second.id}, auth=auth)
say("get-access-combination-name", str(name))

# Refusals.
again = {**berta, "name": "anna", "display_name": "Another"}
say_fault("duplicate-user", users.service.create, ctx=ctx, usrdata=again, auth=auth)
say_fault("unknown-user", users.service.getData, ctx=ctx, user={"id": 4711}, auth=auth)
wrong = {"login": "reseller1", "password": "wrong"}
say_fault("wrong-password", users.service.listAll, ctx=ctx, auth=wrong)
say_fault("delete-while-unified", users.service.delete, ctx=ctx, user=user, auth=auth, reassign=0)

# A group.
groups = connect("OXResellerGroupService")
sales = {"name": "sales", "displayname": "Vertrieb Ærø & 漢字"}
created_group = groups.service.create(ctx=ctx, grp=sales, auth=auth)
say("create-group", pick(created_group, "id name"))
group = {"id": created_group.id}
both = [user, {"id": second.id}]
say_void("add-members", groups.service.addMember(ctx=ctx, grp=group, members=both, auth=auth))
say("get-members", ids(groups.service.getMembers(ctx=ctx, grp=group, auth=auth)))
group_names = "id name displayname members"
say("get-group", pick(groups.service.getData(ctx=ctx, grp=group, auth=auth), group_names))
say("list-groups", ids(groups.service.list(ctx=ctx, pattern="sales", auth=auth)))
say("groups-of-user", ids(groups.service.listGroupsForUser(ctx=ctx, usr=user, auth=auth)))
leaver = [{"id": second.id}]
say_void("remove-member", groups.service.removeMember(ctx=ctx, grp=group, members=leaver, auth=auth))
whole_group = groups.service.getData(ctx=ctx, grp=group, auth=auth)
say_void("change-whole-group", groups.service.change(ctx=ctx, grp=whole_group, auth=auth))
say("get-whole-group", pick(groups.service.getData(ctx=ctx, grp=group, auth=auth), group_names))
say_fault("unknown-group", groups.service.getData, ctx=ctx, grp={"id": 4711}, auth=auth)
say_void("delete-group", groups.service.delete(ctx=ctx, grp=group, auth=auth))
say("groups-left", ids(groups.service.list(ctx=ctx, pattern="sales", auth=auth)))

# Object quotas: only the plain context service can set them.
plain = connect("OXContextService")


def change_quota(module, value):
    return plain.service.changeQuota(ctx=on_context, module=module, quotaValue=value, auth=master)


def object_quotas(found):
    return [pick(quota, "module limit") for quota in found or []]


on_context = {"id": ctx.id}
say_void("change-object-quotas", change_quota("calendar,task", "300"))
say("list-object-quotas", object_quotas(plain.service.listQuota(ctx=on_context, auth=master)))
say_void("drop-object-quota", change_quota("task", "-1"))
say("list-object-quotas-left", object_quotas(plain.service.listQuota(ctx=on_context, auth=master)))
say_fault("unknown-module", change_quota, module="nonsense", value="1")
listed = contexts.service.listQuota(ctx=ctx, auth=master)
say("list-object-quotas-as-reseller-service", object_quotas(getattr(listed, "item", listed)))

# Unified off, one attribute removed by nil; then the whole object goes back as it came.
off = {"id": created.id, "userAttributes": config({UNIFIED: "false", "com.example.flag": None})}
say_void("switch-unified-off", users.service.change(ctx=ctx, usrdata=off, auth=auth))
whole_user = users.service.getData(ctx=ctx, user=user, auth=auth)
say("get-switched-off", summary(whole_user))
say("rest-quota-off", rest_quota(ctx.id, created.id))
say_void("change-whole-user", users.service.change(ctx=ctx, usrdata=whole_user, auth=auth))
say("get-whole-user", summary(users.service.getData(ctx=ctx, user=user, auth=auth)))

# The end.
say_void("delete-user", users.service.delete(ctx=ctx, user=user, auth=auth, reassign=0))
say_fault("get-deleted", users.service.getData, ctx=ctx, user=user, auth=auth)
say_void("delete-context", contexts.service.delete(ctx=ctx, auth=auth))
say("context-gone", contexts.service.exists(ctx=ctx, auth=auth))
say_void("delete-reseller", resellers.service.delete(adm={"name": "reseller1"}, creds=master))
left = resellers.service.list(search_pattern="reseller1", creds=master)
say("resellers-left", [str(found.name) for found in left or []])
