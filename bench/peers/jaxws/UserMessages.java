package peer;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.bind.annotation.XmlElement;
import peer.admin.soap.dataobjects.Entry;
import peer.admin.soap.dataobjects.SOAPMapEntry;
import peer.admin.soap.dataobjects.SOAPStringMap;
import peer.admin.soap.dataobjects.SOAPStringMapMap;
import peer.admin.soap.dataobjects.User;

/** Users on their way between message and tables. */
final class UserMessages {
    /** The members that have columns of their own, or are never stored. */
    private static final Set<String> COLUMN_MEMBERS = Set.of(
            "display_name", "email1", "given_name", "language", "name", "password", "passwordMech", "primaryEmail",
            "sur_name", "timezone");

    private static final long BYTES_PER_MB = 1048576;

    /** The members of User that stand in the profile, by their names in the message. */
    private static final Map<String, Field> PROFILE = profileFields();

    private final StoredUser fixed;
    private final Map<String, Object> profileDefaults;

    @SuppressWarnings("unchecked")
    UserMessages(File sampleFile) throws IOException {
        Map<String, Object> sample = (Map<String, Object>) Json.read(sampleFile);
        profileDefaults = (Map<String, Object>) sample.get("profileDefaults");
        List<StoredUser.Attribute> attributes = new ArrayList<>();
        for (Map<String, String> each : (List<Map<String, String>>) sample.get("attributes"))
            attributes.add(new StoredUser.Attribute(each.get("namespace"), each.get("name"), each.get("value")));
        Map<String, Object> profile = new LinkedHashMap<>(profileDefaults);
        profile.putAll((Map<String, Object>) sample.get("profile"));
        List<String> aliases = (List<String>) sample.get("aliases");
        fixed = new StoredUser((Map<String, Object>) sample.get("row"), aliases, attributes, profile);
    }

    private static Map<String, Field> profileFields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Field field : User.class.getDeclaredFields()) {
            XmlElement element = field.getAnnotation(XmlElement.class);
            boolean isRenamed = element != null && !element.name().equals("##default");
            String name = isRenamed ? element.name() : field.getName();
            boolean isText = field.getType() == String.class && !COLUMN_MEMBERS.contains(name);
            if (!isText && !name.equals("folderTree") && !name.equals("gui_spam_filter_enabled")) continue;
            field.setAccessible(true);
            fields.put(name, field);
        }
        return fields;
    }

    /** The answer where there is no database. */
    StoredUser fixedUser(Map<String, Object> columns) {
        Map<String, Object> row = new LinkedHashMap<>(fixed.row);
        row.putAll(columns);
        return new StoredUser(row, fixed.aliases, fixed.attributes, fixed.profile);
    }

    /** What a create is going to store. */
    StoredUser requestedUser(User requested) {
        Map<String, Object> row = new LinkedHashMap<>(fixed.row);
        row.put("login", requested.getName());
        row.put("display_name", requested.getDisplayName());
        row.put("given_name", requested.getGivenName());
        row.put("sur_name", requested.getSurName());
        row.put("primary_email", requested.getPrimaryEmail());
        row.put("email1", requested.getEmail1());
        row.put("default_sender_address", requested.getPrimaryEmail());
        row.put("language", requested.getLanguage());
        row.put("timezone", requested.getTimezone());
        row.put("max_quota_mb", requested.getMaxQuota());
        Map<String, Object> profile = new LinkedHashMap<>(profileDefaults);
        try {
            for (Map.Entry<String, Field> entry : PROFILE.entrySet()) {
                Object value = entry.getValue().get(requested);
                if (value != null) profile.put(entry.getKey(), value);
            }
        } catch (IllegalAccessException error) {
            throw new IllegalStateException(error);
        }
        return new StoredUser(row, List.of(requested.getPrimaryEmail()), List.of(), profile);
    }

    /** A user as answers show it. */
    User shownUser(StoredUser stored) {
        User user = new User();
        showProfile(stored.profile, user);
        user.getAliases().addAll(stored.aliases);
        user.setContextadmin(stored.number("is_context_admin") == 1);
        user.setDefaultSenderAddress(stored.text("default_sender_address"));
        user.setDisplayName(stored.text("display_name"));
        user.setEmail1(stored.text("email1"));
        user.setFilestoreId((int) stored.number("filestore_id"));
        user.setGivenName(stored.text("given_name"));
        user.setId((int) stored.number("id"));
        user.setImapPort((int) stored.number("imap_port"));
        user.setImapSchema(stored.text("imap_schema"));
        user.setImapServer(stored.text("imap_host"));
        user.setImapServerString(stored.text("imap_schema") + stored.text("imap_host") + ":" + stored.number("imap_port"));
        user.setLanguage(stored.text("language"));
        user.setMailenabled(stored.number("enabled") == 1);
        user.setMaxQuota(stored.number("max_quota_mb"));
        user.setName(stored.text("login"));
        user.setPasswordMech(stored.text("password_mech"));
        user.setPasswordExpired(stored.number("password_expired") == 1);
        user.setPrimaryEmail(stored.text("primary_email"));
        user.setSmtpPort((int) stored.number("smtp_port"));
        user.setSmtpSchema(stored.text("smtp_schema"));
        user.setSmtpServer(stored.text("smtp_host"));
        user.setSmtpServerString(stored.text("smtp_schema") + stored.text("smtp_host") + ":" + stored.number("smtp_port"));
        user.setSurName(stored.text("sur_name"));
        user.setTimezone(stored.text("timezone"));
        if (stored.row.get("file_bytes") != null) user.setUsedQuota(stored.number("file_bytes") / BYTES_PER_MB);
        if (!stored.attributes.isEmpty()) user.setUserAttributes(shownAttributes(stored.attributes));
        return user;
    }

    private static void showProfile(Map<String, Object> profile, User user) {
        try {
            for (Map.Entry<String, Object> entry : profile.entrySet()) {
                Field field = PROFILE.get(entry.getKey());
                Object value = entry.getValue();
                if (field != null) field.set(user, value instanceof Long ? ((Long) value).intValue() : value);
            }
        } catch (IllegalAccessException error) {
            throw new IllegalStateException(error);
        }
    }

    private static SOAPStringMapMap shownAttributes(List<StoredUser.Attribute> attributes) {
        SOAPStringMapMap shown = new SOAPStringMapMap();
        Map<String, SOAPStringMap> namespaces = new LinkedHashMap<>();
        for (StoredUser.Attribute attribute : attributes) {
            Entry entry = new Entry();
            entry.setKey(attribute.name);
            entry.setValue(attribute.value);
            namespaces.computeIfAbsent(attribute.namespace, name -> new SOAPStringMap()).getEntries().add(entry);
        }
        namespaces.forEach((namespace, entries) -> {
            SOAPMapEntry entry = new SOAPMapEntry();
            entry.setKey(namespace);
            entry.setValue(entries);
            shown.getEntries().add(entry);
        });
        return shown;
    }
}
