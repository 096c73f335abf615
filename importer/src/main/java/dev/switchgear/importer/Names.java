package dev.switchgear.importer;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns the source's references and secrets into `${NAME}`. A secret that stands in the source gets a
/// made-up name, which nobody has set by chance, and is never shown. Not thread-safe.
final class Names {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    /// What people write where a key is asked for and none is needed.
    private static final Set<String> PLACEHOLDERS =
            Set.of(
                    "none",
                    "null",
                    "empty",
                    "dummy",
                    "fake",
                    "fake-key",
                    "no-key",
                    "not-needed",
                    "na",
                    "n/a",
                    "ollama",
                    "-");

    private final String prefix;
    private final Findings ledger;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, String> made = new HashMap<>();

    /// @param prefix what stands before a variable's name in the source, such as `os.environ/`
    Names(String prefix, ImportPart source, Findings ledger) {
        this.prefix = prefix;
        this.ledger = ledger;
        for (ImportPart leaf : source.leaves()) {
            if (leaf instanceof ImportPart.Value value) {
                variable(value.text()).ifPresent(taken::add);
            }
        }
    }

    /// The variable that a text refers to.
    Optional<String> variable(String text) {
        Matcher name =
                VARIABLE.matcher(text.startsWith(prefix) ? text.substring(prefix.length()) : "");
        return name.matches() ? Optional.of(name.group()) : Optional.empty();
    }

    /// `${NAME}` for a reference, the text itself for anything else; not yet in YAML.
    String reference(String text) {
        return variable(text).map(this::to).orElse(text);
    }

    /// `${NAME}`, noting that the configuration needs it.
    String to(String variable) {
        taken.add(variable);
        ledger.refers(variable);
        return "${" + variable + "}";
    }

    static boolean placeholder(String text) {
        return text.isBlank() || PLACEHOLDERS.contains(text.strip().toLowerCase(Locale.ROOT));
    }

    /// `${NAME}` for a secret that stands in the source.
    ///
    /// @param about what it is for, such as `openai-api-key`
    String invented(String secret, String about) {
        String name =
                made.computeIfAbsent(
                        secret,
                        _ -> {
                            String base =
                                    "IMPORTED_"
                                            + about.toUpperCase(Locale.ROOT)
                                                    .replaceAll("[^A-Z0-9]+", "_");
                            String free = base;
                            for (int i = 2; taken.contains(free); i++) {
                                free = base + "_" + i;
                            }
                            taken.add(free);
                            return free;
                        });
        ledger.invents(name);
        return "${" + name + "}";
    }

    /// Whether a text looks like a credential, whatever it is called.
    static boolean secretive(String name, String text) {
        String called = name.toLowerCase(Locale.ROOT);
        return called.matches(".*(auth|key|token|secret|password|cookie|credential|signature).*")
                || text.matches("(?i)(bearer|basic) .*")
                || text.matches("(sk|pk|gsk|xai|rk|ghp|hf|AIza)[-_A-Za-z0-9].{14,}")
                || text.matches("[A-Za-z0-9+/=_-]{32,}");
    }

    /// A provider's id made of any text.
    static String id(String text) {
        String id = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "-");
        String trimmed = id.replaceAll("^[-_]+|-+$", "");
        String bounded = trimmed.length() > 50 ? trimmed.substring(0, 50) : trimmed;
        return bounded.isEmpty() ? "provider" : bounded;
    }
}
