import java.util.List;
import java.util.Map;

import groups.dataobjects.rmi.admin.Credentials;
import groups.dataobjects.soap.admin.Group;
import groups.dataobjects.soap.admin.User;
import groups.dataobjects.soap.reseller.admin.ResellerContext;
import groups.soap.reseller.admin.AddMember;
import groups.soap.reseller.admin.Change;
import groups.soap.reseller.admin.Delete;
import groups.soap.reseller.admin.RemoveMember;

/** Walks the steps of a group with OXResellerGroupService. */
final class ResellerGroups extends Steps {
    private final groups.OXResellerGroupServicePortType groups;
    private final ResellerContext ctx = new ResellerContext();
    private final Credentials auth = new Credentials();
    private final User first;
    private final User second;

    ResellerGroups(String url, int contextId, int firstId, int secondId) throws Exception {
        groups = new groups.OXResellerGroupService(wsdl(url, "OXResellerGroupService"))
            .getOXResellerGroupServiceHttpSoap12Endpoint();
        ctx.setId(contextId);
        auth.setLogin("reseller1");
        auth.setPassword("reseller-secret");
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
        } catch (groups.NoSuchGroupExceptionException fault) {
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
