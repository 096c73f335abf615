package dev.switchgear.wire.egress;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// What the configuration says about where providers may be.
///
/// @param ports where public providers may listen; 1 to 65535 (default 443 alone)
/// @param allowPrivate private endpoints that providers may use, each as `host:port` exactly as in
///     the provider's URL (`127.0.0.1:11434`, `[::1]:8080`, `ollama.lan:11434`); these may also be
///     plain http (default none)
public record EgressRules(Set<Integer> ports, Set<String> allowPrivate) {
    /// Public providers over https only.
    public static final EgressRules DEFAULT = new EgressRules(Set.of(443), Set.of());

    public EgressRules {
        for (int port : ports) {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException(
                        "egress.ports: " + port + " (expected: 1 to 65535)");
            }
        }
        for (String named : allowPrivate) {
            if (!named.matches("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+):[1-9][0-9]{0,4}")) {
                throw new IllegalArgumentException(
                        "egress.allow-private: " + named + " (expected: host:port)");
            }
        }
        ports = Set.copyOf(ports);
        allowPrivate =
                allowPrivate.stream()
                        .map(named -> named.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /// The default rules, and these private endpoints.
    public static EgressRules allowing(String... hostAndPort) {
        return new EgressRules(DEFAULT.ports(), Set.of(hostAndPort));
    }
}
