import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import contexts.OXResellerContextServicePortType;
import oxaas.OXaaSServicePortType;
import resellers.OXResellerServicePortType;
import resellers.dataobjects.rmi.reseller.admin.ResellerAdmin;
import users.OXResellerUserServicePortType;
import users.dataobjects.rmi.admin.Credentials;
import users.dataobjects.soap.admin.Entry;
import users.dataobjects.soap.admin.SOAPMapEntry;
import users.dataobjects.soap.admin.SOAPStringMap;
import users.dataobjects.soap.admin.SOAPStringMapMap;
import users.dataobjects.soap.admin.User;
import users.dataobjects.soap.admin.UserModuleAccess;
import users.dataobjects.soap.reseller.admin.ResellerContext;

/**
 * Walks the story of test/support/interop/interop-story.ts with JAX-WS and the classes that wsimport made of the served WSDLs:
 * every unset field goes out as xsi:nil, faults come back as the checked exceptions of the WSDL.
 *
 * Usage: java Story URL MASTER_LOGIN MASTER_PASSWORD
 */
final class Story extends Steps {
    private final String url;
    private final OXResellerServicePortType resellers;
    private final OXResellerContextServicePortType contexts;
    private final OXResellerUserServicePortType users;
    private final OXaaSServicePortType oxaas;
    private final resellers.dataobjects.rmi.admin.Credentials master = new resellers.dataobjects.rmi.admin.Credentials();
    private final contexts.dataobjects.rmi.admin.Credentials contextAuth = new contexts.dataobjects.rmi.admin.Credentials();
    private final oxaas.dataobjects.rmi.admin.Credentials creds = new oxaas.dataobjects.rmi.admin.Credentials();
    private final Credentials auth = credentials("reseller-secret");
    private final ResellerContext ctx = new ResellerContext();
    private final contexts.dataobjects.soap.reseller.admin.ResellerContext contextById =
        new contexts.dataobjects.soap.reseller.admin.ResellerContext();

    public static void main(String[] arguments) throws Exception {
        Story story = new Story(arguments[0], arguments[1], arguments[2]);
        story.createResellerAndContext();
        int userId = story.createUser();
        int secondUserId = story.createSecondUser(userId);
        story.readUsers(secondUserId);
        story.meetFaults(userId);
        new ResellerGroups(arguments[0], story.ctx.getId(), userId, secondUserId).walk();
        new ObjectQuotas(arguments, story.ctx.getId()).walk();
        story.listQuotas(arguments[1], arguments[2]);
        story.switchUnifiedOff(userId);
        story.end(userId);
    }

    private Story(String url, String masterLogin, String masterPassword) throws Exception {
        this.url = url;
        resellers = new resellers.OXResellerService(wsdl(url, "OXResellerService")).getOXResellerServiceHttpSoap12Endpoint();
        contexts = new contexts.OXResellerContextService(wsdl(url, "OXResellerContextService"))
            .getOXResellerContextServiceHttpSoap11Endpoint();
        users = new users.OXResellerUserService(wsdl(url, "OXResellerUserService"))
            .getOXResellerUserServiceHttpSoap12Endpoint();
        oxaas = new oxaas.OXaaSService(wsdl(url, "OXaaSService")).getPort(OXaaSServicePortType.class);
        master.setLogin(masterLogin);
        master.setPassword(masterPassword);
        contextAuth.setLogin("reseller1");
        contextAuth.setPassword("reseller-secret");
        creds.setLogin("reseller1");
        creds.setPassword("reseller-secret");
    }

    private void createResellerAndContext() throws Exception {
        ResellerAdmin adm = new ResellerAdmin();
        adm.setName("reseller1");
        adm.setDisplayname("Reseller One");
        adm.setPassword("reseller-secret");
        ResellerAdmin reseller = resellers.create(adm, master);
        say("create-reseller", map("id", reseller.getId(), "name", reseller.getName()));

        var acme = new contexts.dataobjects.soap.reseller.admin.ResellerContext();
        acme.setName("reseller1_acme");
        acme.setMaxQuota(1000L);
        var admin = new contexts.dataobjects.soap.admin.User();
        admin.setName("oxadmin");
        admin.setPassword("admin-secret");
        admin.setDisplayName("Context Admin");
        admin.setSurName("Admin");
        admin.setGivenName("Context");
        admin.setPrimaryEmail("oxadmin@acme.example");
        admin.setEmail1("oxadmin@acme.example");
        var created = contexts.create(acme, admin, contextAuth, null);
        say("create-context", map("id", created.getId(), "name", created.getName()));

        ctx.setId(created.getId());
        contextById.setId(created.getId());
        var found = contexts.list("reseller1_acme", contextAuth);
        say("list-contexts", found.stream().map(context -> context.getId()).toList());
        var whole = contexts.getData(contextById, contextAuth);
        say("get-context", summary(whole));
        var change = new contexts.soap.reseller.admin.Change();
        change.setCtx(whole);
        change.setAuth(contextAuth);
        contexts.change(change);
        say("change-whole-context", null);
        say("get-whole-context", summary(contexts.getData(contextById, contextAuth)));
        say("context-exists", contexts.exists(contextById, contextAuth));
    }

