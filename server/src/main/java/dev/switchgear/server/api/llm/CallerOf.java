package dev.switchgear.server.api.llm;

import dev.switchgear.families.json.BoundedJson;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.limit.Caller;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.names.Quote;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Finds out who asks, as far as limits tell callers apart; what nobody counts is not even looked at.
/// Pure.
final class CallerOf {
    private static final JsonFactory JSON = BoundedJson.factory();

    /// Longer names are told apart by this much of them.
    private static final int NAME_MAX = 200;

    private static final String HEADER = "x-switchgear-user";

    private CallerOf() {}

    static Caller of(Client client, HttpExchange exchange, ClientLimits limits) {
        String user = limits.countsUsers(client) ? user(exchange) : "";
        String address = limits.countsAddresses() ? address(exchange, limits.behindProxy()) : "";
        return user.isEmpty() && address.isEmpty()
                ? new Caller(client)
                : new Caller(client, user, address);
    }

    /// The end user, as the header says or as the dialects have it: `user`, `safety_identifier`, or
    /// `metadata.user_id`.
    static String user(HttpExchange exchange) {
        return exchange.header(HEADER)
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(CallerOf::shown)
                .orElseGet(() -> shown(inBody(exchange.body())));
    }

    /// On one line, for it stands in messages.
    private static String shown(String name) {
        String line = name.strip();
        if (line.chars().anyMatch(Character::isISOControl)) {
            line = line.replaceAll("\\p{Cntrl}", "?");
        }
        return Quote.cut(line, NAME_MAX);
    }

    private static String inBody(byte[] body) {
        String user = "";
        String other = "";
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return "";
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_STRING && name.equals("user")) {
                    user = parser.getString();
                } else if (value == JsonToken.VALUE_STRING && name.equals("safety_identifier")) {
                    other = parser.getString();
                } else if (value == JsonToken.START_OBJECT && name.equals("metadata")) {
                    String id = userId(parser);
                    other = id.isEmpty() ? other : id;
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JacksonException unreadable) {
            // What is wrong with the body is told by who reads it for the call; up to there it
            // names
            // whom it names.
            return user.isEmpty() ? other : user;
        }
        return user.isEmpty() ? other : user;
    }

    private static String userId(JsonParser metadata) {
        String id = "";
        for (String name = metadata.nextName(); name != null; name = metadata.nextName()) {
            if (metadata.nextToken() == JsonToken.VALUE_STRING && name.equals("user_id")) {
                id = metadata.getString();
            } else {
                metadata.skipChildren();
            }
        }
        return id;
    }

    /// Where a request comes from. What it says itself is believed of a proxy in front alone, and of
    /// that only the last word, which the proxy has added.
    static String address(HttpExchange exchange, boolean behindProxy) {
        InetAddress source = exchange.remote();
        List<String> said = behindProxy ? exchange.headers("x-forwarded-for") : List.of();
        if (!said.isEmpty()) {
            String last = said.getLast().substring(said.getLast().lastIndexOf(',') + 1).strip();
            try {
                source = InetAddress.ofLiteral(withoutPort(last));
            } catch (IllegalArgumentException unreadable) {
                // It says nothing; the proxy itself is then the source.
                source = exchange.remote();
            }
        }
        return network(source);
    }

    private static String withoutPort(String text) {
        if (text.startsWith("[") && text.indexOf(']') > 0) {
            return text.substring(1, text.indexOf(']'));
        }
        int colon = text.indexOf(':');
        return colon > 0 && colon == text.lastIndexOf(':') && text.indexOf('.') > 0
                ? text.substring(0, colon)
                : text;
    }

    /// Who has one address of IPv6 has 2^64 of them.
    private static String network(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        byte[] bytes = address.getAddress();
        var text = new StringBuilder();
        for (int i = 0; i < 8; i += 2) {
            int group = ((bytes[i] & 0xFF) << 8) | (bytes[i + 1] & 0xFF);
            text.append(Integer.toHexString(group)).append(':');
        }
        return text.append(":/64").toString();
    }
}
