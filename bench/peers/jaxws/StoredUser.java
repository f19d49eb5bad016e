package peer;

import java.util.List;
import java.util.Map;

/** A user as the tables hold it: columns by name, and what stands in other tables. */
final class StoredUser {
    final Map<String, Object> row;
    final List<String> aliases;
    final List<Attribute> attributes;
    final Map<String, Object> profile;

    StoredUser(Map<String, Object> row, List<String> aliases, List<Attribute> attributes, Map<String, Object> profile) {
        this.row = row;
        this.aliases = aliases;
        this.attributes = attributes;
        this.profile = profile;
    }

    String text(String column) {
        return (String) row.get(column);
    }

    long number(String column) {
        return ((Number) row.get(column)).longValue();
    }

    static final class Attribute {
        final String namespace;
        final String name;
        final String value;

        Attribute(String namespace, String name, String value) {
            this.namespace = namespace;
            this.name = name;
            this.value = value;
        }
    }
}
