// Walks the story of test/support/interop/interop-story.ts with gSOAP: classes that wsdl2h and soapcpp2 made of the served WSDLs,
// one C++ namespace a service.
//
// Usage: story URL MASTER_LOGIN MASTER_PASSWORD

#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "envH.h"
#include "contextsOXResellerContextServiceSoapBindingProxy.h"
#include "groupsOXResellerGroupServiceSoapBindingProxy.h"
#include "oxaasOXaaSServiceSoapBindingProxy.h"
#include "plainOXContextServiceSoapBindingProxy.h"
#include "resellersOXResellerServiceSoapBindingProxy.h"
#include "usersOXResellerUserServiceSoapBindingProxy.h"

SOAP_NMAC struct Namespace namespaces[] = {{NULL, NULL, NULL, NULL}};  // each proxy brings its own

static const std::string UNIFIED = "com.openexchange.unifiedquota.enabled";

static std::string url, masterLogin, masterPassword;

// A value for an optional member, which gSOAP has as a pointer. The program is too short to free any.
template <class T> T *some(const T &value) { return new T(value); }

static std::string *text(const std::string &value) { return some(value); }

// Values as JSON.

static std::string quote(const std::string &value)
{
    std::string quoted = "\"";
    for (char c : value) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "\"";
}

static std::string json(const std::string *value) { return value ? quote(*value) : "null"; }
static std::string json(const int *value) { return value ? std::to_string(*value) : "null"; }
static std::string json(const LONG64 *value) { return value ? std::to_string(*value) : "null"; }
static std::string json(const bool *value) { return value ? *value ? "true" : "false" : "null"; }

static std::string object(const std::vector<std::pair<std::string, std::string>> &members)
{
    std::string inner;
    for (const auto &[name, value] : members) inner += (inner.empty() ? "" : ",") + quote(name) + ":" + value;
    return "{" + inner + "}";
}

template <class List, class Show> std::string array(const List &values, Show show)
{
    std::string inner;
    for (const auto &value : values) inner += (inner.empty() ? "" : ",") + show(value);
    return "[" + inner + "]";
}

static void say(const std::string &step, const std::string &value)
{
    std::cout << object({{"step", quote(step)}, {"value", value}}) << std::endl;
}

[[noreturn]] static void fail(const std::string &what)
{
    std::cerr << what << std::endl;
    std::exit(1);
}

// The text and the name of the detail element of the last fault.
template <class Proxy> std::string fault(Proxy &proxy)
{
    const char *detail = soap_fault_detail(proxy.soap);
    const std::string xml = detail ? detail : "";
    const size_t start = xml.find('<') + 1;
    const std::string name = xml.substr(start, xml.find_first_of(" >/", start) - start);
    return object({{"fault", quote(name)}, {"text", quote(soap_fault_string(proxy.soap))}});
}

template <class Proxy> void expectSuccess(Proxy &proxy, int status)
{
    if (status != SOAP_OK) fail(fault(proxy));
}

template <class Proxy> void sayVoid(const std::string &step, Proxy &proxy, int status)
{
    expectSuccess(proxy, status);
    say(step, "null");
}

template <class Proxy> void sayFault(const std::string &step, Proxy &proxy, int status)
{
    if (status == SOAP_OK) fail(step + ": no fault came");
    say(step, fault(proxy));
}

// A proxy for the server that was named, whatever address was in the WSDL.
template <class Proxy> class Service : public Proxy {
public:
    explicit Service(const std::string &name)
        : Proxy(SOAP_C_UTFSTRING), endpoint(url + "/webservices/" + name)
    {
        this->soap_endpoint = endpoint.c_str();
    }

private:
    const std::string endpoint;
};

// Types of one name that each service has of its own.

template <class Credentials> Credentials *credentials(const std::string &login, const std::string &password)
{
    Credentials made;
    made.login = text(login);
    made.password = text(password);
    return some(made);
}

template <class T> T *withId(int id)
{
    T made;
    made.id = some(id);
    return some(made);
}

template <class T> T *withName(const std::string &name)
{
    T made;
    made.name = text(name);
    return some(made);
}

