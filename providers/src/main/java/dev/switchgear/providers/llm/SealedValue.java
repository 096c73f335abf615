package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.seal.SealNeedles;
import java.nio.charset.StandardCharsets;

/// What of a signature passes as one value, by which it is known again.
final class SealedValue {
    private SealedValue() {}

    /// In chat a signature is a whole entry of reasoning, whose other fields clients may order otherwise.
    static String of(Signature signature) {
        if (signature.signer() != Dialect.OPENAI) {
            return signature.value();
        }
        byte[] entry = signature.value().getBytes(StandardCharsets.UTF_8);
        var found = new StringBuilder();
        SealNeedles.of(Dialect.OPENAI)
                .any(
                        entry,
                        0,
                        entry.length,
                        value -> {
                            found.append(value);
                            return true;
                        });
        return found.isEmpty() ? signature.value() : found.toString();
    }
}
