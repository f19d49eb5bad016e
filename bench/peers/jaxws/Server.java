package peer;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.ws.Endpoint;

/** Server --port N --data DIRECTORY (of statements.json and user.json) [--database mysql://…] */
public final class Server {
    private static final int THREADS = 16;
    private static final int BACKLOG = 128;

    /** Logs every fault with its stack; kept here, since a logger that nobody holds loses its level. */
    private static final Logger JAX_WS_LOGGER = Logger.getLogger("com.sun.xml.ws");

    private Server() {}

    public static void main(String[] args) throws Exception {
        JAX_WS_LOGGER.setLevel(Level.OFF);
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) options.put(args[i], args[i + 1]);
        File data = new File(options.get("--data"));
        UserMessages messages = new UserMessages(new File(data, "user.json"));
        String url = options.get("--database");
        Database database = url == null ? null : new Database(url, new File(data, "statements.json"), messages);

        InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(options.get("--port")));
        HttpServer server = HttpServer.create(address, BACKLOG);
        server.setExecutor(Executors.newFixedThreadPool(THREADS));
        Endpoint endpoint = Endpoint.create(new UserService(messages, database));
        endpoint.publish(server.createContext("/webservices/OXResellerUserService"));
        server.start();
        System.out.println("ready");
    }
}