template <class T> std::string id(const T *found) { return json(found->id); }
template <class T> std::string name(const T *found) { return json(found->name); }
template <class T> std::string idAndName(const T *found) { return object({{"id", id(found)}, {"name", name(found)}}); }
template <class T> std::string ids(const std::vector<T *> &found) { return array(found, id<T>); }

template <class User> User person(
    const std::string &name, const std::string &displayName, const std::string &givenName, const std::string &surName)
{
    User user;
    user.name = text(name);
    user.password = text(name + "-secret");
    user.display_USCOREname = text(displayName);
    user.given_USCOREname = text(givenName);
    user.sur_USCOREname = text(surName);
    user.primaryEmail = text(name + "@acme.example");
    user.email1 = text(name + "@acme.example");
    return user;
}

static users::dat__Entry *entry(const std::string &key, std::string *value)
{
    users::dat__Entry made;
    made.key = text(key);
    made.value = value;
    return some(made);
}

static users::dat__SOAPStringMapMap *config(const std::vector<users::dat__Entry *> &entries)
{
    users::dat__SOAPStringMap values;
    values.entries = entries;
    users::dat__SOAPMapEntry ofNamespace;
    ofNamespace.key = text("config");
    ofNamespace.value = some(values);
    users::dat__SOAPStringMapMap attributes;
    attributes.entries = {some(ofNamespace)};
    return some(attributes);
}

static std::string summary(const users::dat__User *user)
{
    std::vector<std::pair<std::string, std::string>> values;
    for (const auto *ofNamespace : user->userAttributes->entries) {
        for (const auto *one : ofNamespace->value->entries) values.push_back({*one->key, json(one->value)});
    }
    return object({
        {"id", id(user)},
        {"name", name(user)},
        {"display_name", json(user->display_USCOREname)},
        {"given_name", json(user->given_USCOREname)},
        {"sur_name", json(user->sur_USCOREname)},
        {"primaryEmail", json(user->primaryEmail)},
        {"email1", json(user->email1)},
        {"language", json(user->language)},
        {"timezone", json(user->timezone)},
        {"mailenabled", json(user->mailenabled)},
        {"maxQuota", json(user->maxQuota)},
        {"usedQuota", json(user->usedQuota)},
        {"filestoreId", json(user->filestoreId)},
        {"password", json(user->password)},
        {"aliases", array(user->aliases, quote)},
        {"config", object(values)},
    });
}

template <class Context> std::string summaryOfContext(const Context *context)
{
    return object({
        {"id", id(context)},
        {"name", name(context)},
        {"maxQuota", json(context->maxQuota)},
        {"enabled", json(context->enabled)},
    });
}

static std::string summaryOfGroup(const groups::dat__Group *group)
{
    const auto member = [](int value) { return std::to_string(value); };
    return object({
        {"id", id(group)},
        {"name", name(group)},
        {"displayname", json(group->displayname)},
        {"members", array(group->members, member)},
    });
}

template <class Quota> std::string summaryOfQuota(const Quota *quota)
{
    return object({{"module", json(quota->module)}, {"limit", json(quota->limit)}});
}

static std::string restQuota(int contextId, int userId)
{
    const std::string path = "/quota/v1/contexts/" + std::to_string(contextId) + "/users/" + std::to_string(userId);
    struct soap *soap = soap_new();
    soap->userid = "reseller1";
    soap->passwd = "reseller-secret";
    size_t length = 0;
    char *body = NULL;
    if (soap_GET(soap, (url + path).c_str(), NULL) || soap_begin_recv(soap)
        || !(body = soap_http_get_body(soap, &length)) || soap_end_recv(soap)) {
        fail("quota: " + std::to_string(soap->error));
    }
    return std::string(body, length);
}

class Story {
public:
    Story()
        : resellers("OXResellerService"), contexts("OXResellerContextService"), users("OXResellerUserService"),
          oxaas("OXaaSService"), groups("OXResellerGroupService"), plain("OXContextService")
    {
    }

