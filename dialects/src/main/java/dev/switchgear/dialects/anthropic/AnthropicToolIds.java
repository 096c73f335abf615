package dev.switchgear.dialects.anthropic;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Ids of tool calls as the API takes them: `^[a-zA-Z0-9_-]+$`, at most 64 characters.
final class AnthropicToolIds {
    private static final int LENGTH_MAX = 64;

    private AnthropicToolIds() {}

    /// The id itself where it fits, else one made of its hash: the same for the same id, in every
    /// turn and every request.
    static String fit(String id) {
        if (fits(id)) {
            return id;
        }
        return "toolu_" + HexFormat.of().formatHex(hash(id), 0, 16);
    }

    private static boolean fits(String id) {
        if (id.isEmpty() || id.length() > LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static byte[] hash(String id) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
