package peer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/** {SSHA512}: base64 of the digest of password and salt, then the salt. */
final class Passwords {
    private static final String SCHEME = "{SSHA512}";
    private static final int DIGEST_BYTES = 64;
    private static final int SALT_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Passwords() {}

    static String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return saltedSha512(password, salt);
    }

    static boolean matches(String password, String stored) {
        if (stored == null || !stored.startsWith(SCHEME)) return false;
        byte[] bytes = Base64.getDecoder().decode(stored.substring(SCHEME.length()));
        byte[] salt = Arrays.copyOfRange(bytes, DIGEST_BYTES, bytes.length);
        byte[] expected = saltedSha512(password, salt).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, stored.getBytes(StandardCharsets.US_ASCII));
    }

    private static String saltedSha512(String password, byte[] salt) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(password.getBytes(StandardCharsets.UTF_8));
            byte[] bytes = Arrays.copyOf(digest.digest(salt), DIGEST_BYTES + salt.length);
            System.arraycopy(salt, 0, bytes, DIGEST_BYTES, salt.length);
            return SCHEME + Base64.getEncoder().encodeToString(bytes);
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException(error);
        }
    }
}