    void walk()
    {
        createReseller();
        createContext();
        createUser();
        createSecondUser();
        readUsers();
        meetFaults();
        walkGroups();
        walkObjectQuotas();
        switchUnifiedOff();
        end();
    }

private:
    Service<resellers::OXResellerServiceSoapBindingProxy> resellers;
    Service<contexts::OXResellerContextServiceSoapBindingProxy> contexts;
    Service<users::OXResellerUserServiceSoapBindingProxy> users;
    Service<oxaas::OXaaSServiceSoapBindingProxy> oxaas;
    Service<groups::OXResellerGroupServiceSoapBindingProxy> groups;
    Service<plain::OXContextServiceSoapBindingProxy> plain;
    int contextId = 0;
    int annaId = 0;
    int bertaId = 0;

    static resellers::rmi__Credentials *creds()
    {
        return credentials<resellers::rmi__Credentials>(masterLogin, masterPassword);
    }

    // Requests that name the context and the reseller.

    template <class Request> Request onContext()
    {
        Request request;
        request.ctx = withId<contexts::dsr__ResellerContext>(contextId);
        request.auth = credentials<contexts::rmi__Credentials>("reseller1", "reseller-secret");
        return request;
    }

    template <class Request> Request onUsers()
    {
        Request request;
        request.ctx = withId<users::dsr__ResellerContext>(contextId);
        request.auth = credentials<users::rmi__Credentials>("reseller1", "reseller-secret");
        return request;
    }

    template <class Request> Request onUser(int id)
    {
        Request request = onUsers<Request>();
        request.user = withId<users::dat__User>(id);
        return request;
    }

    template <class Request> Request onMailbox()
    {
        Request request;
        request.ctxid = some(contextId);
        request.usrid = some(annaId);
        request.creds = credentials<oxaas::rmi__Credentials>("reseller1", "reseller-secret");
        return request;
    }

    template <class Request> Request onGroups()
    {
        Request request;
        request.ctx = withId<groups::dsr__ResellerContext>(contextId);
        request.auth = credentials<groups::rmi__Credentials>("reseller1", "reseller-secret");
        return request;
    }

    void createReseller()
    {
        resellers::rra__ResellerAdmin adm;
        adm.name = text("reseller1");
        adm.displayname = text("Reseller One");
        adm.password = text("reseller-secret");
        resellers::_svc__create request;
        request.adm = &adm;
        request.creds = creds();
        resellers::_svc__createResponse answer;
        expectSuccess(resellers, resellers.create(&request, answer));
        say("create-reseller", idAndName(answer.return_));
    }

    contexts::dsr__ResellerContext *readContext()
    {
        auto request = onContext<contexts::_svc__getData>();
        contexts::_svc__getDataResponse answer;
        expectSuccess(contexts, contexts.getData(&request, answer));
        return answer.return_;
    }

    std::string contextExists()
    {
        auto request = onContext<contexts::_svc__exists>();
        contexts::_svc__existsResponse answer;
        expectSuccess(contexts, contexts.exists(&request, answer));
        return json(answer.return_);
    }

    void createContext()
    {
        auto create = onContext<contexts::_svc__create>();
        contexts::dsr__ResellerContext acme;
        acme.name = text("reseller1_acme");
        acme.maxQuota = some<LONG64>(1000);
        create.ctx = &acme;
        auto admin = person<contexts::dat__User>("oxadmin", "Context Admin", "Context", "Admin");
        create.admin_USCOREuser = &admin;
        contexts::_svc__createResponse created;
        expectSuccess(contexts, contexts.create(&create, created));
        say("create-context", idAndName(created.return_));
        contextId = *created.return_->id;

        contexts::_svc__list list;
        list.search_USCOREpattern = text("reseller1_acme");
        list.auth = create.auth;
        contexts::_svc__listResponse found;
        expectSuccess(contexts, contexts.list(&list, found));
        say("list-contexts", ids(found.return_));
        auto change = onContext<contexts::_svc__change>();
        change.ctx = readContext();
        say("get-context", summaryOfContext(change.ctx));
        contexts::__svc__changeResponse nothing;
        sayVoid("change-whole-context", contexts, contexts.change(&change, nothing));
        say("get-whole-context", summaryOfContext(readContext()));
        say("context-exists", contextExists());
    }

