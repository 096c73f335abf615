package dev.switchgear.server.api.llm.responses.background;

import dev.switchgear.server.seal.AesGcm;
import java.nio.ByteBuffer;

/// Seals what is kept of one response in memory, under a key of its own that is made with it and stands
/// nowhere else. Thread-safe.
final class RunSeal {
    private static final byte[] NOTHING = {};

    private final AesGcm cipher = AesGcm.ofNewKey();

    /// @param number which nothing else has that is sealed by this; it takes the place of a nonce
    byte[] seal(int number, byte[] clear) {
        return cipher.seal(nonce(number), NOTHING, clear);
    }

    /// What was sealed under that number.
    byte[] open(int number, byte[] sealed) {
        return cipher.open(nonce(number), NOTHING, sealed, 0)
                .orElseThrow(
                        () -> new IllegalStateException("what was sealed here cannot be opened"));
    }

    private static byte[] nonce(int number) {
        return ByteBuffer.allocate(AesGcm.NONCE).putInt(number).array();
    }
}
