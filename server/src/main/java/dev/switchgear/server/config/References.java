package dev.switchgear.server.config;

import java.util.ArrayList;
import java.util.List;
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
        /// @param trimmed variables whose value ended with a line break, which is left out: files that are
        ///     mounted as variables often do
        record Text(String text, List<String> trimmed) implements Resolved {
            public Text {
                trimmed = List.copyOf(trimmed);
            }
        }

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
        var trimmed = new ArrayList<String>();
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
            String whole = withoutLineBreaks(value.get());
            if (whole.length() < value.get().length()) {
                trimmed.add(name);
            }
            result.append(whole);
        }
        return new Resolved.Text(result.append(text.substring(from)).toString(), trimmed);
    }

    /// Without those at the end.
    static String withoutLineBreaks(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return text.substring(0, end);
    }
}