    users::dat__User *readUser(int id)
    {
        auto request = onUser<users::_svc__getData>(id);
        users::_svc__getDataResponse answer;
        expectSuccess(users, users.getData(&request, answer));
        return answer.return_;
    }

    void createUser()
    {
        auto create = onUsers<users::_svc__create>();
        auto anna = person<users::dat__User>("anna", "Jürgen Ærø 漢字 & <b>", "Jürgen", "Ærø 漢字 & <b>");
        anna.aliases = {"a.berg@acme.example"};
        anna.language = text("de_DE");
        anna.timezone = text("Europe/Berlin");
        anna.maxQuota = some<LONG64>(1024);
        anna.userAttributes = config({entry(UNIFIED, text("true")), entry("com.example.flag", text("yes"))});
        create.usrdata = &anna;
        users::_svc__createResponse created;
        expectSuccess(users, users.create(&create, created));
        const auto *user = created.return_;
        annaId = *user->id;
        say("create-user", object({{"id", id(user)}, {"name", name(user)}, {"password", json(user->password)}}));

        auto set = onMailbox<oxaas::_oxaas__setMailQuota>();
        set.quota = some(1024);
        oxaas::__oxaas__setMailQuotaResponse nothing;
        sayVoid("set-mail-quota", oxaas, oxaas.setMailQuota(&set, nothing));
        say("get-user", summary(readUser(annaId)));
        auto get = onMailbox<oxaas::_oxaas__getMailQuota>();
        oxaas::_oxaas__getMailQuotaResponse quota;
        expectSuccess(oxaas, oxaas.getMailQuota(&get, quota));
        say("get-mail-quota", json(quota.return_));
        auto getUsage = onMailbox<oxaas::_oxaas__getQuotaUsagePerUser>();
        oxaas::_oxaas__getQuotaUsagePerUserResponse usage;
        expectSuccess(oxaas, oxaas.getQuotaUsagePerUser(&getUsage, usage));
        say("get-quota-usage", json(usage.return_->storage));
        say("rest-quota", restQuota(contextId, annaId));
    }

    void createSecondUser()
    {
        auto create = onUsers<users::_svc__createByModuleAccessName>();
        auto berta = person<users::dat__User>("berta", "Berta", "Berta", "Berg");
        create.usrdata = &berta;
        create.access_USCOREcombination_USCOREname = text("pim");
        users::_svc__createByModuleAccessNameResponse created;
        expectSuccess(users, users.createByModuleAccessName(&create, created));
        say("create-second-user", idAndName(created.return_));
        bertaId = *created.return_->id;

        auto list = onUsers<users::_svc__list>();
        list.search_USCOREpattern = text("*");
        users::_svc__listResponse listed;
        expectSuccess(users, users.list(&list, listed));
        say("list-users", ids(listed.return_));
        auto get = onUsers<users::_svc__getMultipleData>();
        get.users = {withId<users::dat__User>(bertaId), withId<users::dat__User>(annaId)};
        users::_svc__getMultipleDataResponse several;
        expectSuccess(users, users.getMultipleData(&get, several));
        say("get-multiple", array(several.return_, idAndName<users::dat__User>));
    }

    std::string userExists(const std::string &name)
    {
        auto request = onUsers<users::_svc__exists>();
        request.user = withName<users::dat__User>(name);
        users::_svc__existsResponse answer;
        expectSuccess(users, users.exists(&request, answer));
        return json(answer.return_);
    }

    void readUsers()
    {
        say("user-exists", userExists("anna"));
        say("nobody-exists", userExists("nobody"));
        auto get = onUser<users::_svc__getModuleAccess>(bertaId);
        users::_svc__getModuleAccessResponse answer;
        expectSuccess(users, users.getModuleAccess(&get, answer));
        const auto *access = answer.return_;
        say("get-module-access", object({
            {"webmail", json(access->webmail)},
            {"calendar", json(access->calendar)},
            {"tasks", json(access->tasks)},
            {"globalAddressBookDisabled", json(access->globalAddressBookDisabled)},
            {"infostore", json(access->infostore)},
            {"deniedPortal", json(access->deniedPortal)},
        }));
        auto getName = onUser<users::_svc__getAccessCombinationName>(bertaId);
        users::_svc__getAccessCombinationNameResponse combination;
        expectSuccess(users, users.getAccessCombinationName(&getName, combination));
        say("get-access-combination-name", json(combination.return_));
    }

