import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import plaincontexts.OXContextServicePortType;
import plainusers.OXUserServicePortType;
import plainusers.dataobjects.rmi.admin.Credentials;
import plainusers.dataobjects.soap.admin.Context;
import plainusers.dataobjects.soap.admin.Entry;
import plainusers.dataobjects.soap.admin.SOAPMapEntry;
import plainusers.dataobjects.soap.admin.SOAPStringMap;
import plainusers.dataobjects.soap.admin.SOAPStringMapMap;
import plainusers.dataobjects.soap.admin.User;
import plainusers.dataobjects.soap.admin.UserModuleAccess;

/**
 * Walks the plain story of test/support/interop/interop-story.ts with JAX-WS and the classes that wsimport made of the WSDLs of
 * OXContextService, OXUserService and OXGroupService.
 *
 * Usage: java PlainStory URL MASTER_LOGIN MASTER_PASSWORD
 */
final class PlainStory extends Steps {
    private final OXContextServicePortType contexts;
    private final OXUserServicePortType users;
    private final plaincontexts.dataobjects.rmi.admin.Credentials master =
        new plaincontexts.dataobjects.rmi.admin.Credentials();
    private final plaincontexts.dataobjects.soap.admin.Context contextById =
        new plaincontexts.dataobjects.soap.admin.Context();
    private final Context ctx = new Context();
    private final Credentials auth = credentials("admin-secret");

    public static void main(String[] arguments) throws Exception {
        PlainStory story = new PlainStory(arguments[0], arguments[1], arguments[2]);
        story.createContext();
        new ObjectQuotas(arguments, story.ctx.getId()).walk();
        int userId = story.createUser();
        int secondUserId = story.createSecondUser(userId);
        story.readUsers(secondUserId);
        story.changeCapabilities(userId);
        story.meetFaults(userId);
        new PlainGroups(arguments[0], story.ctx.getId(), userId, secondUserId).walk();
        story.switchUnifiedOff(userId);
        story.end(userId);
    }

    private PlainStory(String url, String masterLogin, String masterPassword) throws Exception {
        contexts = new plaincontexts.OXContextService(wsdl(url, "OXContextService")).getOXContextServiceHttpsEndpoint();
        users = new plainusers.OXUserService(wsdl(url, "OXUserService")).getOXUserServiceHttpsEndpoint();
        master.setLogin(masterLogin);
        master.setPassword(masterPassword);
    }

    private void createContext() throws Exception {
        var acme = new plaincontexts.dataobjects.soap.admin.Context();
        acme.setName("acme");
        acme.setMaxQuota(1000L);
        var admin = new plaincontexts.dataobjects.soap.admin.User();
        admin.setName("oxadmin");
        admin.setPassword("admin-secret");
        admin.setDisplayName("Context Admin");
        admin.setSurName("Admin");
        admin.setGivenName("Context");
        admin.setPrimaryEmail("oxadmin@acme.example");
        admin.setEmail1("oxadmin@acme.example");
        var created = contexts.create(acme, admin, master, null);
        say("create-context", map("id", created.getId(), "name", created.getName()));
        ctx.setId(created.getId());
        contextById.setId(created.getId());
        say("list-contexts", contexts.list("acme", master).stream().map(context -> context.getId()).toList());
        var whole = contexts.getData(contextById, master);
        say("get-context", summary(whole));
        var change = new plaincontexts.soap.admin.Change();
        change.setCtx(whole);
        change.setAuth(master);
        contexts.change(change);
        say("change-whole-context", null);
        say("get-whole-context", summary(contexts.getData(contextById, master)));
        say("context-exists", contexts.exists(contextById, master));
        say("get-admin-id", contexts.getAdminId(contextById, master));
    }

