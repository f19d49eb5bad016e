package peer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as maps, lists, texts, numbers and booleans. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    static Object read(File file) throws IOException {
        try (JsonParser parser = FACTORY.createParser(file)) {
            parser.nextToken();
            return value(parser);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> readObject(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            return (Map<String, Object>) value(parser);
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT:
                Map<String, Object> object = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.getCurrentName();
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                return object;
            case START_ARRAY:
                List<Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) array.add(value(parser));
                return array;
            case VALUE_STRING:
                return parser.getText();
            case VALUE_NUMBER_INT:
                return parser.getLongValue();
            case VALUE_TRUE:
                return Boolean.TRUE;
            case VALUE_FALSE:
                return Boolean.FALSE;
            default:
                return null;
        }
    }

    /** Writes an object of texts, numbers and booleans. */
    static String write(Map<String, Object> object) {
        StringWriter writer = new StringWriter(1024);
        try (JsonGenerator generator = FACTORY.createGenerator(writer)) {
            generator.writeStartObject();
            for (Map.Entry<String, Object> entry : object.entrySet()) {
                generator.writeFieldName(entry.getKey());
                Object value = entry.getValue();
                if (value instanceof Boolean) generator.writeBoolean((Boolean) value);
                else if (value instanceof Number) generator.writeNumber(((Number) value).longValue());
                else generator.writeString((String) value);
            }
            generator.writeEndObject();
        } catch (IOException error) {
            throw new IllegalStateException(error);
        }
        return writer.toString();
    }
}
