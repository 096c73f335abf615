package dev.switchgear.simulator.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs thoughts, and knows its own signatures again: a random part, the model's name, and a code
/// over these and the text under the provider's key. Thread-safe.
public final class Signatures {
    private static final int NONCE = 16;
    private static final int CODE = 32;
    private static final byte VERSION = 0x12;

    private final byte[] key;

    public Signatures(long seed) {
        this.key = ByteBuffer.allocate(16).putLong(seed).putLong(~seed).array();
    }

    /// A signature of `text` by `model`, as Base64.
    public String sign(String model, String text, RandomGenerator random) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] name = model.getBytes(StandardCharsets.UTF_8);
        ByteBuffer signature = ByteBuffer.allocate(2 + NONCE + name.length + CODE);
        signature.put(VERSION).put((byte) name.length).put(nonce).put(name);
        signature.put(code(nonce, name, text));
        return Base64.getEncoder().encodeToString(signature.array());
    }

    /// The model that signed `text` so; empty where it was not this provider, or another text.
    public Optional<String> signer(String signature, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(signature);
        } catch (IllegalArgumentException _) {
            // Whatever is not Base64 was not signed here.
            return Optional.empty();
        }
        if (bytes.length < 2 + NONCE + CODE || bytes[0] != VERSION) {
            return Optional.empty();
        }
        int end = 2 + NONCE + (bytes[1] & 0xff);
        if (bytes.length != end + CODE) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOfRange(bytes, 2, 2 + NONCE);
        byte[] name = Arrays.copyOfRange(bytes, 2 + NONCE, end);
        byte[] code = Arrays.copyOfRange(bytes, end, bytes.length);
        return MessageDigest.isEqual(code, code(nonce, name, text))
                ? Optional.of(new String(name, StandardCharsets.UTF_8))
                : Optional.empty();
    }

    private byte[] code(byte[] nonce, byte[] name, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(nonce);
            mac.update(name);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }
}