    private int createUser() throws Exception {
        User anna = person("anna", "Jürgen Ærø 漢字 & <b>", "Jürgen", "Ærø 漢字 & <b>");
        anna.getAliases().add("a.berg@acme.example");
        anna.setLanguage("de_DE");
        anna.setTimezone("Europe/Berlin");
        anna.setMaxQuota(1024L);
        anna.setUserAttributes(config(entry(UNIFIED, "true"), entry("com.example.flag", "yes")));
        User created = users.create(ctx, anna, auth);
        say("create-user", map("id", created.getId(), "name", created.getName(), "password", created.getPassword()));
        say("get-user", summary(users.getData(ctx, userOf(created.getId()), auth)));
        return created.getId();
    }

    private int createSecondUser(int firstUserId) throws Exception {
        User berta = users.createByModuleAccessName(ctx, person("berta", "Berta", "Berta", "Berg"), "pim", auth);
        say("create-second-user", map("id", berta.getId(), "name", berta.getName()));
        List<User> listed = users.list(ctx, "*", auth, null, null, null, null);
        say("list-users", listed.stream().map(User::getId).toList());
        List<User> several = users.getMultipleData(ctx, List.of(userOf(berta.getId()), userOf(firstUserId)), auth);
        say("get-multiple", several.stream().map(user -> map("id", user.getId(), "name", user.getName())).toList());
        return berta.getId();
    }

    private void readUsers(int secondUserId) throws Exception {
        say("user-exists", users.exists(ctx, userOf("anna"), auth));
        say("nobody-exists", users.exists(ctx, userOf("nobody"), auth));
        UserModuleAccess access = users.getModuleAccess(ctx, userOf(secondUserId), auth);
        say("get-module-access", map(
            "webmail", access.isWebmail(),
            "calendar", access.isCalendar(),
            "tasks", access.isTasks(),
            "globalAddressBookDisabled", access.isGlobalAddressBookDisabled(),
            "infostore", access.isInfostore(),
            "deniedPortal", access.isDeniedPortal()));
        say("get-access-combination-name", users.getAccessCombinationName(ctx, userOf(secondUserId), auth));
    }

    private void changeCapabilities(int userId) throws Exception {
        var change = new plainusers.soap.admin.ChangeCapabilities();
        change.setCtx(ctx);
        change.setUser(userOf(userId));
        change.setCapsToAdd("example_one");
        change.setCapsToRemove("example_two");
        change.setAuth(auth);
        users.changeCapabilities(change);
        say("change-capabilities", null);
        say("get-capabilities", users.getUserCapabilities(ctx, userOf(userId), auth));
    }

    /** Each catch names the exception that wsimport made; any other one ends the program. */
    private void meetFaults(int userId) throws Exception {
        try {
            users.create(ctx, person("anna", "Another", "Berta", "Berg"), auth);
            throw new AssertionError("duplicate-user: no fault came");
        } catch (plainusers.InvalidDataExceptionException fault) {
            sayFault("duplicate-user", fault, fault.getFaultInfo().getInvalidDataException());
        }
        try {
            users.getData(ctx, userOf(4711), auth);
            throw new AssertionError("unknown-user: no fault came");
        } catch (plainusers.NoSuchUserExceptionException fault) {
            sayFault("unknown-user", fault, fault.getFaultInfo().getNoSuchUserException());
        }
        try {
            users.listAll(ctx, credentials("wrong"), null, null);
            throw new AssertionError("wrong-password: no fault came");
        } catch (plainusers.InvalidCredentialsExceptionException fault) {
            sayFault("wrong-password", fault, fault.getFaultInfo().getInvalidCredentialsException());
        }
        try {
            users.delete(deleteOf(userId));
            throw new AssertionError("delete-while-unified: no fault came");
        } catch (plainusers.StorageExceptionException fault) {
            sayFault("delete-while-unified", fault, fault.getFaultInfo().getStorageException());
        }
    }

