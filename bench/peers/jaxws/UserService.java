package peer;

import java.util.Map;
import javax.jws.WebService;
import peer.admin.reseller.soap.dataobjects.ResellerContext;
import peer.admin.rmi.dataobjects.Credentials;
import peer.admin.soap.dataobjects.User;
import peer.service.InvalidCredentialsException;
import peer.service.OXResellerUserServicePortType;

/** create and getData of OXResellerUserService, over a database or, where it is null, with a fixed user. */
@WebService(
        endpointInterface = "peer.service.OXResellerUserServicePortType",
        serviceName = "OXResellerUserService",
        portName = "OXResellerUserServiceHttpSoap12Endpoint",
        targetNamespace = "http://soap.reseller.admin.openexchange.com")
public class UserService implements OXResellerUserServicePortType {
    private final UserMessages messages;
    private final Database database;

    public UserService(UserMessages messages, Database database) {
        this.messages = messages;
        this.database = database;
    }

    @Override
    public User create(ResellerContext ctx, User usrdata, Credentials auth) throws InvalidCredentialsException {
        if (database == null) {
            Map<String, Object> columns = Map.of("login", usrdata.getName(), "display_name", usrdata.getDisplayName());
            return messages.shownUser(messages.fixedUser(columns));
        }
        return answered(() -> database.create(ctx.getId(), usrdata, auth.getLogin(), auth.getPassword()));
    }

    @Override
    public User getData(ResellerContext ctx, User user, Credentials auth) throws InvalidCredentialsException {
        if (database == null) return messages.shownUser(messages.fixedUser(Map.of("id", user.getId())));
        return answered(() -> database.read(ctx.getId(), user.getId(), auth.getLogin(), auth.getPassword()));
    }

    private interface Work {
        StoredUser run() throws Exception;
    }

    private User answered(Work work) throws InvalidCredentialsException {
        try {
            return messages.shownUser(work.run());
        } catch (Database.AuthenticationException error) {
            throw new InvalidCredentialsException(
                    error.getMessage(), new peer.admin.reseller.soap.InvalidCredentialsException());
        } catch (Exception error) {
            throw new IllegalStateException("Internal error");
        }
    }
}
