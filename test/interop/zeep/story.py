"""Walks the story of test/support/interop/interop-story.ts with zeep, as OX Cloud operators' tools do:
positional arguments, types fetched by prefix, faults read as the WSDL's types.

Usage: story.py URL MASTER_LOGIN MASTER_PASSWORD
"""

import requests

from common import (
    RESELLER_DATA,
    RMI_DATA,
    SOAP_DATA,
    UNIFIED,
    config,
    connect,
    master_login,
    master_password,
    object_quotas,
    removal,
    say,
    say_fault,
    summary,
    summary_of_context,
    url,
    walk_groups,
    walk_move,
    walk_object_quotas,
)


def rest_quota(context_id, user_id):
    address = f"{url}/quota/v1/contexts/{context_id}/users/{user_id}"
    answer = requests.get(address, auth=("reseller1", "reseller-secret"), timeout=10)
    answer.raise_for_status()
    return answer.json()


# The master admin makes a reseller.
resellers = connect("OXResellerService")
Credentials = resellers.get_type(f"{RMI_DATA}Credentials")
ResellerAdmin = resellers.get_type(f"{RESELLER_DATA}ResellerAdmin")
master = Credentials(login=master_login, password=master_password)
reseller = resellers.service.create(
    ResellerAdmin(name="reseller1", displayname="Reseller One", password="reseller-secret"), master
)
say("create-reseller", {"id": reseller.id, "name": reseller.name})

# The reseller makes a context; the numbers of the prefixes are those that client G has in its code.
contexts = connect("OXResellerContextService")
ResellerContext = contexts.get_type("ns4:ResellerContext")
creds = contexts.get_type("ns7:Credentials")(login="reseller1", password="reseller-secret")
admin = contexts.get_type("ns5:User")(
    name="oxadmin",
    password="admin-secret",
    display_name="Context Admin",
    sur_name="Admin",
    given_name="Context",
    primaryEmail="oxadmin@acme.example",
    email1="oxadmin@acme.example",
)
strategy = contexts.get_type("ns5:SchemaSelectStrategy")(strategy="automatic")
context = contexts.service.create(ResellerContext(name="reseller1_acme", maxQuota=1000), admin, creds, strategy)
say("create-context", {"id": context.id, "name": context.name})
ctx = ResellerContext(id=context.id)
say("list-contexts", [found.id for found in contexts.service.list("reseller1_acme", creds)])
whole_context = contexts.service.getData(ctx, creds)
say("get-context", summary_of_context(whole_context))
say("change-whole-context", contexts.service.change(whole_context, creds))
say("get-whole-context", summary_of_context(contexts.service.getData(ctx, creds)))
say("context-exists", contexts.service.exists(ctx, creds))

# A user with one quota over mail and files.
users = connect("OXResellerUserService")
oxaas = connect("OXaaSService")
User = users.get_type(f"{SOAP_DATA}User")
Entry = users.get_type(f"{SOAP_DATA}Entry")


anna = User(
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
    userAttributes=config(Entry(key=UNIFIED, value="true"), Entry(key="com.example.flag", value="yes")),
)
created = users.service.create(ctx, anna, creds)
say("create-user", {"id": created.id, "name": created.name, "password": created.password})
the_user = User(id=created.id)
say("set-mail-quota", oxaas.service.setMailQuota(ctx.id, created.id, 1024, creds))
say("get-user", summary(users.service.getData(ctx, the_user, creds)))
say("get-mail-quota", oxaas.service.getMailQuota(ctx.id, created.id, creds))
say("get-quota-usage", oxaas.service.getQuotaUsagePerUser(ctx.id, created.id, creds).storage)
say("rest-quota", rest_quota(ctx.id, created.id))

# A second user by the name of a module access combination, and the ways to read users.
berta = User(
    name="berta",
    password="berta-secret",
    display_name="Berta",
    given_name="Berta",
    sur_name="Berg",
    primaryEmail="berta@acme.example",
    email1="berta@acme.example",
)
second = users.service.createByModuleAccessName(ctx, berta, "pim", creds)
say("create-second-user", {"id": second.id, "name": second.name})
say("list-users", [found.id for found in users.service.list(ctx, "*", creds, False, False)])
several = users.service.getMultipleData(ctx, [User(id=second.id), the_user], creds)
say("get-multiple", [{"id": user.id, "name": user.name} for user in several])
say("user-exists", users.service.exists(ctx, User(name="anna"), creds))
say("nobody-exists", users.service.exists(ctx, User(name="nobody"), creds))
access = users.service.getModuleAccess(ctx, User(id=second.id), creds)
modules = "webmail calendar tasks globalAddressBookDisabled infostore deniedPortal".split()
say("get-module-access", {name: access[name] for name in modules})
say("get-access-combination-name", users.service.getAccessCombinationName(ctx, User(id=second.id), creds))

# Refusals, as the WSDL's types.
again = User(**{**{name: berta[name] for name in berta}, "name": "anna", "display_name": "Another"})
say_fault("duplicate-user", users, users.service.create, ctx, again, creds)
say_fault("unknown-user", users, users.service.getData, ctx, User(id=4711), creds)
wrong = Credentials(login="reseller1", password="wrong")
say_fault("wrong-password", users, users.service.listAll, ctx, wrong, False, False)
say_fault("delete-while-unified", users, users.service.delete, ctx, the_user, creds, 0)

# A group, by its own service; object quotas, by the one that can set them.
walk_groups(connect("OXResellerGroupService"), ctx, created.id, second.id, creds)
walk_object_quotas(connect("OXContextService"), ctx.id)
quotas = contexts.service.listQuota(ctx, master)
say("list-object-quotas-as-reseller-service", object_quotas(quotas))

# Unified off, one attribute removed by nil; then the whole object goes back as it came.
off = User(
    id=created.id,
    userAttributes=config(Entry(key=UNIFIED, value="false"), removal(Entry, "com.example.flag")),
)
say("switch-unified-off", users.service.change(ctx, off, creds))
whole_user = users.service.getData(ctx, the_user, creds)
walk_move(users, ctx, second.id, whole_user.filestoreId, creds)
say("get-switched-off", summary(whole_user))
say("rest-quota-off", rest_quota(ctx.id, created.id))
say("change-whole-user", users.service.change(ctx, whole_user, creds))
say("get-whole-user", summary(users.service.getData(ctx, the_user, creds)))

# The end.
say("delete-user", users.service.delete(ctx, the_user, creds, 0))
say_fault("get-deleted", users, users.service.getData, ctx, the_user, creds)
say("delete-context", contexts.service.delete(ctx, creds))
say("context-gone", contexts.service.exists(ctx, creds))
say("delete-reseller", resellers.service.delete(ResellerAdmin(name="reseller1"), master))
say("resellers-left", [found.name for found in resellers.service.list("reseller1", master) or []])