    /** One attribute is removed by nil; then the whole object goes back as it came. */
    private void switchUnifiedOff(int userId) throws Exception {
        User off = userOf(userId);
        off.setUserAttributes(config(entry(UNIFIED, "false"), entry("com.example.flag", null)));
        users.change(changeOf(off));
        say("switch-unified-off", null);
        User whole = users.getData(ctx, userOf(userId), auth);
        say("get-switched-off", summary(whole));
        users.change(changeOf(whole));
        say("change-whole-user", null);
        say("get-whole-user", summary(users.getData(ctx, userOf(userId), auth)));
    }

    private void end(int userId) throws Exception {
        users.delete(deleteOf(userId));
        say("delete-user", null);
        try {
            users.getData(ctx, userOf(userId), auth);
            throw new AssertionError("get-deleted: no fault came");
        } catch (plainusers.NoSuchUserExceptionException fault) {
            sayFault("get-deleted", fault, fault.getFaultInfo().getNoSuchUserException());
        }
        var delete = new plaincontexts.soap.admin.Delete();
        delete.setCtx(contextById);
        delete.setAuth(master);
        contexts.delete(delete);
        say("delete-context", null);
        say("context-gone", contexts.exists(contextById, master));
    }

    private plainusers.soap.admin.Change changeOf(User user) {
        var change = new plainusers.soap.admin.Change();
        change.setCtx(ctx);
        change.setUsrdata(user);
        change.setAuth(auth);
        return change;
    }

    private plainusers.soap.admin.Delete deleteOf(int userId) {
        var delete = new plainusers.soap.admin.Delete();
        delete.setCtx(ctx);
        delete.setUser(userOf(userId));
        delete.setAuth(auth);
        delete.setReassign(0);
        return delete;
    }

    private static Credentials credentials(String password) {
        Credentials credentials = new Credentials();
        credentials.setLogin("oxadmin");
        credentials.setPassword(password);
        return credentials;
    }

    private static User userOf(int id) {
        User user = new User();
        user.setId(id);
        return user;
    }

    private static User userOf(String name) {
        User user = new User();
        user.setName(name);
        return user;
    }

    private static User person(String name, String displayName, String givenName, String surName) {
        User user = userOf(name);
        user.setPassword(name + "-secret");
        user.setDisplayName(displayName);
        user.setGivenName(givenName);
        user.setSurName(surName);
        user.setPrimaryEmail(name + "@acme.example");
        user.setEmail1(name + "@acme.example");
        return user;
    }

    private static SOAPStringMapMap config(Entry... entries) {
        SOAPMapEntry namespace = new SOAPMapEntry();
        namespace.setKey("config");
        namespace.setValue(new SOAPStringMap());
        namespace.getValue().getEntries().addAll(List.of(entries));
        SOAPStringMapMap attributes = new SOAPStringMapMap();
        attributes.getEntries().add(namespace);
        return attributes;
    }

    private static Entry entry(String key, String value) {
        Entry entry = new Entry();
        entry.setKey(key);
        entry.setValue(value);
        return entry;
    }

    private static Map<String, Object> summary(plaincontexts.dataobjects.soap.admin.Context context) {
        return map("id", context.getId(), "name", context.getName(), "maxQuota", context.getMaxQuota(),
            "enabled", context.isEnabled());
    }

    private static Map<String, Object> summary(User user) {
        Map<String, Object> config = new LinkedHashMap<>();
        for (SOAPMapEntry namespace : user.getUserAttributes().getEntries()) {
            namespace.getValue().getEntries().forEach(entry -> config.put(entry.getKey(), entry.getValue()));
        }
        return map(
            "id", user.getId(), "name", user.getName(), "display_name", user.getDisplayName(),
            "given_name", user.getGivenName(), "sur_name", user.getSurName(),
            "primaryEmail", user.getPrimaryEmail(), "email1", user.getEmail1(),
            "language", user.getLanguage(), "timezone", user.getTimezone(), "mailenabled", user.isMailenabled(),
            "maxQuota", user.getMaxQuota(), "usedQuota", user.getUsedQuota(), "filestoreId", user.getFilestoreId(),
            "aliases", new ArrayList<>(user.getAliases()), "password", user.getPassword(), "config", config);
    }
}
