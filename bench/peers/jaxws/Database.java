package peer;

import java.io.File;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import peer.admin.soap.dataobjects.User;

/** Creates and reads users by the statements of statements.json, over a pool of connections with statements prepared once. */
final class Database {
    private static final int POOL_SIZE = 8;

    /** The caller is unknown, or the password is wrong. */
    static final class AuthenticationException extends Exception {
        AuthenticationException() {
            super("Authentication failed");
        }
    }

    private final BlockingQueue<Session> idle = new ArrayBlockingQueue<>(POOL_SIZE);
    private final UserMessages messages;

    @SuppressWarnings("unchecked")
    Database(String url, File statementsFile, UserMessages messages) throws IOException, SQLException {
        this.messages = messages;
        Map<String, List<Map<String, Object>>> statements =
                (Map<String, List<Map<String, Object>>>) Json.read(statementsFile);
        java.net.URI uri = java.net.URI.create(url);
        String[] user = uri.getUserInfo().split(":", 2);
        String jdbc = "jdbc:mariadb://" + uri.getHost() + ":" + uri.getPort() + uri.getPath() + "?useServerPrepStmts=true";
        for (int i = 0; i < POOL_SIZE; i++)
            idle.add(new Session(DriverManager.getConnection(jdbc, user[0], user[1]), statements));
    }

    StoredUser create(int contextId, User requested, String login, String password)
            throws SQLException, AuthenticationException, InterruptedException {
        StoredUser user = messages.requestedUser(requested);
        Map<String, Object> values = new HashMap<>();
        values.put("contextId", contextId);
        values.put("authLogin", login);
        values.put("login", user.text("login"));
        values.put("displayName", user.text("display_name"));
        values.put("givenName", user.text("given_name"));
        values.put("surName", user.text("sur_name"));
        values.put("email", user.text("primary_email"));
        values.put("passwordHash", Passwords.hash(requested.getPassword()));
        values.put("language", user.text("language"));
        values.put("timezone", user.text("timezone"));
        values.put("maxQuotaMb", user.number("max_quota_mb"));
        values.put("profile", Json.write(user.profile));
        run("create", values, password);
        user.row.put("id", values.get("userId"));
        return user;
    }

    StoredUser read(int contextId, int userId, String login, String password)
            throws SQLException, IOException, AuthenticationException, InterruptedException {
        Map<String, Object> values = new HashMap<>();
        values.put("contextId", contextId);
        values.put("userId", userId);
        values.put("authLogin", login);
        Map<String, List<Map<String, Object>>> rows = run("getData", values, password);
        if (rows.get("user").isEmpty()) throw new IllegalArgumentException("No such user");
        Map<String, Object> row = rows.get("user").get(0);
        List<String> aliases = new ArrayList<>();
        for (Map<String, Object> each : rows.get("aliases")) aliases.add((String) each.get("address"));
        List<StoredUser.Attribute> attributes = new ArrayList<>();
        for (Map<String, Object> each : rows.get("attributes"))
            attributes.add(new StoredUser.Attribute(
                    (String) each.get("namespace"), (String) each.get("name"), (String) each.get("value")));
        return new StoredUser(row, aliases, attributes, Json.readObject((String) row.get("profile")));
    }

    private Map<String, List<Map<String, Object>>> run(String operation, Map<String, Object> values, String password)
            throws SQLException, AuthenticationException, InterruptedException {
        Session session = idle.take();
        try {
            return session.run(operation, values, password);
        } finally {
            idle.put(session);
        }
    }

    /** One connection and its prepared statements. */
    private static final class Session {
        private final Connection connection;
        private final Statement plain;
        private final Map<String, List<Prepared>> operations = new HashMap<>();

        @SuppressWarnings("unchecked")
        Session(Connection connection, Map<String, List<Map<String, Object>>> statements) throws SQLException {
            this.connection = connection;
            plain = connection.createStatement();
            for (Map.Entry<String, List<Map<String, Object>>> entry : statements.entrySet()) {
                List<Prepared> prepared = new ArrayList<>();
                for (Map<String, Object> each : entry.getValue()) prepared.add(new Prepared(connection, each));
                operations.put(entry.getKey(), prepared);
            }
        }

        Map<String, List<Map<String, Object>>> run(String operation, Map<String, Object> values, String password)
                throws SQLException, AuthenticationException {
            Map<String, List<Map<String, Object>>> rows = new HashMap<>();
            boolean inTransaction = false;
            try {
                for (Prepared each : operations.get(operation)) {
                    switch (each.kind) {
                        // JDBC's own transactions would need two round trips more, to switch autocommit off and on.
                        case "begin":
                        case "commit":
                            plain.execute(each.sql);
                            inTransaction = each.kind.equals("begin");
                            break;
                        case "read":
                            rows.put(each.result, each.read(values));
                            if (each.result.equals("caller")) checkPassword(rows.get("caller"), password);
                            break;
                        case "takeId":
                            values.put("userId", each.takeId(values));
                            break;
                        default:
                            each.write(values);
                    }
                }
                return rows;
            } catch (SQLException error) {
                if (inTransaction) plain.execute("ROLLBACK");
                throw error;
            }
        }

        private static void checkPassword(List<Map<String, Object>> callers, String password)
                throws AuthenticationException {
            String stored = callers.isEmpty() ? null : (String) callers.get(0).get("password_hash");
            if (password == null || !Passwords.matches(password, stored)) throw new AuthenticationException();
        }
    }

    private static final class Prepared {
        final String kind;
        final String result;
        final String sql;
        private final List<String> params;
        private final PreparedStatement statement;
        private String[] columns;

        @SuppressWarnings("unchecked")
        Prepared(Connection connection, Map<String, Object> json) throws SQLException {
            kind = (String) json.get("kind");
            result = (String) json.get("result");
            sql = (String) json.get("sql");
            params = (List<String>) json.get("params");
            boolean isPlain = kind.equals("begin") || kind.equals("commit");
            int keys = kind.equals("takeId") ? Statement.RETURN_GENERATED_KEYS : Statement.NO_GENERATED_KEYS;
            statement = isPlain ? null : connection.prepareStatement(sql, keys);
        }

        private void bind(Map<String, Object> values) throws SQLException {
            for (int i = 0; i < params.size(); i++) {
                Object value = values.get(params.get(i));
                if (value instanceof Number) statement.setLong(i + 1, ((Number) value).longValue());
                else statement.setString(i + 1, (String) value);
            }
        }

        List<Map<String, Object>> read(Map<String, Object> values) throws SQLException {
            bind(values);
            List<Map<String, Object>> rows = new ArrayList<>();
            try (ResultSet found = statement.executeQuery()) {
                if (columns == null) columns = columnsOf(found.getMetaData());
                while (found.next()) {
                    Map<String, Object> row = new LinkedHashMap<>(columns.length * 2);
                    for (int i = 0; i < columns.length; i++) row.put(columns[i], found.getObject(i + 1));
                    rows.add(row);
                }
            }
            return rows;
        }

        private static String[] columnsOf(ResultSetMetaData metaData) throws SQLException {
            String[] columns = new String[metaData.getColumnCount()];
            for (int i = 0; i < columns.length; i++) columns[i] = metaData.getColumnLabel(i + 1);
            return columns;
        }

        long takeId(Map<String, Object> values) throws SQLException {
            write(values);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                if (!keys.next()) throw new SQLException("no id");
                return keys.getLong(1);
            }
        }

        void write(Map<String, Object> values) throws SQLException {
            bind(values);
            statement.executeUpdate();
        }
    }
}
