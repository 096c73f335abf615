package dev.switchgear.families.llm.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.families.llm.model.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class TokenEstimatesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path RECORDED =
            Path.of(System.getProperty("switchgear.root", ".."))
                    .resolve("../shared/reference/llm/recorded")
                    .normalize();

    /// What the provider runs or fetches itself, and media, whose tokens no request shows.
    private static final Pattern UNSEEN =
            Pattern.compile(
                    "\"(web_search|web_fetch|code_execution|code_interpreter|file_search"
                            + "|image_generation|googleSearch|google_search|urlContext|url_context"
                            + "|codeExecution|mcp|x_search|advisor|tool_search|computer"
                            + "|previous_response_id|cachedContent|memory|bash|text_editor"
                            + "|image_url|image|input_image|document|file|fileData|input_file"
                            + "|inlineData|inline_data|plugins)[a-z_0-9]*\"");

    private static final String ENGLISH =
            "The gateway holds every account an application depends on, gives them one API, and"
                    + " keeps working when any of them fails. It was measured on a quiet machine.";
    private static final String GERMAN =
            "Die Schaltanlage verteilt den Strom aus mehreren Zuleitungen und trennt eine fehlerhafte"
                    + " Leitung ab, ohne dass die Verbraucher etwas davon merken müssen.";
    private static final String CODE =
            """
            for (int i = 0; i < windows.length; i++) {
                if (units[i] != TOKENS) {
                    continue;
                }
                windows[i].take(actual - reserved);
            }
            """;
    private static final String CHINESE = "网关把应用所依赖的每个账户放在一起，并在其中任何一个失效时继续工作。";

    /// By the tokenizer itself: the prompt's own tokens without the three of every request.
    private static long counted(String text, Tokenizer tokenizer) {
        String body = "{\"prompt\":\"" + text.replace("\n", "\\n") + "\"}";
        return TokenEstimates.close(body.getBytes(UTF_8), tokenizer) - 3;
    }

    @Test
    void an_estimate_of_plain_text_is_near_what_the_tokenizer_counts() {
        Map<String, Double> errorsMost =
                Map.of(ENGLISH, 0.15, GERMAN, 0.35, CODE, 0.25, CHINESE, 0.35);
        errorsMost.forEach((text, most) -> {
            long counted = counted(text.repeat(3), Tokenizer.O200K);
            long estimate = new TextTally().add(text.repeat(3)).tokens(Tokenizer.O200K);

            assertThat((double) estimate)
                    .as("%s: counted %d", text, counted)
                    .isCloseTo((double) counted, within(counted * most));
        });
    }

    @Test
    void a_text_may_come_in_pieces() {
        var whole = new TextTally().add(ENGLISH);
        var pieces = new TextTally();
        for (int i = 0; i < ENGLISH.length(); i++) {
            pieces.add(ENGLISH.substring(i, i + 1));
        }

        assertThat(pieces.tokens(Tokenizer.CLAUDE)).isEqualTo(whole.tokens(Tokenizer.CLAUDE));
    }

    @Test
    void the_public_tokenizer_is_used_where_the_model_has_one() {
        // tiktoken's own examples of both encodings.
        assertThat(counted("hello world", Tokenizer.O200K)).isEqualTo(2);
        assertThat(counted("お誕生日おめでとう", Tokenizer.CL100K)).isEqualTo(9);
        assertThat(counted("<|endoftext|>", Tokenizer.O200K)).isPositive();
    }

    @Test
    void a_text_without_end_is_estimated_in_little_time() {
        String long1 = "a".repeat(5_000_000);

        assertThat(counted(long1, Tokenizer.O200K)).isPositive();
        byte[] body =
                ("{\"messages\":[{\"role\":\"user\",\"content\":\"" + long1 + " b\"}]}")
                        .getBytes(UTF_8);
        assertThat(TokenEstimates.close(body, Tokenizer.O200K)).isPositive();
    }

    @Test
    void media_count_as_media_and_not_as_text() {
        String picture = "iVBORw0KGgo".repeat(10_000);
        byte[] url =
                ("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
                                + "{\"url\":\"data:image/png;base64,"
                                + picture
                                + "\"}}]}]}")
                        .getBytes(UTF_8);
        byte[] inline =
                ("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"inlineData\":{\"mimeType\":"
                                + "\"image/png\",\"data\":\""
                                + picture
                                + "\"}}]}]}")
                        .getBytes(UTF_8);

        assertThat(TokenEstimates.prompt(url, Tokenizer.O200K)).isBetween(900L, 1_200L);
        assertThat(TokenEstimates.prompt(inline, Tokenizer.GEMINI)).isBetween(900L, 1_200L);
    }

    @Test
    void token_ids_count_one_each_and_settings_nothing() {
        byte[] ids = "{\"model\":\"m\",\"input\":[1,2,3,4,5]}".getBytes(UTF_8);
        byte[] plain = "{\"prompt\":\"hi\"}".getBytes(UTF_8);
        byte[] dressed =
                "{\"model\":\"a-long-name\",\"user\":\"somebody\",\"prompt\":\"hi\"}"
                        .getBytes(UTF_8);

        assertThat(TokenEstimates.prompt(ids, Tokenizer.UNKNOWN))
                .isEqualTo(TokenEstimates.prompt("{}".getBytes(UTF_8), Tokenizer.UNKNOWN) + 5);
        assertThat(TokenEstimates.prompt(dressed, Tokenizer.O200K))
                .isEqualTo(TokenEstimates.prompt(plain, Tokenizer.O200K));
    }

    @Test
    void what_is_no_json_is_a_small_figure_and_no_failure() {
        for (String body : List.of("", "[]", "{", "{\"messages\":[{\"role\":", "\u0000", "7")) {
            assertThat(TokenEstimates.prompt(body.getBytes(UTF_8), Tokenizer.CLAUDE))
                    .isBetween(0L, 20L);
        }
    }

    /// The calibration itself: the figures stand in docs/money.md.
    @Test
    void estimates_of_recorded_requests_are_near_what_their_providers_counted() throws IOException {
        assumeTrue(Files.exists(RECORDED.resolve("index.json")), "no recordings here");
        Map<String, List<Double>> quick = new TreeMap<>();
        Map<String, List<Double>> close = new TreeMap<>();
        for (JsonNode entry : JSON.readTree(Files.readAllBytes(RECORDED.resolve("index.json")))) {
            String provider = entry.path("provider").asString("");
            long counted = counted(entry);
            if (counted <= 0 || entry.path("request").asString("").isEmpty()) {
                continue;
            }
            byte[] body = Files.readAllBytes(RECORDED.resolve(entry.path("request").asString("")));
            String text = new String(body, UTF_8);
            if (!text.stripLeading().startsWith("{") || UNSEEN.matcher(text).find()) {
                continue;
            }
            Tokenizer tokenizer = tokenizer(provider);
            error(quick, provider, TokenEstimates.prompt(body, tokenizer), counted);
            error(close, provider, TokenEstimates.close(body, tokenizer), counted);
        }
        assertThat(quick).hasSizeGreaterThanOrEqualTo(6);
        Map<String, Double> medianMost =
                Map.of(
                        "anthropic",
                        0.15,
                        "deepseek",
                        0.25,
                        "gemini",
                        0.30,
                        "openai",
                        0.30,
                        "xai",
                        0.30);
        medianMost.forEach((provider, most) ->
                assertThat(at(quick.getOrDefault(provider, List.of()), 0.5))
                        .as(provider)
                        .isLessThanOrEqualTo(most));
        assertThat(at(close.getOrDefault("openai", List.of()), 0.5)).isLessThanOrEqualTo(0.25);
    }

    private static void error(
            Map<String, List<Double>> errors, String provider, long estimate, long counted) {
        errors.computeIfAbsent(provider, _ -> new ArrayList<>())
                .add(Math.abs(estimate - counted) / (double) counted);
    }

    private static double at(List<Double> errors, double share) {
        var sorted = new ArrayList<>(errors);
        Collections.sort(sorted);
        return sorted.isEmpty()
                ? Double.POSITIVE_INFINITY
                : sorted.get((int) Math.min(sorted.size() - 1, Math.floor(sorted.size() * share)));
    }

    private static Tokenizer tokenizer(String provider) {
        return switch (provider) {
            case "openai" -> Tokenizer.O200K;
            case "anthropic" -> Tokenizer.CLAUDE;
            case "gemini" -> Tokenizer.GEMINI;
            case "deepseek" -> Tokenizer.DEEPSEEK;
            case "xai" -> Tokenizer.GROK;
            default -> Tokenizer.UNKNOWN;
        };
    }

    /// The prompt tokens that the answer names; 0 where it names none.
    private static long counted(JsonNode entry) throws IOException {
        String path = entry.path("response").asString("");
        if (entry.path("status").asInt() != 200 || path.isEmpty()) {
            return 0;
        }
        String text = Files.readString(RECORDED.resolve(path), UTF_8);
        List<String> pieces = path.endsWith(".json") ? List.of(text) : text.lines().toList();
        long most = 0;
        for (String piece : pieces) {
            String json = piece.startsWith("data:") ? piece.substring(5).strip() : piece.strip();
            if (json.startsWith("{")) {
                most = Math.max(most, promptTokens(json, entry.path("kind").asString("")));
            }
        }
        return most;
    }

    private static long promptTokens(String json, String kind) {
        JsonNode answer;
        try {
            answer = JSON.readTree(json);
        } catch (JacksonException notJson) {
            return 0;
        }
        long most = 0;
        for (JsonNode holder : List.of(answer, answer.path("message"), answer.path("response"))) {
            JsonNode usage = holder.path("usage");
            long input =
                    usage.path("input_tokens").asLong(0)
                            + usage.path("cache_read_input_tokens").asLong(0)
                            + usage.path("cache_creation_input_tokens").asLong(0);
            most = Math.max(most, Math.max(input, usage.path("prompt_tokens").asLong(0)));
        }
        most = Math.max(most, answer.path("usageMetadata").path("promptTokenCount").asLong(0));
        most = Math.max(most, answer.path("prompt_eval_count").asLong(0));
        if (kind.equals("count")) {
            most = Math.max(most, answer.path("input_tokens").asLong(0));
            most = Math.max(most, answer.path("totalTokens").asLong(0));
        }
        return most;
    }
}
