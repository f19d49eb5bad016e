import java.util.List;
import java.util.Map;

import plaingroups.dataobjects.rmi.admin.Credentials;
import plaingroups.dataobjects.soap.admin.Group;
import plaingroups.dataobjects.soap.admin.User;
import plaingroups.dataobjects.soap.admin.Context;
import plaingroups.soap.admin.AddMember;
import plaingroups.soap.admin.Change;
import plaingroups.soap.admin.Delete;
import plaingroups.soap.admin.RemoveMember;

/** Walks the steps of a group with OXGroupService. */
final class PlainGroups extends Steps {
    private final plaingroups.OXGroupServicePortType groups;
    private final Context ctx = new Context();
    private final Credentials auth = new Credentials();
    private final User first;
    private final User second;

    PlainGroups(String url, int contextId, int firstId, int secondId) throws Exception {
        groups = new plaingroups.OXGroupService(wsdl(url, "OXGroupService"))
            .getOXGroupServiceHttpSoap11Endpoint();
        ctx.setId(contextId);
        auth.setLogin("oxadmin");
        auth.setPassword("admin-secret");
        first = user(firstId);
        second = user(secondId);
    }

    void walk() throws Exception {
        Group sales = new Group();
        sales.setName("sales");
        sales.setDisplayname("Vertrieb Ærø & 漢字");
        Group created = groups.create(ctx, sales, auth);
        say("create-group", map("id", created.getId(), "name", created.getName()));
        Group group = group(created.getId());
        AddMember addition = new AddMember();
        addition.setCtx(ctx);
        addition.setGrp(group);
        addition.getMembers().addAll(List.of(first, second));
        addition.setAuth(auth);
        groups.addMember(addition);
        say("add-members", null);
        say("get-members", groups.getMembers(ctx, group, auth).stream().map(User::getId).toList());
        say("get-group", summary(groups.getData(ctx, group, auth)));
        say("list-groups", ids(groups.list(ctx, "sales", auth)));
        say("groups-of-user", ids(groups.listGroupsForUser(ctx, first, auth)));
        RemoveMember removal = new RemoveMember();
        removal.setCtx(ctx);
        removal.setGrp(group);
        removal.getMembers().add(second);
        removal.setAuth(auth);
        groups.removeMember(removal);
        say("remove-member", null);
        Change change = new Change();
        change.setCtx(ctx);
        change.setGrp(groups.getData(ctx, group, auth));
        change.setAuth(auth);
        groups.change(change);
        say("change-whole-group", null);
        say("get-whole-group", summary(groups.getData(ctx, group, auth)));
        end(group);
    }

    private void end(Group group) throws Exception {
        try {
            groups.getData(ctx, group(4711), auth);
            throw new AssertionError("unknown-group: no fault came");
        } catch (plaingroups.NoSuchGroupExceptionException fault) {
            sayFault("unknown-group", fault, fault.getFaultInfo().getNoSuchGroupException());
        }
        Delete deletion = new Delete();
        deletion.setCtx(ctx);
        deletion.setGrp(group);
        deletion.setAuth(auth);
        groups.delete(deletion);
        say("delete-group", null);
        say("groups-left", ids(groups.list(ctx, "sales", auth)));
    }

    private static User user(int id) {
        User user = new User();
        user.setId(id);
        return user;
    }

    private static Group group(int id) {
        Group group = new Group();
        group.setId(id);
        return group;
    }

    private static List<Integer> ids(List<Group> groups) {
        return groups.stream().map(Group::getId).toList();
    }

    private static Map<String, Object> summary(Group group) {
        return map("id", group.getId(), "name", group.getName(), "displayname", group.getDisplayname(),
            "members", group.getMembers());
    }
}
