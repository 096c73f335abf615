package dev.switchgear.server.door;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// How a request asks for a socket (RFC 6455 §4.2.1), and whether it does so as it must. Pure.
public sealed interface SocketHandshake {
    /// It asks for no socket.
    record None() implements SocketHandshake {}

    /// It does, but not so that one may follow.
    ///
    /// @param status to refuse it with
    /// @param reason for people
    record Flawed(int status, String reason) implements SocketHandshake {}

    /// It does, and well.
    ///
    /// @param accept proves to the client that it was understood
    record Fit(String accept) implements SocketHandshake {}

    /// The only version that there is.
    String VERSION = "13";

    /// Whether it asks for one, however badly: the first look, which most requests end.
    static boolean asked(HttpExchange exchange) {
        return exchange.header("upgrade").isPresent()
                && tokens(exchange.headers("upgrade")).anyMatch("websocket"::equals);
    }

    static SocketHandshake of(HttpExchange exchange) {
        if (!asked(exchange)) {
            return new None();
        }
        if (!exchange.upgradable()) {
            return new Flawed(400, "a WebSocket is opened over HTTP/1.1 only");
        }
        if (!exchange.method().equals("GET")) {
            return new Flawed(400, "a WebSocket is opened by GET");
        }
        if (tokens(exchange.headers("connection")).noneMatch("upgrade"::equals)) {
            return new Flawed(400, "`connection: upgrade` is missing");
        }
        boolean bodied =
                !exchange.header("content-length").orElse("0").equals("0")
                        || exchange.header("transfer-encoding").isPresent();
        if (bodied) {
            return new Flawed(400, "who opens a WebSocket sends no body");
        }
        List<String> versions = exchange.headers("sec-websocket-version");
        if (versions.size() != 1 || !versions.getFirst().strip().equals(VERSION)) {
            return new Flawed(426, "sec-websocket-version must be " + VERSION);
        }
        List<String> keys = exchange.headers("sec-websocket-key");
        if (keys.size() != 1 || !isKey(keys.getFirst().strip())) {
            return new Flawed(400, "sec-websocket-key must be 16 bytes in base64, once");
        }
        return new Fit(accept(keys.getFirst().strip()));
    }

    private static Stream<String> tokens(List<String> values) {
        return values.stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(token -> token.strip().toLowerCase(Locale.ROOT));
    }

    private static boolean isKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static String accept(String key) {
        try {
            byte[] both =
                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                            .getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(both));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-1", impossible);
        }
    }
}