    int deleteAnna()
    {
        auto request = onUser<users::_svc__delete>(annaId);
        request.reassign = some(0);
        users::__svc__deleteResponse nothing;
        return users.delete_(&request, nothing);
    }

    void meetFaults()
    {
        auto create = onUsers<users::_svc__create>();
        auto again = person<users::dat__User>("anna", "Another", "Berta", "Berg");
        create.usrdata = &again;
        users::_svc__createResponse created;
        sayFault("duplicate-user", users, users.create(&create, created));
        auto get = onUser<users::_svc__getData>(4711);
        users::_svc__getDataResponse found;
        sayFault("unknown-user", users, users.getData(&get, found));
        auto list = onUsers<users::_svc__listAll>();
        list.auth = credentials<users::rmi__Credentials>("reseller1", "wrong");
        users::_svc__listAllResponse listed;
        sayFault("wrong-password", users, users.listAll(&list, listed));
        sayFault("delete-while-unified", users, deleteAnna());
    }

    groups::dat__Group *readGroup(int groupId)
    {
        auto request = onGroups<groups::_svc__getData>();
        request.grp = withId<groups::dat__Group>(groupId);
        groups::_svc__getDataResponse answer;
        expectSuccess(groups, groups.getData(&request, answer));
        return answer.return_;
    }

    std::string listSales()
    {
        auto request = onGroups<groups::_svc__list>();
        request.pattern = text("sales");
        groups::_svc__listResponse answer;
        expectSuccess(groups, groups.list(&request, answer));
        return ids(answer.return_);
    }

    int createGroup()
    {
        auto create = onGroups<groups::_svc__create>();
        create.grp = withName<groups::dat__Group>("sales");
        create.grp->displayname = text("Vertrieb Ærø & 漢字");
        groups::_svc__createResponse created;
        expectSuccess(groups, groups.create(&create, created));
        say("create-group", idAndName(created.return_));
        return *created.return_->id;
    }

    void walkGroups()
    {
        const int groupId = createGroup();
        groups::dat__Group *group = withId<groups::dat__Group>(groupId);
        auto *first = withId<groups::dat__User>(annaId);
        auto *second = withId<groups::dat__User>(bertaId);
        auto add = onGroups<groups::_svc__addMember>();
        add.grp = group;
        add.members = {first, second};
        groups::__svc__addMemberResponse nothing;
        sayVoid("add-members", groups, groups.addMember(&add, nothing));
        auto getMembers = onGroups<groups::_svc__getMembers>();
        getMembers.grp = group;
        groups::_svc__getMembersResponse members;
        expectSuccess(groups, groups.getMembers(&getMembers, members));
        say("get-members", ids(members.return_));
        say("get-group", summaryOfGroup(readGroup(groupId)));
        say("list-groups", listSales());
        auto listOfUser = onGroups<groups::_svc__listGroupsForUser>();
        listOfUser.usr = first;
        groups::_svc__listGroupsForUserResponse ofUser;
        expectSuccess(groups, groups.listGroupsForUser(&listOfUser, ofUser));
        say("groups-of-user", ids(ofUser.return_));
        auto remove = onGroups<groups::_svc__removeMember>();
        remove.grp = group;
        remove.members = {second};
        groups::__svc__removeMemberResponse removed;
        sayVoid("remove-member", groups, groups.removeMember(&remove, removed));
        endGroup(group);
    }

    void endGroup(groups::dat__Group *group)
    {
        auto change = onGroups<groups::_svc__change>();
        change.grp = readGroup(*group->id);
        groups::__svc__changeResponse nothing;
        sayVoid("change-whole-group", groups, groups.change(&change, nothing));
        say("get-whole-group", summaryOfGroup(readGroup(*group->id)));
        auto getUnknown = onGroups<groups::_svc__getData>();
        getUnknown.grp = withId<groups::dat__Group>(4711);
        groups::_svc__getDataResponse unknown;
        sayFault("unknown-group", groups, groups.getData(&getUnknown, unknown));
        auto remove = onGroups<groups::_svc__delete>();
        remove.grp = group;
        groups::__svc__deleteResponse deleted;
        sayVoid("delete-group", groups, groups.delete_(&remove, deleted));
        say("groups-left", listSales());
    }

