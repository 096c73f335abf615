package dev.switchgear.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.providers.Kinds;
import dev.switchgear.server.config.ConfigProblem.Severity;
import dev.switchgear.server.config.Settings.Setting;
import dev.switchgear.server.config.Settings.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What people write who come from elsewhere, or in a hurry, and what they are told.
class ConfigMistakesTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("K", "sk-0123456789abcdef");
    private static final Pattern LINE = Pattern.compile("Write `(.*)`[.]");

    /// Every line that a message says to write is written in the place of the mistake, and read.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    providers: { openai: { @api-key: "${K}"@ } } | keys: [{ secret: "${K}" }]
                    providers: { openai: { @api_key: "${K}"@ } } | keys: [{ secret: "${K}" }]
                    providers: { openai: { @apiKey: "${K}"@ } } | keys: [{ secret: "${K}" }]
                    providers: { openai: { @key: "${K}"@ } } | keys: [{ secret: "${K}" }]
                    providers: { openai: { @token: "${K}"@ } } | keys: [{ secret: "${K}" }]
                    providers: { openai: { @secret: "${K}"@ } } | keys: [{ secret: "${K}" }]
                    providers: { openai: { @api-key: sk-live-0123456789@ } } | keys: [{ secret: "${OPENAI_API_KEY}" }]
                    providers: { my-llm: { kind: openai, @api-key: sk-live-0123456789@ } } | keys: [{ secret: "${MY_LLM_API_KEY}" }]
                    providers: { openai: { @keys: ["${K}"]@ } } | keys: [{ secret: "${K}" }]
                    providers: { openai: { @keys: ["${K}", "${K}"]@ } } | keys: [{ name: key-1, secret: "${K}" }, { name: key-2, secret: "${K}" }]
                    providers: { openai: { @keys: "${K}"@ } } | keys: [{ secret: "${K}" }]
                    providers: { openai: { @keys: sk-live-0123456789@ } } | keys: [{ secret: "${OPENAI_API_KEY}" }]
                    providers: { openai: { @keys: { secret: "${K}" }@ } } | keys: [{ secret: "${K}" }]
                    providers: { openai: { @keys: { first: "${K}" }@ } } | keys: [{ name: first, secret: "${K}" }]
                    providers: { openai: { keys: [{ @value: "${K}"@ }] } } | secret: "${K}"
                    providers: { openai: { keys: [{ @api_key: "${K}"@ }] } } | secret: "${K}"
                    providers: { openai: { @url: "https://llm.example/v1"@ } } | base-url: https://llm.example/v1
                    providers: { openai: { @base_url: "https://llm.example/v1"@ } } | base-url: https://llm.example/v1
                    providers: { openai: { @baseUrl: "https://llm.example/v1"@ } } | base-url: https://llm.example/v1
                    providers: { openai: { @baseURL: "https://llm.example/v1"@ } } | base-url: https://llm.example/v1
                    providers: { openai: { @api_base: "https://llm.example/v1"@ } } | base-url: https://llm.example/v1
                    providers: { openai: { @endpoint: "https://llm.example/v1"@ } } | base-url: https://llm.example/v1
                    providers: { mine: { @type: openai@ } } | kind: openai
                    providers: { openai: { @model: gpt-4o@ } } | models: [gpt-4o]
                    providers: { openai: { @models: gpt-4o@ } } | models: [gpt-4o]
                    providers: { openai: { @rpm: 60@ } } | limits: { requests-per-minute: 60 }
                    providers: { openai: { @requests_per_minute: 60@ } } | limits: { requests-per-minute: 60 }
                    providers: { openai: { @limits: 60@ } } | limits: { requests-per-minute: 60 }
                    providers: { openai: { @timeout: 30s@ } } | timeouts: { total: 30s }
                    providers: { openai: { @timeouts: 30s@ } } | timeouts: { total: 30s }
                    providers: { openai: { timeouts: { @firstToken: 3s@ } } } | first-token: 3s
                    providers: { openai: { headers: { X-A: @[a]@ } } } | X-A: a
                    @providers: [{ id: openai, models: [gpt-4o] }]@ | providers: { openai: { models: [gpt-4o] } }
                    @providers: [{ name: openai, api_key: "${K}" }]@ | providers: { openai: { keys: [{ secret: "${K}" }] } }
                    @providers: { openai: openai }@ | openai: { kind: openai }
                    providers: { openai: {} }, routes: [{ @match: chat@ }] | match: { model: chat }
                    providers: { openai: {} }, routes: [{ @match: "*"@ }] | match: { model: "*" }
                    providers: { openai: {} }, routes: [{ @match: [chat]@ }] | match: { model: chat }
                    providers: { openai: {} }, routes: [{ @model: chat@ }] | match: { model: chat }
                    providers: { alpha: { kind: openai } }, routes: [{ match: { model: chat }, @to: alpha@ }] | to: [{ provider: alpha }]
                    providers: { alpha: { kind: openai } }, routes: [{ match: { model: chat }, @to: [alpha]@ }] | to: [{ provider: alpha }]
                    providers: { alpha: { kind: openai } }, routes: [{ match: { model: chat }, @to: alpha/gpt-4o@ }] | to: [{ provider: alpha, model: gpt-4o }]
                    providers: { alpha: { kind: openai } }, routes: [{ match: { model: chat }, @to: { provider: alpha }@ }] | to: [{ provider: alpha }]
                    providers: { alpha: { kind: openai } }, routes: [{ match: { model: chat }, @targets: [{ provider: alpha }]@ }] | to: [{ provider: alpha }]
                    providers: { alpha: { kind: openai } }, routes: [{ match: { model: chat }, @provider: alpha@ }] | to: [{ provider: alpha }]
                    providers: { alpha: { kind: openai } }, @routes: { match: { model: chat }, to: alpha }@ | routes: [{ match: { model: chat }, to: [{ provider: alpha }] }]
                    providers: { openai: {} }, @aliases: [{ gpt4: openai/gpt-4o }]@ | aliases: { gpt4: openai/gpt-4o }
                    @egress: "127.0.0.1:11434"@ | egress: { allow-private: ["127.0.0.1:11434"] }
                    egress: { @allow_private: ["127.0.0.1:11434"]@ } | allow-private: ["127.0.0.1:11434"]
                    egress: { @allow-private: "127.0.0.1:11434"@ } | allow-private: ["127.0.0.1:11434"]
                    @port: 9000@ | server: { port: 9000 }
                    @bind: 127.0.0.1@ | server: { bind: "127.0.0.1" }
                    server: { @host: 127.0.0.1@ } | bind: "127.0.0.1"
                    server: { @keepAlive: 5s@ } | keep-alive: 5s
                    server: { @log: debug@ } | log: { level: debug }
                    limits: { @rpm: 60@ } | requests-per-minute: 60
                    limits: { @requestsPerMinute: 60@ } | requests-per-minute: 60
                    limits: { @max_budget: 5@ } | spend-per-month: 5
                    @prices: prices.yaml@ | prices: { file: prices.yaml }
                    resilience: { @retry: 4@ } | retry: { attempts: 4 }
                    resilience: { @retries: 4@ } | retry: { attempts: 4 }
                    resilience: { breaker: { @open_for: 3s@ } } | open-for: 3s
                    resilience: { retry: { @max_retries: 4@ } } | attempts: 4
                    @retry: { attempts: 4 }@ | resilience: { retry: { attempts: 4 } }
                    """)
    void a_usual_mistake_is_answered_with_the_line_to_write(String text, String line) {
        String file = file(text.replace("@", ""));

        Loaded loaded = load(file);

        assertThat(loaded.config()).isEmpty();
        List<String> lines =
                loaded.problems().stream()
                        .map(ConfigProblem::message)
                        .map(LINE::matcher)
                        .filter(Matcher::find)
                        .map(found -> found.group(1))
                        .toList();
        assertThat(lines).as(loaded.problems().toString()).containsExactly(line);
        assertThat(loaded.problems().toString()).doesNotContain("sk-live");
        String mended = file(text.replaceAll("@.*@", Matcher.quoteReplacement(line)));
        boolean whole = text.contains("headers") || text.contains("openai: openai");
        if (!whole) {
            assertThat(errors(load(mended))).as(mended).isEmpty();
        }
    }

    /// One line, with a section behind a comma as a line of its own.
    private static String file(String text) {
        return text.replace("}, routes:", "}\nroutes:")
                .replace("}, @routes:", "}\n@routes:")
                .replace("}, aliases:", "}\naliases:");
    }

    /// `base-url` as `base_url`, `baseUrl`, `baseURL`, `BASE_URL` and `base url`, of every setting.
    @Test
    void a_known_setting_in_another_manner_of_writing_is_always_recognised() {
        var sections = new LinkedHashMap<String, List<Setting>>();
        gather("", Settings.of(Config.class), sections);
        int asked = 0;
        for (var section : sections.entrySet()) {
            for (Setting setting : section.getValue()) {
                for (String other : otherwise(setting.name())) {
                    assertThat(Rewritten.meant(other, section.getValue()).map(Setting::name))
                            .as(section.getKey() + "." + other)
                            .contains(setting.name());
                    asked++;
                }
            }
        }
        assertThat(asked).isGreaterThan(200);
    }

    private static List<String> otherwise(String name) {
        String snake = name.replace('-', '_');
        var camel = new StringBuilder();
        for (String word : name.split("-", -1)) {
            camel.append(
                    camel.isEmpty()
                            ? word
                            : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return List.of(
                snake, snake.toUpperCase(Locale.ROOT), camel.toString(), name.replace('-', ' '));
    }

    private static void gather(
            String path, List<Setting> settings, Map<String, List<Setting>> sections) {
        sections.put(path, settings);
        settings.forEach(setting -> gather(path + "." + setting.name(), setting.shape(), sections));
    }

    private static void gather(String path, Shape shape, Map<String, List<Setting>> sections) {
        switch (shape) {
            case Shape.Section section -> gather(path, Settings.of(section.type()), sections);
            case Shape.OneOf choice -> gather(path, Settings.of(choice.usual()), sections);
            case Shape.Listed listed -> gather(path, listed.item(), sections);
            case Shape.Named named -> gather(path, named.value(), sections);
            case Shape.Maybe maybe -> gather(path, maybe.value(), sections);
            case Shape.Single _ -> {
                // A value.
            }
        }
    }

    /// Every choice of the file, each of its words with a letter missing and in another manner.
    @Test
    void a_word_that_is_nearly_one_of_a_choice_is_answered_with_that_one() {
        var sections = new LinkedHashMap<String, List<Setting>>();
        gather("", Settings.of(Config.class), sections);
        List<String> choices = new ArrayList<>();
        for (var section : sections.entrySet()) {
            for (Setting setting : section.getValue()) {
                for (String word : words(setting)) {
                    choices.add(section.getKey() + "." + setting.name());
                    for (String wrong : wrong(word)) {
                        assertThat(OtherWords.meant(wrong, words(setting)))
                                .as(section.getKey() + "." + setting.name() + ": " + wrong)
                                .contains(word);
                    }
                }
            }
        }

        assertThat(choices)
                .contains(
                        ".providers.kind",
                        ".routes.strategy",
                        ".server.log.level",
                        ".server.log.format",
                        ".clients.rank",
                        ".routes.stream.promise",
                        ".resilience.breaker.growth");
    }

    private static List<String> words(Setting setting) {
        Shape shape =
                setting.shape() instanceof Shape.Maybe maybe ? maybe.value() : setting.shape();
        return shape instanceof Shape.Single single
                ? Scalars.choice(single.type(), setting.key(), Kinds.ours()).orElse(List.of())
                : List.of();
    }

    private static List<String> wrong(String word) {
        var wrong =
                new ArrayList<>(
                        List.of(word.toUpperCase(Locale.ROOT), word.replace('-', '_'), " " + word));
        if (word.length() > 3) {
            wrong.add(word.substring(0, word.length() - 1));
            wrong.add(word.charAt(1) + "" + word.charAt(0) + word.substring(2));
        }
        return wrong;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    providers: { a: { kind: opnai } } | `providers.a.kind`: `opnai` (expected: one of anthropic, deepseek, gemini, mistral, ollama, openai, openai-compatible, openrouter, xai). Did you mean `openai`?
                    providers: { a: { kind: claude } } | Did you mean `anthropic`?
                    providers: { a: { kind: google } } | Did you mean `gemini`?
                    providers: { a: { kind: groq } } | Did you mean `openai-compatible`?
                    providers: { opnai: {} } | Did you mean `openai`?
                    routes: [{ match: {}, strategy: priorty }] | Did you mean `priority`?
                    routes: [{ match: {}, strategy: roundRobin }] | Did you mean `round-robin`?
                    routes: [{ match: {}, strategy: ROUND_ROBIN }] | Did you mean `round-robin`?
                    routes: [{ match: {}, strategy: latency }] | Did you mean `least-latency`?
                    routes: [{ match: { family: lm } }] | Did you mean `llm`?
                    server: { log: { level: warning } } | Did you mean `warn`?
                    server: { log: { format: jsn } } | Did you mean `json`?
                    resilience: { breaker: { growth: linaer } } | Did you mean `linear`?
                    """)
    void the_nearest_word_is_told(String text, String message) {
        assertThat(load(text).problems())
                .anySatisfy(problem -> assertThat(problem.message()).contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    server:#>port: 1 | 2 | 1 | A tab stands in the indentation, where YAML takes spaces alone. Write two spaces for each level instead.
                    server:#  port: 1#  limits:#  >json-depth: 3 | 4 | 3 | A tab stands in the indentation
                    server: { #> port: 1 } x | 2 | 1 | A tab stands in the indentation
                    server:#  - >port: 1 | 2 | 5 | A tab stands where YAML takes spaces alone.
                    providers: { openai: { keys: [{ secret: ${K} }] } } | 1 | 41 | `${K}` stands without quotes between brackets, where YAML takes its `{` for one more of them. Write `"${K}"`.
                    providers:#  openai:#    keys: [{ secret: ${OPENAI_API_KEY} }] | 3 | 22 | Write `"${OPENAI_API_KEY}"`.
                    # "${A}"#providers:#  openai: { base-url: 'x', keys: [ ${K} ] } | 3 | 38 | Write `"${K}"`.
                    routes:#  - match: { model: * } | 2 | 21 | `*` stands without quotes, where YAML takes it for something else. Write `"*"`.
                    routes:#  - match:#      model: * | 3 | 14 | `*` stands without quotes
                    server: { bind: "127.0.0.1 } | 1 | 0 | A quote is opened and never closed.
                    server: { port: 1 | 1 | 0 | A `{` is opened and never closed
                    server: { port: 1, limits: [ } | 1 | 0 | Not YAML:
                    server: a: b | 1 | 0 | A `: ` stands where none can be.
                    server:#  port: 1# log: {} | 3 | 0 | The line does not fit to those above it.
                    server:#  bind: @host | 2 | 0 | begins with a character that YAML keeps for itself
                    server:#  bind: "a\\q" | 2 | 0 | A `\\` in double quotes
                    server:#  port 1#  log: {} | 3 | 0 | Not YAML:
                    """)
    void what_is_not_yaml_is_told_in_words_for_people(
            String text, int line, int column, String words) {
        String file =
                text.replace("#>", "\n\t")
                        .replace("# \"", "\"")
                        .replace('#', '\n')
                        .replace('>', '\t');
        ConfigProblem problem =
                load(text.startsWith("# ") ? "# \"${A}\"" + file.substring(6) : file)
                        .problems()
                        .getFirst();

        assertThat(problem.message()).contains(words);
        assertThat(problem.line()).isEqualTo(line);
        assertThat(problem.column()).matches(at -> column == 0 ? at > 0 : at == column);
        assertThat(problem.message())
                .doesNotContain("Exception", "tools.", "org.", "flow mapping", "token", "scanning");
    }

    @Test
    void a_reference_without_quotes_is_fine_where_yaml_takes_it() {
        assertThat(errors(load("providers:\n  openai:\n    keys:\n      - secret: ${K}\n")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    providers: { openai: { keys: [{ secret: sk-live-12345678 }] } } | `providers.openai.keys[0].secret` is a credential written into the file, for all who can read it. Write `secret: "${OPENAI_API_KEY}"` and set that variable.
                    providers: { openai: { headers: { Authorization: Bearer abcdefgh } } } | `providers.openai.headers.Authorization` is a credential written into the file
                    server: { key-pepper: pepper-pepper }, providers: { openai: {} } | Write `key-pepper: "${SWITCHGEAR_KEY_PEPPER}"`
                    '' | The file is empty.
                    '# nothing but words' | The file is empty.
                    server: { port: 1 } | There is no provider, so no call can be served.
                    providers: { openai: { enabled: false } } | No provider is on, so no call can be served: `openai` is switched off (`enabled: false`).
                    providers: { openai: { keys: [{ secret: "${NOT_SET}" }] } } | No provider is on, so no call can be served: `openai` has no key that is set.
                    providers: { openai: {}, xai: { enabled: false } }, routes: [{ match: { model: m }, to: [{ provider: xai }] }] | The route for model `m` can never be served: none of its targets is on (`xai` is switched off (`enabled: false`)).
                    providers: { openai: { keys: [{ name: a, secret: "${K}" }, { name: b, secret: "${NOT_SET}" }] } }, routes: [{ match: { model: m }, to: [{ provider: openai, key: b }] }] | none of its targets is on (`openai` has the key `b`, which is not set).
                    providers: { openai: { models: [gpt-4o] } }, routes: [{ match: { model: m } }] | The route for model `m` can never be served: no provider that is on lists such a model.
                    providers: { openai: {} }, routes: [{ match: { model: "gpt-*" }, to: [{ provider: openai }] }, { match: { model: "gpt-4*" }, to: [{ provider: openai }] }] | The route for model `gpt-4*` can never be served: the route above it for `gpt-*` takes all its calls. Put this one before it.
                    providers: { openai: {} }, routes: [{ match: { model: "*" }, to: [{ provider: openai }] }, { match: { model: "gpt-4*" }, to: [{ provider: openai }] }] | the route above it for `*` takes all its calls.
                    providers: { openai: {} }, routes: [{ match: { model: "openai/*" }, to: [{ provider: openai }] }] | always reaches the provider `openai` by itself.
                    providers: { openai: {}, xai: { enabled: false } }, aliases: { a: xai/grok-4 } | The alias `a` can never be served: nothing that is on serves `xai/grok-4`.
                    """)
    void what_can_be_used_but_was_not_meant_is_a_warning(String text, String message) {
        Loaded loaded =
                load(
                        text.replace("}, routes:", "}\nroutes:")
                                .replace("}, aliases:", "}\naliases:")
                                .replace("}, providers:", "}\nproviders:"));

        assertThat(loaded.config()).isPresent();
        assertThat(errors(loaded)).isEmpty();
        assertThat(loaded.problems())
                .anySatisfy(problem -> {
                    assertThat(problem.message()).contains(message);
                    assertThat(problem.code()).isEqualTo("SG-1004");
                    assertThat(problem.severity()).isEqualTo(Severity.WARNING);
                    assertThat(problem.line()).isPositive();
                });
        assertThat(loaded.problems().toString()).doesNotContain("sk-live", "abcdefgh", "r-pepper");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "providers: { openai: { keys: [{ secret: \"${K}\" }] } }",
                "providers: { openai: { keys: [{ secret: dummy }] } }",
                "providers: { openai: { keys: [{ secret: sk-no-key-required }] } }",
                "providers: { openai: { headers: { Authorization: \"Bearer ${K}\" } } }",
                "providers: { openai: {} }\nroutes: [{ match: { model: \"gpt-4*\" }, to: [{ provider:"
                        + " openai }] }, { match: { model: \"gpt-*\" }, to: [{ provider: openai }] }]",
                "providers: { openai: {} }\nroutes: [{ match: { model: \"*\" }, to: [{ provider: openai"
                        + " }] }, { match: { model: m }, to: [{ provider: openai }] }]",
                "providers: { openai: { models: [gpt-4o] } }\nroutes: [{ match: { model: \"gpt-*\" } }]",
                "providers: { openai: {} }\naliases: { a: b, b: openai/gpt-4o }"
            })
    void what_is_meant_so_is_no_warning(String text) {
        assertThat(load(text).problems()).isEmpty();
    }

    private static Loaded load(String text) {
        return ConfigLoader.parse("switchgear.yaml", text, ENVIRONMENT);
    }

    private static List<ConfigProblem> errors(Loaded loaded) {
        return loaded.problems().stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .toList();
    }
}
