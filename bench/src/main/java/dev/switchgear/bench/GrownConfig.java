package dev.switchgear.bench;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A configuration of `bench/run` with more of one thing, and what clients ask so that all of it is used
/// in turn.
///
/// @param config the configuration's text
/// @param prices the text of its price list; empty where it names none
/// @param asks models, or keys of clients
record GrownConfig(String config, String prices, List<String> asks) {
    /// What there is more of.
    enum What {
        /// Routes of one model each, to the one upstream.
        ROUTES,
        /// Clients, each with a key and limits.
        KEYS,
        /// Upstreams, each with a route of its own.
        UPSTREAMS,
        /// Targets of one route, each an upstream of its own.
        TARGETS,
        /// Models with a price of their own, each with a route.
        PRICES
    }

    private static final String ROUTE =
            """
              - match: { family: llm, model: "bench-%1$d" }
                strategy: score
                to: [ { provider: %2$s, model: %3$s } ]
            """;

    GrownConfig {
        asks = List.copyOf(asks);
    }

    static void main(String[] args) throws IOException {
        var options = Options.of(Set.of("base", "what", "count", "pepper", "out"), args);
        Path out = Path.of(options.text("out"));
        Path prices = out.resolveSibling(out.getFileName() + ".prices.yaml");
        GrownConfig grown =
                of(
                        Files.readString(Path.of(options.text("base"))),
                        What.valueOf(options.text("what").toUpperCase(Locale.ROOT)),
                        options.number("count", 1, 1),
                        Secret.of(Files.readString(Path.of(options.text("pepper"))).strip()),
                        prices);
        Files.writeString(out, grown.config());
        if (!grown.prices().isEmpty()) {
            Files.writeString(prices, grown.prices());
        }
        Files.write(out.resolveSibling(out.getFileName() + ".asks"), grown.asks());
    }

    /// @param base a configuration with one of each: its route and its client are `bench`, its provider is
    ///     `upstream`
    /// @param count 1 or more
    /// @param pepper what hashes of keys are made with
    /// @param prices where the price list will stand
    static GrownConfig of(String base, What what, int count, Secret pepper, Path prices) {
        List<String> models = each(count, i -> "bench-" + i);
        String provider =
                base.substring(base.indexOf("\n  upstream:\n") + 1, base.indexOf("routes:\n"));
        return switch (what) {
            case ROUTES ->
                    new GrownConfig(
                            with(
                                    base,
                                    "routes",
                                    all(count, i -> ROUTE.formatted(i, "upstream", "bench"))),
                            "",
                            models);
            case UPSTREAMS -> {
                String more =
                        all(
                                count,
                                i -> provider.replace("  upstream:\n", "  upstream-" + i + ":\n"));
                String routes = all(count, i -> ROUTE.formatted(i, "upstream-" + i, "bench"));
                yield new GrownConfig(
                        with(with(base, "providers", more), "routes", routes), "", models);
            }
            case TARGETS -> {
                String more =
                        all(
                                count,
                                i -> provider.replace("  upstream:\n", "  upstream-" + i + ":\n"));
                String targets =
                        all(count, i -> "      - { provider: upstream-" + i + ", model: bench }\n");
                String routes =
                        "  - match: { family: llm, model: \"bench-0\" }\n    strategy: score\n    to:\n"
                                + targets;
                yield new GrownConfig(
                        with(with(base, "providers", more), "routes", routes),
                        "",
                        List.of("bench-0"));
            }
            case PRICES -> {
                String routes = all(count, i -> ROUTE.formatted(i, "upstream", "bench-" + i));
                yield new GrownConfig(
                        with(base, "routes", routes) + "prices: { file: \"" + prices + "\" }\n",
                        "upstream:\n  models:\n" + all(count, GrownConfig::price),
                        models);
            }
            case KEYS -> {
                // The same keys each time: nobody but a benchmark on this machine is let in by
                // them.
                var random = new SplittableRandom(count);
                List<ClientKey> keys =
                        IntStream.range(0, count)
                                .mapToObj(_ -> ClientKey.generate(random))
                                .toList();
                String clients = all(count, i -> client(i, keys.get(i).stored(pepper).text()));
                yield new GrownConfig(
                        with(base, "clients", clients),
                        "",
                        keys.stream().map(ClientKey::reveal).toList());
            }
        };
    }

    private static String client(int number, String hash) {
        return """
          - name: bench-%d
            key-hash: "%s"
            limits: { requests-per-second: 1000000, requests-per-minute: 1000000000, concurrent: 20000 }
        """
                .formatted(number, hash);
    }

    private static String price(int number) {
        return "    bench-%d: { prices: [ { input: 0.0%03d, output: 0.1 } ] }\n"
                .formatted(number, number % 1_000);
    }

    private static List<String> each(int count, IntFunction<String> one) {
        return IntStream.range(0, count).mapToObj(one).toList();
    }

    private static String all(int count, IntFunction<String> one) {
        return IntStream.range(0, count).mapToObj(one).collect(Collectors.joining());
    }

    /// More at the beginning of a section.
    private static String with(String base, String section, String more) {
        String head = "\n" + section + ":\n";
        int at = base.indexOf(head);
        if (at < 0) {
            throw new IllegalArgumentException("the configuration has no section " + section);
        }
        return base.substring(0, at + head.length()) + more + base.substring(at + head.length());
    }
}