    template <class Request> Request asMaster()
    {
        Request request;
        request.ctx = withId<plain::dat__Context>(contextId);
        request.auth = credentials<plain::rmi__Credentials>(masterLogin, masterPassword);
        return request;
    }

    int changeQuota(const std::string &module, const std::string &value)
    {
        auto request = asMaster<plain::_plain__changeQuota>();
        request.module = text(module);
        request.quotaValue = text(value);
        plain::__plain__changeQuotaResponse nothing;
        return plain.changeQuota(&request, nothing);
    }

    std::string listQuota()
    {
        auto request = asMaster<plain::_plain__listQuota>();
        plain::_plain__listQuotaResponse answer;
        expectSuccess(plain, plain.listQuota(&request, answer));
        return array(answer.return_, summaryOfQuota<plain::rmi__Quota>);
    }

    void walkObjectQuotas()
    {
        sayVoid("change-object-quotas", plain, changeQuota("calendar,task", "300"));
        say("list-object-quotas", listQuota());
        sayVoid("drop-object-quota", plain, changeQuota("task", "-1"));
        say("list-object-quotas-left", listQuota());
        sayFault("unknown-module", plain, changeQuota("nonsense", "1"));
        auto request = onContext<contexts::_svc__listQuota>();
        request.auth = credentials<contexts::rmi__Credentials>(masterLogin, masterPassword);
        contexts::dat__QuotaArray answer;
        expectSuccess(contexts, contexts.listQuota(&request, answer));
        say("list-object-quotas-as-reseller-service", array(answer.item, summaryOfQuota<contexts::dat__Quota>));
    }

    // One attribute is removed by an entry without a value; then the whole object goes back as it came.
    void switchUnifiedOff()
    {
        auto change = onUsers<users::_svc__change>();
        users::__svc__changeResponse nothing;
        change.usrdata = withId<users::dat__User>(annaId);
        change.usrdata->userAttributes = config({entry(UNIFIED, text("false")), entry("com.example.flag", NULL)});
        sayVoid("switch-unified-off", users, users.change(&change, nothing));
        change.usrdata = readUser(annaId);
        say("get-switched-off", summary(change.usrdata));
        say("rest-quota-off", restQuota(contextId, annaId));
        sayVoid("change-whole-user", users, users.change(&change, nothing));
        say("get-whole-user", summary(readUser(annaId)));
    }

    void end()
    {
        sayVoid("delete-user", users, deleteAnna());
        auto get = onUser<users::_svc__getData>(annaId);
        users::_svc__getDataResponse found;
        sayFault("get-deleted", users, users.getData(&get, found));
        auto deleteContext = onContext<contexts::_svc__delete>();
        contexts::__svc__deleteResponse noContext;
        sayVoid("delete-context", contexts, contexts.delete_(&deleteContext, noContext));
        say("context-gone", contextExists());
        resellers::_svc__delete deleteReseller;
        deleteReseller.adm = withName<resellers::rra__ResellerAdmin>("reseller1");
        deleteReseller.creds = creds();
        resellers::__svc__deleteResponse noReseller;
        sayVoid("delete-reseller", resellers, resellers.delete_(&deleteReseller, noReseller));
        resellers::_svc__list list;
        list.search_USCOREpattern = text("reseller1");
        list.creds = creds();
        resellers::_svc__listResponse left;
        expectSuccess(resellers, resellers.list(&list, left));
        say("resellers-left", array(left.return_, name<resellers::rra__ResellerAdmin>));
    }
};

int main(int count, char **arguments)
{
    if (count != 4) fail("Usage: story URL MASTER_LOGIN MASTER_PASSWORD");
    url = arguments[1];
    masterLogin = arguments[2];
    masterPassword = arguments[3];
    Story().walk();
}
