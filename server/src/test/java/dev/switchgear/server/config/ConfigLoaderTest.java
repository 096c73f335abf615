package dev.switchgear.server.config;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.ProviderKind;
import dev.switchgear.server.config.Config.BreakerWindow;
import dev.switchgear.server.config.Config.ClientRank;
import dev.switchgear.server.config.Config.Growth;
import dev.switchgear.server.config.Config.HedgeAfter;
import dev.switchgear.server.config.Config.Strategy;
import dev.switchgear.server.config.ConfigProblem.Severity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "PORT", "9090",
                    "PEPPER", "pepper-pepper-pepper",
                    "OPENAI_API_KEY", "sk-proj-0123456789-f3a9",
                    "OPENAI_API_KEY_2", "sk-proj-9876543210-a1b2");

    @Test
    void an_empty_file_is_a_configuration_of_defaults() {
        Config config = good("");

        assertThat(config.server().bind()).isEqualTo("127.0.0.1");
        assertThat(config.server().port()).isEqualTo(8080);
        assertThat(config.server().limits().headerBytes()).isEqualTo(new ByteSize(16 * 1024));
        assertThat(config.server().drain()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.resilience().breaker().failureRatio()).isEqualTo(new Share(0.5));
        assertThat(config.resilience().breaker().window())
                .isEqualTo(new BreakerWindow.Span(Duration.ofSeconds(10)));
        assertThat(config.resilience().score().latency()).isEqualTo(0.4);
        assertThat(config.clients()).isEmpty();
        assertThat(config.providers()).isEmpty();
    }

    @Test
    void every_kind_of_setting_is_read() {
        Config config = good(resource("full.yaml"));

        assertThat(config.server().port()).as("from the environment").isEqualTo(9090);
        assertThat(config.server().keyPepper()).contains(Secret.of("pepper-pepper-pepper"));
        assertThat(config.server().limits().bodyBytes().bytes()).isEqualTo(20 << 20);
        assertThat(config.clients().getFirst().keyHash().id()).isEqualTo("7Qm2ZkWp");
        assertThat(config.clients().getFirst().rank()).isEqualTo(ClientRank.LOW);
        assertThat(config.clients().getFirst().limits().requestsPerMinute()).contains(60);
        var openai = provider(config, "openai");
        assertThat(openai.kindOf("openai")).isEqualTo("openai");
        assertThat(openai.keys().getFirst().secret())
                .contains(Secret.of("sk-proj-0123456789-f3a9"));
        assertThat(openai.limits().tokensPerMinute()).contains(2_000_000L);
        var local = provider(config, "local");
        assertThat(local.baseUrl()).contains(URI.create("http://127.0.0.1:11434/v1"));
        assertThat(local.quirks().keyPrefix()).contains("");
        assertThat(local.headers()).containsExactly(Map.entry("X-Team", "search"));
        var route = config.routes().getFirst();
        assertThat(route.strategy()).isEqualTo(Strategy.SCORE);
        assertThat(route.hedge().orElseThrow().after())
                .isEqualTo(new HedgeAfter.Fixed(Duration.ofMillis(800)));
        assertThat(route.targets().getFirst().key()).contains("main");
        assertThat(config.routes().get(1).targets().getFirst().model()).isEmpty();
        assertThat(config.resilience().retry().budget()).isEqualTo(new Share(0.125));
    }

    private static final String ARCHITECTURE =
            """
            server: { bind: 127.0.0.1, port: 8080 }
            egress: { allow-private: ["127.0.0.1:11434"] }     # named private endpoints that providers may use
            providers:
              openai:                                            # the provider's id in routes, metrics, headers
                kind: openai                                     # the adapter; the id where left out
                base-url: https://api.openai.com/v1              # the kind's default where left out
                keys: [ { name: main, secret: "${OPENAI_API_KEY}" } ]
                limits: { requests-per-minute: 5000, concurrent: 20, queue: 100 }
              corp-llm: { kind: openai-compatible, base-url: "https://llm.corp.example/v1", keys: [ { secret: "${CORP_KEY}" } ] }
            routes:
              - match: { family: llm, model: "chat-default" }
                strategy: priority                               # priority score weighted round-robin least-latency cost
                to: [ { provider: anthropic, model: claude-sonnet-4-5 }, { provider: openai, model: gpt-4o } ]
              - match: { family: llm, model: "*" }               # "provider/model" always reaches that provider
            resilience: { breaker: { failures: 3, open-for: 30s }, retry: { attempts: 3, budget: 10% } }
            """;

    /// The example everybody starts from. It names an account that it does not configure.
    @Test
    void the_example_of_the_architecture_is_understood_but_for_an_account_it_does_not_have() {
        var keys = Map.of("OPENAI_API_KEY", "sk-a", "CORP_KEY", "sk-b");

        var asItStands = ConfigLoader.parse("a.yaml", ARCHITECTURE, keys);
        var withAccount =
                ConfigLoader.parse(
                        "a.yaml",
                        ARCHITECTURE.replace(
                                "  corp-llm:",
                                "  anthropic: { keys: [{ secret: k }] }\n  corp-llm:"),
                        keys);
        var withUnknown =
                ConfigLoader.parse(
                        "a.yaml",
                        ARCHITECTURE
                                .replace("provider: anthropic", "provider: acme")
                                .replace(
                                        "  corp-llm:",
                                        "  acme: { keys: [{ secret: k }] }\n  corp-llm:"),
                        keys);
        var withKnown =
                ConfigLoader.parse(
                        "a.yaml",
                        ARCHITECTURE.replace("provider: anthropic", "provider: corp-llm"),
                        keys);

        assertThat(asItStands.problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.text()).contains("`anthropic` is not a provider"));
        assertThat(errors(withAccount)).isEmpty();
        assertThat(withUnknown.problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.text())
                                .contains("`providers.acme` has no `kind`", "known: anthropic,"));
        assertThat(errors(withKnown)).isEmpty();
        assertThat(withKnown.config().orElseThrow().routes().get(1).to()).isEmpty();
    }

    @Test
    void a_provider_inherits_what_it_leaves_out_and_overrides_the_rest() {
        var local = provider(good(resource("full.yaml")), "local");

        assertThat(local.timeouts().connect()).as("inherited").isEqualTo(Duration.ofSeconds(1));
        assertThat(local.timeouts().firstToken())
                .as("own")
                .isEqualTo(new Config.Awaited.Told(Duration.ofMinutes(2)));
        assertThat(local.timeouts().head()).as("default").isEqualTo(new Config.Awaited.Auto());
        assertThat(local.breaker().failures()).as("own").isEqualTo(7);
        assertThat(local.breaker().growth()).as("inherited").isEqualTo(Growth.FIBONACCI);
        assertThat(local.breaker().window()).isEqualTo(new BreakerWindow.Count(50));
    }

    @Test
    void an_unknown_setting_is_named_with_its_place_and_the_nearest_known() {
        var problem =
                onlyError(
                        """
                        resilience:
                          retry:
                            attempst: 3
                        """);

        assertThat(problem.text())
                .isEqualTo(
                        "switchgear.yaml line 3, column 5: `attempst` is not a setting. Did you mean"
                                + " `attempts`? (SG-1002)");
    }

    @Test
    void a_provider_without_tls_that_is_not_named_is_told_the_line_that_names_it() {
        assertThat(onlyError("providers: { ollama: {} }").message())
                .isEqualTo(
                        "`providers.ollama` is at http://127.0.0.1:11434, which may only be reached"
                                + " if it is named: add `127.0.0.1:11434` to"
                                + " `egress.allow-private`.");
        assertThat(
                        onlyError(
                                        "providers: { a: { kind: openai, base-url:"
                                                + " \"http://GPU.lan/v1\" } }")
                                .message())
                .contains("add `gpu.lan:80` to");
        assertThat(
                        load("""
                        egress: { allow-private: ["127.0.0.1:11434"] }
                        providers: { ollama: {} }
                        """)
                                .problems())
                .isEmpty();
    }

    @Test
    void an_unknown_setting_without_a_neighbour_shows_what_is_known() {
        assertThat(onlyError("egress: { firewall: 1 }").message())
                .isEqualTo("`firewall` is not a setting. Known here: allow-private, ca-file.");
    }

    @Test
    void all_problems_are_told_at_once_in_the_order_of_the_file() {
        Loaded loaded =
                load(
                        """
                        server:
                          port: 99999
                          drain: soon
                          bnid: 127.0.0.1
                        clients:
                          - name: a
                            key-hash: nonsense
                        providers:
                          openai:
                            limits: { concurrent: many }
                        routes:
                          - match: { model: m }
                            strategy: fastest
                            to: []
                        """);

        assertThat(loaded.config()).isEmpty();
        assertThat(loaded.problems())
                .extracting(ConfigProblem::line, ConfigProblem::column, ConfigProblem::message)
                .containsExactly(
                        row(
                                2,
                                9,
                                "`server.port`: `99999` (expected: a whole number from 0 to 65535)."),
                        row(
                                3,
                                10,
                                "`server.drain`: a text of 4 characters (expected: a time such as 500ms, 30s, 10m, 1h"
                                        + " or 1d from 0s to 1h)."),
                        row(4, 3, "`bnid` is not a setting. Did you mean `bind`?"),
                        row(
                                7,
                                15,
                                "`clients[0].key-hash`: a text of 8 characters (expected: what `switchgear key"
                                        + " new` prints)."),
                        row(
                                10,
                                27,
                                "`providers.openai.limits.concurrent`: a text of 4 characters (expected: a whole"
                                        + " number from 1 to 1000000)."),
                        row(
                                13,
                                15,
                                "`routes[0].strategy`: a text of 7 characters (expected: one of priority, score,"
                                        + " weighted, round-robin, least-latency, cost)."),
                        row(14, 9, "`routes[0].to` is too short (expected: 1 or more)."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    routes: [{ match: { model: m }, to: [{ provider: opnai }] }] | `opnai` is not a provider. Did you mean `openai`?
                    routes: [{ match: { model: m }, to: [{ provider: openai, key: mian }] }] | `mian` is not a key of `openai`. Did you mean `main`?
                    routes: [{ match: { model: m }, to: [{ provider: openai }] }, { match: { model: m }, to: [{ provider: openai }] }] | A route above is already for model `m`. This one would never be used.
                    routes: [{ match: { model: m }, to: [{ provider: openai, weight: 0 }] }] | All targets have the weight 0. Give one more.
                    aliases: { a: b, b: c, c: a } | `aliases.a` leads in a circle: a -> b -> c -> a.
                    routes: [{ match: { model: m }, to: [{ provider: openai, share: 5% }] }] | All targets have a `share`. Leave it out where the rest of the calls goes.
                    routes: [{ match: { model: m }, to: [{ provider: openai }, { provider: openai, model: a, share: 60% }, { provider: openai, model: b, share: 60% }] }] | The shares of a route are more than 100% together.
                    routes: [{ match: { model: m }, to: [{ provider: openai }], larger: [{ provider: opnai }] }] | `opnai` is not a provider. Did you mean `openai`?
                    routes: [{ match: { model: m }, to: [{ provider: openai }], larger: [{ provider: openai, share: 5% }] }] | A target of `larger` has no `share`: it is a last resort.
                    aliases: { a: a } | `aliases.a` leads in a circle: a -> a.
                    aliases: { a: b, b: c, c: d, d: e, e: f, f: g, g: h, h: i, i: j, j: openai/x } | `aliases.a` stands for more than 8 others in a row. Name the last one: a -> b -> c -> d -> e -> f -> g -> h -> i -> j.
                    aliases: { fast: opnai/gpt-4o } | `opnai/gpt-4o` is neither a route nor `provider/model`. Known here: provider/model.
                    routes: [{ match: { model: m }, to: [] }] | `routes[0].to` is too short (expected: 1 or more).
                    resilience: { retry: { base: 10s, cap: 1s } } | `resilience.retry.cap` is less than `base` (expected: `base` or more).
                    resilience: { adaptive: { start: 5, min: 10 } } | `resilience.adaptive` must have `min` <= `start` <= `max`.
                    resilience: { score: { latency: 0, availability: 0, cost: 0, headroom: 0 } } | All weights of `resilience.score` are 0. Give at least one more.
                    resilience: { breaker: { open-for: 10m, open-for-max: 1m } } | `resilience.breaker.open-for-max` is less than `open-for` (expected: `open-for` or more).
                    resilience: { breaker: { window: 10 calls } } | `resilience.breaker.minimum-calls` is more than the window holds (expected: at most 10).
                    egress: { allow-private: [localhost] } | `localhost` is not an endpoint (expected: host:port, such as 127.0.0.1:11434).
                    """)
    void settings_that_contradict_each_other_are_refused(String setting, String message) {
        Loaded loaded =
                load("providers: { openai: { keys: [{ name: main, secret: abc }] } }\n" + setting);

        assertThat(loaded.config()).isEmpty();
        assertThat(loaded.problems()).extracting(ConfigProblem::message).contains(message);
        assertThat(loaded.problems())
                .allSatisfy(problem -> assertThat(problem.line()).isPositive());
    }

    @Test
    void a_route_for_a_family_that_is_none_is_refused_with_all_else_that_is_wrong_with_it() {
        Loaded loaded = load("routes: [{ match: { family: weather, modle: m } }]");

        assertThat(loaded.config()).isEmpty();
        assertThat(loaded.problems())
                .extracting(ConfigProblem::message)
                .containsExactly(
                        "`routes[0].match.family`: a text of 7 characters (expected: one of llm).",
                        "`modle` is not a setting. Did you mean `model`?");
    }

    @Test
    void a_route_is_for_llm_calls_of_any_model_unless_it_says_otherwise() {
        Config config = good("routes: [{ match: {} }, { match: { family: llm, model: m } }]");

        assertThat(config.routes())
                .extracting(Config.Route::match)
                .containsExactly(new Config.Match.Llm("*"), new Config.Match.Llm("m"));
        assertThat(onlyError("routes: [{ match: m }]").message())
                .isEqualTo(
                        "`routes[0].match`: a text of 1 character (expected: settings (`name: value`)). Write `match: {"
                                + " model: m }`.");
        assertThat(onlyError("routes: [{}]").message())
                .isEqualTo("`routes[0].match` is missing. The calls it is for.");
    }

    @Test
    void an_alias_beside_a_route_of_its_name_is_refused_and_says_where() {
        Loaded loaded =
                ConfigLoader.parse(
                        "t.yaml",
                        """
                        providers: { openai: { keys: [{ secret: x }] } }
                        routes: [{ match: { model: m }, to: [{ provider: openai }] }]
                        aliases:
                          x: m
                          m: openai/gpt-4o
                        """,
                        ENVIRONMENT);

        assertThat(loaded.problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(5);
                    assertThat(problem.message()).startsWith("A route is for model `m` already.");
                });
    }

    @Test
    void aliases_may_stand_for_aliases() {
        Config config =
                good(
                        """
                        providers: { openai: { keys: [{ secret: x }] } }
                        aliases: { a: b, b: c, c: openai/gpt-4o }
                        """);

        assertThat(config.aliasesResolved())
                .containsEntry("a", "openai/gpt-4o")
                .containsEntry("c", "openai/gpt-4o");
    }

    private record Echo(String name, String family, Optional<String> base, boolean needsBase)
            implements ProviderKind {}

    @Test
    void a_kind_of_provider_is_one_of_those_that_the_program_was_given() {
        Kinds more = Kinds.ours().with(new Echo("echo", "echo", Optional.empty(), false));

        for (String text : List.of("providers: { a: { kind: echo } }", "providers: { echo: {} }")) {
            assertThat(ConfigLoader.parse("a.yaml", text, more, Map.of()).problems()).isEmpty();
        }
        assertThat(Schema.text(more)).contains("\"xai\", \"echo\"");
        assertThat(onlyError("providers: { a: { kind: echo } }").message())
                .isEqualTo(
                        "`providers.a.kind`: a text of 4 characters (expected: one of anthropic, deepseek, gemini,"
                                + " mistral, ollama, openai, openai-compatible, openrouter, xai).");
        assertThat(onlyError("providers: { a: { kind: 5 } }").message())
                .startsWith("`providers.a.kind`: `5` (expected: one of anthropic,");
    }

    @Test
    void a_provider_needs_a_kind_unless_its_id_is_one() {
        assertThat(onlyError("providers: { groq: {} }").message())
                .contains("`providers.groq` has no `kind`")
                .contains("kind: openai-compatible");
        assertThat(onlyError("providers: { corp: { kind: openai-compatible } }").message())
                .contains("`providers.corp` needs a `base-url`");
    }

    @Test
    void only_openai_can_be_asked_in_responses_for_want_of_chat() {
        assertThat(good("providers: { openai: { quirks: { chat: false } } }").providers())
                .containsKey("openai");
        assertThat(onlyError("providers: { anthropic: { quirks: { chat: false } } }").message())
                .contains("`providers.anthropic.quirks.chat` is false");
    }

    @Test
    void two_keys_of_a_provider_cannot_share_a_name() {
        assertThat(
                        onlyError("providers: { openai: { keys: [{ secret: a }, { secret: b }] } }")
                                .message())
                .isEqualTo("Two keys of `openai` are named `main`. Give each a `name`.");
    }

    @Test
    void two_clients_cannot_share_a_name_or_a_key() {
        String client =
                "{ name: a, key-hash: \"7Qm2ZkWp.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" }";

        assertThat(load("clients: [" + client + ", " + client + "]").problems())
                .extracting(ConfigProblem::message)
                .containsExactly(
                        "Two clients are named `a`. Rename one.",
                        "Two clients have the same key. Make another with `switchgear key new`.");
    }

    @Test
    void the_door_does_not_open_beyond_this_machine_without_tls_and_clients() {
        assertThat(load("server: { bind: 0.0.0.0 }").problems())
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem.message()).contains("without TLS"))
                .anySatisfy(problem -> assertThat(problem.message()).contains("no `clients`"));
    }

    @Test
    void a_provider_whose_secret_is_not_set_is_off_and_the_others_run() {
        Loaded loaded =
                load(
                        """
                        providers:
                          openai:
                            keys: [{ secret: "${NOT_SET}" }]
                          other:
                            kind: openai-compatible
                            base-url: https://llm.example/v1
                            keys:
                              - { name: one, secret: "${NOT_SET}" }
                              - { name: two, secret: "${OPENAI_API_KEY}" }
                        """);

        Config config = loaded.config().orElseThrow();
        assertThat(provider(config, "openai").on()).isFalse();
        assertThat(provider(config, "other").on()).isTrue();
        assertThat(provider(config, "other").usableKeys()).hasSize(1);
        assertThat(loaded.problems())
                .extracting(ConfigProblem::severity)
                .containsExactly(Severity.WARNING, Severity.WARNING);
        assertThat(loaded.problems().getFirst().text())
                .isEqualTo(
                        "switchgear.yaml line 3, column 22: `${NOT_SET}` is not set."
                                + " `providers.openai.keys[0]` is off until you set it. The others run."
                                + " (SG-1003)");
    }

    @Test
    void a_variable_that_is_not_set_elsewhere_stops_the_start() {
        var problem = onlyError("server: { bind: \"${HOST}\" }");

        assertThat(problem.code()).isEqualTo("SG-1003");
        assertThat(problem.message())
                .isEqualTo("`${HOST}` is not set. `server.bind` needs it. Set HOST.");
    }

    @Test
    void an_empty_secret_is_refused() {
        assertThat(onlyError("providers: { openai: { keys: [{ secret: \" \" }] } }").message())
                .isEqualTo("`providers.openai.keys[0].secret` is empty. Write the credential.");
        assertThat(load("server: { key-pepper: \"\" }").config()).isEmpty();
    }

    @Test
    void an_empty_variable_counts_as_not_set() {
        Loaded loaded =
                ConfigLoader.parse(
                        "switchgear.yaml",
                        "providers: { openai: { keys: [{ secret: \"${EMPTY}\" }] } }",
                        Map.of("EMPTY", ""));

        assertThat(provider(loaded.config().orElseThrow(), "openai").on()).isFalse();
    }

    @Test
    void a_doubled_dollar_is_a_dollar_and_no_reference() {
        Config config =
                good("providers: { openai: { headers: { X-A: \"$${B} costs $5 and ${PORT}\" } } }");

        assertThat(provider(config, "openai").headers())
                .containsEntry("X-A", "${B} costs $5 and 9090");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${", "${}", "${1A}", "${A B}", "${NAME"})
    void a_reference_that_names_no_variable_is_refused(String text) {
        assertThat(onlyError("server: { bind: \"" + text + "\" }").message())
                .contains("names no variable");
    }

    @Test
    void no_problem_and_no_print_of_a_configuration_shows_a_secret() {
        Config config = good(resource("full.yaml"));
        String canary = "canary-4711-canary-4711-canary-4711";
        String broken =
                "providers: { openai: { keys: [{ secret: [%1$s] }, { secret: { a: %1$s } }] } }\n"
                        .formatted(canary);
        String notYaml = "providers: { openai: { keys: [{ secret: \"" + canary + " }] } }\n";

        assertThat(config.toString()).doesNotContain("0123456789").doesNotContain("pepper-pepper");
        assertThat(load(broken).problems()).isNotEmpty();
        assertThat(load(broken).problems().toString()).doesNotContain(canary);
        assertThat(load(notYaml).problems()).isNotEmpty();
        assertThat(load(notYaml).problems().toString()).doesNotContain(canary);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    'server: [a, b' | Not YAML
                    'a: [&x 1, *x]' | Anchors and aliases are not allowed
                    '- a'           | The file must hold settings
                    'just words'    | The file must hold settings
                    'server:'       | `server` has no value
                    'server: {port: }' | `server.port` has no value
                    'server: {port: "8080"}' | (expected: a whole number
                    'server: {bind: 127}' | in quotes
                    'server: {port: 1, port: 2}' | `port` is set twice
                    'server: 5' | `server`: `5` (expected: settings
                    'routes: {}' | `routes`: settings (expected: a list)
                    'providers: { "Open AI": {} }' | cannot be a name
                    """)
    void what_cannot_be_a_configuration_is_refused_with_its_place(String text, String message) {
        Loaded loaded = load(text);

        assertThat(loaded.config()).isEmpty();
        assertThat(loaded.problems().getFirst().message()).contains(message);
        assertThat(loaded.problems().getFirst().line()).isEqualTo(1);
    }

    @Test
    void a_second_document_is_refused() {
        assertThat(onlyError("server: {}\n---\nserver: {}\n").message())
                .contains("A second document begins here");
    }

    @Test
    @Timeout(value = 5, unit = SECONDS)
    void a_file_made_to_exhaust_us_is_refused_early(@TempDir Path folder) throws IOException {
        String bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b]\n";
        String deep = "a: " + "[".repeat(20_000) + "]".repeat(20_000);
        Path large = folder.resolve("large.yaml");
        Files.writeString(large, "# " + "x".repeat(64 * 1024 * 1024));

        assertThat(onlyError(bomb).message()).startsWith("Anchors and aliases");
        assertThat(onlyError(deep).message()).startsWith("Nested deeper");
        assertThat(ConfigLoader.load(large, Map.of()).problems().getFirst().message())
                .contains("larger than 64 MiB");
    }

    @Test
    void a_file_of_many_clients_is_no_attack(@TempDir Path folder) throws IOException {
        var text = new StringBuilder("clients:\n");
        String hash = "A".repeat(43);
        for (int i = 0; i < 50_000; i++) {
            text.append(
                    "  - { name: \"client-%d\", key-hash: \"%08d.%s\" }\n".formatted(i, i, hash));
        }
        Path many = folder.resolve("many.yaml");
        Files.writeString(many, text);

        // Beyond the 3 MiB that readers of YAML take by themselves.
        assertThat(Files.size(many)).isGreaterThan(4_000_000);
        assertThat(ConfigLoader.load(many, Map.of()).config().orElseThrow().clients())
                .hasSize(50_000);
    }

    @Test
    void a_missing_file_and_one_that_is_no_text_are_told_apart(@TempDir Path folder)
            throws IOException {
        Path binary = folder.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThat(
                        ConfigLoader.load(folder.resolve("none.yaml"), Map.of())
                                .problems()
                                .getFirst()
                                .text())
                .startsWith("none.yaml: There is no such file")
                .endsWith("(SG-1002)");
        assertThat(ConfigLoader.load(binary, Map.of()).problems().getFirst().message())
                .contains("not UTF-8");
    }

    @Test
    void whatever_a_file_holds_the_answer_is_a_configuration_or_a_problem() {
        var random = new Random(7);
        byte[] whole = resource("full.yaml").getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = whole.clone();
            for (int edit = 0; edit <= round % 4; edit++) {
                bytes[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(95));
            }

            Loaded loaded = load(new String(bytes, StandardCharsets.UTF_8));

            assertThat(loaded.config().isPresent() || !loaded.problems().isEmpty()).isTrue();
        }
    }

    private static Config.Provider provider(Config config, String id) {
        return Optional.ofNullable(config.providers().get(id)).orElseThrow();
    }

    private static org.assertj.core.groups.Tuple row(int line, int column, String message) {
        return org.assertj.core.groups.Tuple.tuple(line, column, message);
    }

    private static Loaded load(String text) {
        return ConfigLoader.parse("switchgear.yaml", text, ENVIRONMENT);
    }

    private static Config good(String text) {
        Loaded loaded = load(text);
        assertThat(errors(loaded)).isEmpty();
        return loaded.config().orElseThrow();
    }

    private static ConfigProblem onlyError(String text) {
        Loaded loaded = load(text);
        assertThat(loaded.config()).isEmpty();
        assertThat(loaded.problems()).hasSize(1);
        return List.copyOf(loaded.problems()).getFirst();
    }

    private static List<ConfigProblem> errors(Loaded loaded) {
        return loaded.problems().stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .toList();
    }

    static String resource(String name) {
        try (var in = ConfigLoaderTest.class.getResourceAsStream("/config/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
