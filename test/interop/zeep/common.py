"""What the programs of this folder share: they walk test/support/interop/interop-story.ts with zeep."""

import json
import sys

from zeep import Client, xsd
from zeep.exceptions import Fault

SOAP_DATA = "{http://dataobjects.soap.admin.openexchange.com/xsd}"
RESELLER_DATA = "{http://dataobjects.rmi.reseller.admin.openexchange.com/xsd}"
RMI_DATA = "{http://dataobjects.rmi.admin.openexchange.com/xsd}"
UNIFIED = "com.openexchange.unifiedquota.enabled"

url, master_login, master_password = sys.argv[1:4]


def connect(service):
    return Client(f"{url}/webservices/{service}?wsdl")


def say(step, value):
    print(json.dumps({"step": step, "value": value}, ensure_ascii=False), flush=True)


def say_fault(step, client, call, *arguments):
    try:
        call(*arguments)
    except Fault as fault:
        # Fails unless the detail is an element of the WSDL with the declared type inside.
        bean = client.wsdl.types.deserialize(fault.detail[0])
        fault_name = type(bean[next(iter(bean))]).__name__
        say(step, {"fault": fault_name, "text": fault.message})
    else:
        sys.exit(f"{step}: no fault came")


def attributes(user):
    (namespace,) = user.userAttributes.entries
    assert namespace.key == "config", namespace.key
    return {entry.key: entry.value for entry in namespace.value.entries}


def summary(user):
    plain = "id name display_name given_name sur_name primaryEmail email1 language timezone".split()
    plain += "mailenabled maxQuota usedQuota filestoreId aliases password".split()
    return {**{name: user[name] for name in plain}, "config": attributes(user)}


def summary_of_context(context):
    return {name: context[name] for name in ("id", "name", "maxQuota", "enabled")}


def config(*entries):
    return {"entries": [{"key": "config", "value": {"entries": list(entries)}}]}


def removal(entry_type, key):
    """The entry that removes an attribute."""
    return entry_type(key=key, value=xsd.Nil)


def group_summary(group):
    return {name: group[name] for name in ("id", "name", "displayname", "members")}


def walk_groups(client, ctx, first_id, second_id, credentials):
    """Walks the steps of a group with OXResellerGroupService or OXGroupService."""
    Group = client.get_type(f"{SOAP_DATA}Group")
    User = client.get_type(f"{SOAP_DATA}User")
    groups = client.service
    created = groups.create(ctx, Group(name="sales", displayname="Vertrieb Ærø & 漢字"), credentials)
    say("create-group", {"id": created.id, "name": created.name})
    group = Group(id=created.id)
    both = [User(id=first_id), User(id=second_id)]
    say("add-members", groups.addMember(ctx, group, both, credentials))
    say("get-members", [user.id for user in groups.getMembers(ctx, group, credentials)])
    say("get-group", group_summary(groups.getData(ctx, group, credentials)))
    say("list-groups", [found.id for found in groups.list(ctx, "sales", credentials)])
    of_user = groups.listGroupsForUser(ctx, User(id=first_id), credentials)
    say("groups-of-user", [found.id for found in of_user])
    say("remove-member", groups.removeMember(ctx, group, [User(id=second_id)], credentials))
    whole = groups.getData(ctx, group, credentials)
    say("change-whole-group", groups.change(ctx, whole, credentials))
    say("get-whole-group", group_summary(groups.getData(ctx, group, credentials)))
    say_fault("unknown-group", client, groups.getData, ctx, Group(id=4711), credentials)
    say("delete-group", groups.delete(ctx, group, credentials))
    say("groups-left", [found.id for found in groups.list(ctx, "sales", credentials) or []])


def walk_move(client, ctx, user_id, filestore_id, credentials):
    """Walks the steps of a move with OXResellerUserService or OXUserService."""
    user = client.get_type(f"{SOAP_DATA}User")(id=user_id)
    store = client.get_type(f"{SOAP_DATA}Filestore")(id=filestore_id)
    users = client.service
    try:
        say("move-files", users.moveFromContextToUserFilestore(ctx, user, store, 5, credentials))
    except TypeError:  # zeep cannot read the bare number of OXResellerUserService
        say("move-files", "TypeError")
    moved = users.getData(ctx, user, credentials)
    say("get-moved", {"id": moved.id, "maxQuota": moved.maxQuota, "hasStorage": moved.filestoreId == filestore_id})


def object_quotas(found):
    return [{"module": quota.module, "limit": quota.limit} for quota in found or []]


def walk_object_quotas(client, context_id):
    """Walks the steps of object quotas with OXContextService, as the master admin."""
    master = client.get_type(f"{RMI_DATA}Credentials")(login=master_login, password=master_password)
    ctx = client.get_type(f"{SOAP_DATA}Context")(id=context_id)
    contexts = client.service
    say("change-object-quotas", contexts.changeQuota(ctx, "calendar,task", "300", master))
    say("list-object-quotas", object_quotas(contexts.listQuota(ctx, master)))
    say("drop-object-quota", contexts.changeQuota(ctx, "task", "-1", master))
    say("list-object-quotas-left", object_quotas(contexts.listQuota(ctx, master)))
    say_fault("unknown-module", client, contexts.changeQuota, ctx, "nonsense", "1", master)
