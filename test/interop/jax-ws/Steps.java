import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the parts of the programs share: how they print the steps of test/support/interop/interop-story.ts. */
abstract class Steps {
    static final String UNIFIED = "com.openexchange.unifiedquota.enabled";
    private static final PrintStream OUT =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    static URL wsdl(String url, String service) throws Exception {
        return new URL(url + "/webservices/" + service + "?wsdl");
    }

    static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) map.put((String) pairs[i], pairs[i + 1]);
        return map;
    }

    static void say(String step, Object value) {
        OUT.println(Json.write(map("step", step, "value", value)));
    }

    static void sayFault(String step, Exception fault, Object bean) {
        say(step, map("fault", bean.getClass().getSimpleName(), "text", fault.getMessage()));
    }
}
