package dev.switchgear.server.gateway.llm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.families.llm.scan.ConversationStart;
import dev.switchgear.families.llm.scan.RequestBody;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/// Tells conversations apart, so that each can go where it went before: by the name that the client
/// gives it, else by how it began.
///
/// @param hash of client, model and name or beginning; two conversations with one hash only share a
///     preference, so that 64 bits of two checksums, which the processor computes by itself, are enough
/// @param told whether the call goes on with a conversation or names it. One that only begins may be
///     one of many that begin alike: it has no preference, and is only remembered
public record ConversationKey(long hash, boolean told) {
    /// Of a system prompt.
    private static final int SYSTEM_BYTES_MAX = 4_096;

    /// Of the turns up to the user's first.
    private static final int TURNS_BYTES_MAX = 8_192;

    /// Empty where nothing tells the conversation from others.
    ///
    /// @param body as it came, uncut
    /// @param session what the client calls the conversation in a header
    public static Optional<ConversationKey> of(
            String client, RequestBody body, Optional<String> session) {
        ConversationStart conversation = body.conversation();
        String name = session.orElse(conversation.key());
        boolean named = !name.isEmpty();
        if (!named && conversation.turnsFrom() < 0) {
            return Optional.empty();
        }
        long hash =
                ((long) checksum(new CRC32C(), client, name, body) << 32)
                        | Integer.toUnsignedLong(checksum(new CRC32(), client, name, body));
        return Optional.of(new ConversationKey(hash, named || conversation.continued()));
    }

    private static int checksum(Checksum sum, String client, String name, RequestBody body) {
        add(sum, client);
        add(sum, body.model());
        add(sum, name);
        if (name.isEmpty()) {
            ConversationStart conversation = body.conversation();
            add(
                    sum,
                    body.bytes(),
                    conversation.systemFrom(),
                    conversation.systemTo(),
                    SYSTEM_BYTES_MAX);
            add(
                    sum,
                    body.bytes(),
                    conversation.turnsFrom(),
                    conversation.turnsTo(),
                    TURNS_BYTES_MAX);
        }
        return (int) sum.getValue();
    }

    private static void add(Checksum sum, String text) {
        sum.update(text.getBytes(UTF_8));
        sum.update(0);
    }

    private static void add(Checksum sum, byte[] bytes, int from, int to, int most) {
        if (from >= 0) {
            sum.update(bytes, from, Math.min(to - from, most));
        }
        sum.update(0);
    }
}