    private int createUser() throws Exception {
        User anna = person("anna", "Jürgen Ærø 漢字 & <b>", "Jürgen", "Ærø 漢字 & <b>");
        anna.getAliases().add("a.berg@acme.example");
        anna.setLanguage("de_DE");
        anna.setTimezone("Europe/Berlin");
        anna.setMaxQuota(1024L);
        anna.setUserAttributes(config(entry(UNIFIED, "true"), entry("com.example.flag", "yes")));
        User created = users.create(ctx, anna, auth);
        int id = created.getId();
        say("create-user", map("id", id, "name", created.getName(), "password", created.getPassword()));
        var mailQuota = new oxaas.soap.oxaas.admin.SetMailQuota();
        mailQuota.setCtxid(ctx.getId());
        mailQuota.setUsrid(id);
        mailQuota.setQuota(1024);
        mailQuota.setCreds(creds);
        oxaas.setMailQuota(mailQuota);
        say("set-mail-quota", null);
        say("get-user", summary(users.getData(ctx, userOf(id), auth)));
        say("get-mail-quota", oxaas.getMailQuota(ctx.getId(), id, creds));
        say("get-quota-usage", oxaas.getQuotaUsagePerUser(ctx.getId(), id, creds).getStorage());
        say("rest-quota", restQuota(id));
        return id;
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

    /** Each catch names the exception that wsimport made; any other one ends the program. */
    private void meetFaults(int userId) throws Exception {
        try {
            users.create(ctx, person("anna", "Another", "Berta", "Berg"), auth);
            throw new AssertionError("duplicate-user: no fault came");
        } catch (users.InvalidDataExceptionException fault) {
            sayFault("duplicate-user", fault, fault.getFaultInfo().getInvalidDataException());
        }
        try {
            users.getData(ctx, userOf(4711), auth);
            throw new AssertionError("unknown-user: no fault came");
        } catch (users.NoSuchUserExceptionException fault) {
            sayFault("unknown-user", fault, fault.getFaultInfo().getNoSuchUserException());
        }
        try {
            users.listAll(ctx, credentials("wrong"), null, null);
            throw new AssertionError("wrong-password: no fault came");
        } catch (users.InvalidCredentialsExceptionException fault) {
            sayFault("wrong-password", fault, fault.getFaultInfo().getInvalidCredentialsException());
        }
        try {
            users.delete(deleteOf(userId));
            throw new AssertionError("delete-while-unified: no fault came");
        } catch (users.StorageExceptionException fault) {
            sayFault("delete-while-unified", fault, fault.getFaultInfo().getStorageException());
        }
    }

    private void listQuotas(String masterLogin, String masterPassword) throws Exception {
        var contextMaster = new contexts.dataobjects.rmi.admin.Credentials();
        contextMaster.setLogin(masterLogin);
        contextMaster.setPassword(masterPassword);
        say("list-object-quotas-as-reseller-service", contexts.listQuota(contextById, contextMaster).stream()
            .map(quota -> map("module", quota.getModule(), "limit", quota.getLimit())).toList());
    }

    /** One attribute is removed by nil; then the whole object goes back as it came. */
    private void switchUnifiedOff(int userId) throws Exception {
        User off = userOf(userId);
        off.setUserAttributes(config(entry(UNIFIED, "false"), entry("com.example.flag", null)));
        users.change(changeOf(off));
        say("switch-unified-off", null);
        User whole = users.getData(ctx, userOf(userId), auth);
        say("get-switched-off", summary(whole));
        say("rest-quota-off", restQuota(userId));
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
        } catch (users.NoSuchUserExceptionException fault) {
            sayFault("get-deleted", fault, fault.getFaultInfo().getNoSuchUserException());
        }
        var deleteContext = new contexts.soap.reseller.admin.Delete();
        deleteContext.setCtx(contextById);
        deleteContext.setAuth(contextAuth);
        contexts.delete(deleteContext);
        say("delete-context", null);
        say("context-gone", contexts.exists(contextById, contextAuth));
        ResellerAdmin adm = new ResellerAdmin();
        adm.setName("reseller1");
        var deleteReseller = new resellers.soap.reseller.admin.Delete();
        deleteReseller.setAdm(adm);
        deleteReseller.setCreds(master);
        resellers.delete(deleteReseller);
        say("delete-reseller", null);
        say("resellers-left", resellers.list("reseller1", master).stream().map(ResellerAdmin::getName).toList());
    }

    private users.soap.reseller.admin.Change changeOf(User user) {
        var change = new users.soap.reseller.admin.Change();
        change.setCtx(ctx);
        change.setUsrdata(user);
        change.setAuth(auth);
        return change;
    }

    private users.soap.reseller.admin.Delete deleteOf(int userId) {
        var delete = new users.soap.reseller.admin.Delete();
        delete.setCtx(ctx);
        delete.setUser(userOf(userId));
        delete.setAuth(auth);
        delete.setReassign(0);
        return delete;
    }

    private static Credentials credentials(String password) {
        Credentials credentials = new Credentials();
        credentials.setLogin("reseller1");
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

    private static Map<String, Object> summary(contexts.dataobjects.soap.reseller.admin.ResellerContext context) {
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

    private Json.Raw restQuota(int userId) throws Exception {
        String basic = Base64.getEncoder().encodeToString("reseller1:reseller-secret".getBytes(StandardCharsets.UTF_8));
        URI address = URI.create(url + "/quota/v1/contexts/" + ctx.getId() + "/users/" + userId);
        HttpRequest request = HttpRequest.newBuilder(address).header("Authorization", "Basic " + basic).build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new AssertionError("quota: " + answer.statusCode());
        return new Json.Raw(answer.body());
    }
}
