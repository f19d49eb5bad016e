"""Walks the plain story of test/support/interop/interop-story.ts with zeep, as LDAP connectors do: positional arguments on
OXContextService, OXUserService and OXGroupService.

Usage: plain_story.py URL MASTER_LOGIN MASTER_PASSWORD
"""

from common import (
    RMI_DATA,
    SOAP_DATA,
    UNIFIED,
    config,
    connect,
    master_login,
    master_password,
    removal,
    say,
    say_fault,
    summary,
    summary_of_context,
    walk_groups,
    walk_move,
    walk_object_quotas,
)

# The master admin makes a context; the numbers of the prefixes are those that client G has in its code.
contexts = connect("OXContextService")
Context = contexts.get_type("ns4:Context")
master = contexts.get_type("ns5:Credentials")(login=master_login, password=master_password)
admin = contexts.get_type("ns4:User")(
    name="oxadmin",
    password="admin-secret",
    display_name="Context Admin",
    sur_name="Admin",
    given_name="Context",
    primaryEmail="oxadmin@acme.example",
    email1="oxadmin@acme.example",
)
strategy = contexts.get_type("ns4:SchemaSelectStrategy")(strategy="automatic")
context = contexts.service.create(Context(name="acme", maxQuota=1000), admin, master, strategy)
say("create-context", {"id": context.id, "name": context.name})
ctx = Context(id=context.id)
say("list-contexts", [found.id for found in contexts.service.list("acme", master)])
whole_context = contexts.service.getData(ctx, master)
say("get-context", summary_of_context(whole_context))
say("change-whole-context", contexts.service.change(whole_context, master))
say("get-whole-context", summary_of_context(contexts.service.getData(ctx, master)))
say("context-exists", contexts.service.exists(ctx, master))
say("get-admin-id", contexts.service.getAdminId(ctx, master))
walk_object_quotas(contexts, context.id)

# The context's admin makes users.
users = connect("OXUserService")
ctx = users.get_type(f"{SOAP_DATA}Context")(id=context.id)
User = users.get_type(f"{SOAP_DATA}User")
Entry = users.get_type(f"{SOAP_DATA}Entry")
Credentials = users.get_type(f"{RMI_DATA}Credentials")
auth = Credentials(login="oxadmin", password="admin-secret")
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
created = users.service.create(ctx, anna, auth)
say("create-user", {"id": created.id, "name": created.name, "password": created.password})
the_user = User(id=created.id)
say("get-user", summary(users.service.getData(ctx, the_user, auth)))
berta = User(
    name="berta",
    password="berta-secret",
    display_name="Berta",
    given_name="Berta",
    sur_name="Berg",
    primaryEmail="berta@acme.example",
    email1="berta@acme.example",
)
second = users.service.createByModuleAccessName(ctx, berta, "pim", auth)
say("create-second-user", {"id": second.id, "name": second.name})
say("list-users", [found.id for found in users.service.list(ctx, "*", auth, False, False)])
several = users.service.getMultipleData(ctx, [User(id=second.id), the_user], auth)
say("get-multiple", [{"id": user.id, "name": user.name} for user in several])
say("user-exists", users.service.exists(ctx, User(name="anna"), auth))
say("nobody-exists", users.service.exists(ctx, User(name="nobody"), auth))
access = users.service.getModuleAccess(ctx, User(id=second.id), auth)
modules = "webmail calendar tasks globalAddressBookDisabled infostore deniedPortal".split()
say("get-module-access", {name: access[name] for name in modules})
say("get-access-combination-name", users.service.getAccessCombinationName(ctx, User(id=second.id), auth))
changed = users.service.changeCapabilities(ctx, the_user, "example_one", "example_two", None, auth)
say("change-capabilities", changed)
say("get-capabilities", users.service.getUserCapabilities(ctx, the_user, auth))

# Refusals, as the WSDL's types.
again = User(**{**{name: berta[name] for name in berta}, "name": "anna", "display_name": "Another"})
say_fault("duplicate-user", users, users.service.create, ctx, again, auth)
say_fault("unknown-user", users, users.service.getData, ctx, User(id=4711), auth)
wrong = Credentials(login="oxadmin", password="wrong")
say_fault("wrong-password", users, users.service.listAll, ctx, wrong, False, False)
say_fault("delete-while-unified", users, users.service.delete, ctx, the_user, auth, 0)

walk_groups(connect("OXGroupService"), ctx, created.id, second.id, auth)

# Unified off, one attribute removed by nil; then the whole object goes back as it came.
off = User(
    id=created.id,
    userAttributes=config(Entry(key=UNIFIED, value="false"), removal(Entry, "com.example.flag")),
)
say("switch-unified-off", users.service.change(ctx, off, auth))
whole_user = users.service.getData(ctx, the_user, auth)
walk_move(users, ctx, second.id, whole_user.filestoreId, auth)
say("get-switched-off", summary(whole_user))
say("change-whole-user", users.service.change(ctx, whole_user, auth))
say("get-whole-user", summary(users.service.getData(ctx, the_user, auth)))

# The end.
say("delete-user", users.service.delete(ctx, the_user, auth, 0))
say_fault("get-deleted", users, users.service.getData, ctx, the_user, auth)
ctx = Context(id=context.id)
say("delete-context", contexts.service.delete(ctx, master))
say("context-gone", contexts.service.exists(ctx, master))
