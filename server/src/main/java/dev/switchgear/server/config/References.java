package dev.switchgear.server.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// `${NAME}` in a text stands for the environment variable of that name; `$${` for `${` itself.
final class References {
    /// What a value that is one reference looks like, for Java and for a JSON schema.
    static final String PATTERN = "[$][{][A-Za-z_][A-Za-z0-9_]*[}]";

    private static final Pattern REFERENCE = Pattern.compile("[$][$][{]|[$][{](?<name>[^}]*)[}]?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /// What became of a text.
    sealed interface Resolved {
        record Text(String text) implements Resolved {}

        /// The variable is not set, or empty: an empty secret must never be used.
        record Unset(String name) implements Resolved {}

        record Malformed() implements Resolved {}
    }

    private final Map<String, String> environment;

    References(Map<String, String> environment) {
        this.environment = environment;
    }

    Resolved resolve(String text) {
        var matcher = REFERENCE.matcher(text);
        var result = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            result.append(text, from, matcher.start());
            from = matcher.end();
            String name = matcher.group("name");
            if (name == null) {
                result.append("${");
                continue;
            }
            if (!matcher.group().endsWith("}") || !NAME.matcher(name).matches()) {
                return new Resolved.Malformed();
            }
            Optional<String> value =
                    Optional.ofNullable(environment.get(name)).filter(set -> !set.isBlank());
            if (value.isEmpty()) {
                return new Resolved.Unset(name);
            }
            result.append(value.get());
        }
        return new Resolved.Text(result.append(text.substring(from)).toString());
    }
}
