import java.util.List;
import java.util.Map;

import plaincontexts.OXContextServicePortType;
import plaincontexts.dataobjects.rmi.admin.Credentials;
import plaincontexts.dataobjects.soap.admin.Context;
import plaincontexts.soap.admin.ChangeQuota;

/** Walks the steps of object quotas with OXContextService, as the master admin. */
final class ObjectQuotas extends Steps {
    private final OXContextServicePortType contexts;
    private final Context ctx = new Context();
    private final Credentials master = new Credentials();

    /** @param arguments the URL, login and password that the program was given */
    ObjectQuotas(String[] arguments, int contextId) throws Exception {
        contexts = new plaincontexts.OXContextService(wsdl(arguments[0], "OXContextService"))
            .getOXContextServiceHttpsEndpoint();
        ctx.setId(contextId);
        master.setLogin(arguments[1]);
        master.setPassword(arguments[2]);
    }

    void walk() throws Exception {
        contexts.changeQuota(change("calendar,task", "300"));
        say("change-object-quotas", null);
        say("list-object-quotas", list());
        contexts.changeQuota(change("task", "-1"));
        say("drop-object-quota", null);
        say("list-object-quotas-left", list());
        try {
            contexts.changeQuota(change("nonsense", "1"));
            throw new AssertionError("unknown-module: no fault came");
        } catch (plaincontexts.InvalidDataExceptionException fault) {
            sayFault("unknown-module", fault, fault.getFaultInfo().getInvalidDataException());
        }
    }

    private ChangeQuota change(String module, String value) {
        ChangeQuota change = new ChangeQuota();
        change.setCtx(ctx);
        change.setModule(module);
        change.setQuotaValue(value);
        change.setAuth(master);
        return change;
    }

    private List<Map<String, Object>> list() throws Exception {
        return contexts.listQuota(ctx, master).stream()
            .map(quota -> map("module", quota.getModule(), "limit", quota.getLimit())).toList();
    }
}
