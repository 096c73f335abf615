package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.ScriptedHouse.Answer;
import dev.switchgear.walls.RecordedFolders;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// What clients of every dialect are told of tokens is what the provider reported, to the token.
final class UsageAddsUpTest {
    private static final List<AskedAs> CLIENTS =
            List.of(
                    AskedAs.CHAT,
                    AskedAs.RESPONSES,
                    AskedAs.ANTHROPIC,
                    AskedAs.GEMINI,
                    AskedAs.OLLAMA,
                    AskedAs.OWN);

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    /// What was used, all kinds of input and of output together.
    ///
    /// @param cached of the input, read from a cache
    /// @param written of the input, written to one
    /// @param reasoning of the output
    record Used(long input, long cached, long written, long output, long reasoning) {
        static Used of(long input, long cached, long output, long reasoning) {
            return new Used(input, cached, 0, output, reasoning);
        }

        /// What a client of this dialect can be told of it.
        Used to(AskedAs client) {
            return switch (client) {
                case GEMINI, GEMINI_LIST -> new Used(input, cached, 0, output, reasoning);
                case OLLAMA, GENERATE -> new Used(input, 0, 0, output, 0);
                case CHAT, RESPONSES, ANTHROPIC, OWN -> this;
            };
        }
    }

    private static long count(JsonNode usage, String pointer) {
        return Math.max(0, usage.at(pointer).asLong(0));
    }

    /// What an answer in a client's dialect says, by that dialect's arithmetic.
    private static Used told(AskedAs client, JsonNode usage) {
        return switch (client) {
            case CHAT -> {
                Used used =
                        new Used(
                                count(usage, "/prompt_tokens"),
                                count(usage, "/prompt_tokens_details/cached_tokens"),
                                count(usage, "/prompt_tokens_details/cache_write_tokens"),
                                count(usage, "/completion_tokens"),
                                count(usage, "/completion_tokens_details/reasoning_tokens"));
                assertThat(count(usage, "/total_tokens")).isEqualTo(used.input + used.output);
                yield used;
            }
            case RESPONSES -> {
                Used used =
                        new Used(
                                count(usage, "/input_tokens"),
                                count(usage, "/input_tokens_details/cached_tokens"),
                                count(usage, "/input_tokens_details/cache_write_tokens"),
                                count(usage, "/output_tokens"),
                                count(usage, "/output_tokens_details/reasoning_tokens"));
                assertThat(count(usage, "/total_tokens")).isEqualTo(used.input + used.output);
                yield used;
            }
            case ANTHROPIC -> {
                long cached = count(usage, "/cache_read_input_tokens");
                long written = count(usage, "/cache_creation_input_tokens");
                yield new Used(
                        count(usage, "/input_tokens") + cached + written,
                        cached,
                        written,
                        count(usage, "/output_tokens"),
                        count(usage, "/output_tokens_details/thinking_tokens"));
            }
            case GEMINI, GEMINI_LIST -> {
                long thoughts = count(usage, "/thoughtsTokenCount");
                Used used =
                        Used.of(
                                count(usage, "/promptTokenCount"),
                                count(usage, "/cachedContentTokenCount"),
                                count(usage, "/candidatesTokenCount") + thoughts,
                                thoughts);
                assertThat(count(usage, "/totalTokenCount")).isEqualTo(used.input + used.output);
                yield used;
            }
            case OLLAMA, GENERATE ->
                    Used.of(count(usage, "/prompt_eval_count"), 0, count(usage, "/eval_count"), 0);
            case OWN ->
                    new Used(
                            count(usage, "/inputTokens"),
                            count(usage, "/cacheReadTokens"),
                            count(usage, "/cacheWriteTokens"),
                            count(usage, "/outputTokens"),
                            count(usage, "/reasoningTokens"));
        };
    }

    /// The last usage in an answer; of Anthropic's streams what its end leaves out stays as it was.
    private static JsonNode usage(AskedAs client, List<JsonNode> events) {
        JsonNode last = Json.object();
        for (JsonNode event : events) {
            JsonNode found =
                    switch (client) {
                        case CHAT, OWN -> event.path("usage");
                        case RESPONSES ->
                                event.has("response")
                                        ? event.at("/response/usage")
                                        : event.path("usage");
                        case ANTHROPIC ->
                                event.has("message")
                                        ? event.at("/message/usage")
                                        : event.path("usage");
                        case GEMINI, GEMINI_LIST -> event.path("usageMetadata");
                        case OLLAMA, GENERATE -> event;
                    };
            if (client == AskedAs.ANTHROPIC && found.isObject() && last.isObject()) {
                var all = Json.object();
                last.properties().forEach(field -> all.set(field.getKey(), field.getValue()));
                found.properties().forEach(field -> all.set(field.getKey(), field.getValue()));
                last = all;
            } else if (found.isObject()) {
                last = found;
            }
        }
        return last;
    }

    private static void everyClientIsTold(
            String what, String upstream, Answer answer, boolean streamed, Used used) {
        for (AskedAs client : CLIENTS) {
            if (client.speaksLike(upstream)) {
                continue;
            }
            house.answers(upstream, answer);
            String more =
                    client == AskedAs.CHAT && streamed
                            ? "\"stream_options\":{\"include_usage\":true},"
                            : "";

            HttpResponse<String> got = client.ask(house, upstream + "/m", streamed, more);

            String whom = what + " to " + client + ": " + got.body();
            assertThat(got.statusCode()).as(whom).isEqualTo(200);
            List<JsonNode> events =
                    streamed ? client.events(got.body()) : List.of(Json.read(got.body()));
            assertThat(told(client, usage(client, events))).as(whom).isEqualTo(used.to(client));
        }
    }

    private static Arguments row(String what, String upstream, String usage, Used used) {
        return Arguments.of(what, upstream, usage, used);
    }

    /// What is reported, by whom, in which words, and what it amounts to.
    static Stream<Arguments> reports() {
        String chat = "\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120";
        return Stream.of(
                row("whole alone", "chat", "{" + chat + "}", Used.of(100, 0, 20, 0)),
                row(
                        "Mistral's count beside the whole",
                        "mistral",
                        "{" + chat + ",\"num_cached_tokens\":64}",
                        Used.of(100, 64, 20, 0)),
                row(
                        "Mistral's count with its details not kept",
                        "mistral",
                        "{"
                                + chat
                                + ",\"num_cached_tokens\":64,\"prompt_tokens_details\":{\"cached_tokens\":0},"
                                + "\"prompt_token_details\":null,\"prompt_audio_seconds\":null}",
                        Used.of(100, 64, 20, 0)),
                row(
                        "Mistral's details with its count not kept",
                        "mistral",
                        "{"
                                + chat
                                + ",\"num_cached_tokens\":null,\"prompt_tokens_details\":{\"cached_tokens\":64}}",
                        Used.of(100, 64, 20, 0)),
                row(
                        "Mistral's other name for details",
                        "mistral",
                        "{" + chat + ",\"prompt_token_details\":{\"cached_tokens\":64}}",
                        Used.of(100, 64, 20, 0)),
                row(
                        "null for details",
                        "chat",
                        "{"
                                + chat
                                + ",\"cached_tokens\":64,\"prompt_tokens_details\":{\"cached_tokens\":null}}",
                        Used.of(100, 64, 20, 0)),
                row(
                        "DeepSeek's hits and misses",
                        "deep",
                        "{"
                                + chat
                                + ",\"prompt_cache_hit_tokens\":64,\"prompt_cache_miss_tokens\":36}",
                        Used.of(100, 64, 20, 0)),
                row(
                        "reasoning within",
                        "openai",
                        "{" + chat + ",\"completion_tokens_details\":{\"reasoning_tokens\":12}}",
                        Used.of(100, 0, 20, 12)),
                row(
                        "reasoning beside, as at xAI",
                        "xai",
                        "{\"prompt_tokens\":100,\"completion_tokens\":8,\"total_tokens\":120,"
                                + "\"completion_tokens_details\":{\"reasoning_tokens\":12}}",
                        Used.of(100, 0, 20, 12)),
                row(
                        "a cache that was written",
                        "router",
                        "{"
                                + chat
                                + ",\"prompt_tokens_details\":{\"cached_tokens\":40,\"cache_write_tokens\":30}}",
                        new Used(100, 40, 30, 20, 0)),
                row(
                        "sound, some of it cached",
                        "openai",
                        "{"
                                + chat
                                + ",\"prompt_tokens_details\":{\"cached_tokens\":50,\"audio_tokens\":80,"
                                + "\"cached_tokens_details\":{\"text_tokens\":10,\"audio_tokens\":40}},"
                                + "\"completion_tokens_details\":{\"audio_tokens\":15,\"reasoning_tokens\":0}}",
                        Used.of(100, 50, 20, 0)),
                row(
                        "sound, cached or not",
                        "openai",
                        "{"
                                + chat
                                + ",\"prompt_tokens_details\":{\"cached_tokens\":50,\"audio_tokens\":80}}",
                        Used.of(100, 50, 20, 0)),
                row(
                        "counts as texts and with fractions",
                        "chat",
                        "{\"prompt_tokens\":\"100\",\"completion_tokens\":20.0,\"total_tokens\":\"120\","
                                + "\"prompt_tokens_details\":{\"cached_tokens\":\"64\"}}",
                        Used.of(100, 64, 20, 0)),
                row(
                        "Responses with all details",
                        "resp",
                        "{\"input_tokens\":100,\"input_tokens_details\":{\"cached_tokens\":40,\"cache_write_tokens\":30},"
                                + "\"output_tokens\":20,\"output_tokens_details\":{\"reasoning_tokens\":12},\"total_tokens\":120}",
                        new Used(100, 40, 30, 20, 12)),
                row(
                        "Responses with sound, as texts",
                        "resp",
                        "{\"input_tokens\":\"100\",\"input_token_details\":{\"cached_tokens\":\"50\",\"audio_tokens\":80,"
                                + "\"cached_tokens_details\":{\"audio_tokens\":40}},\"output_tokens\":\"20\","
                                + "\"output_token_details\":{\"audio_tokens\":15},\"total_tokens\":120}",
                        Used.of(100, 50, 20, 0)),
                row(
                        "Claude's cache beside the input",
                        "claude",
                        "{\"input_tokens\":30,\"cache_read_input_tokens\":40,\"cache_creation_input_tokens\":30,"
                                + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":20},"
                                + "\"output_tokens\":20,\"output_tokens_details\":{\"thinking_tokens\":12}}",
                        new Used(100, 40, 30, 20, 12)),
                row(
                        "Claude's counts as texts",
                        "claude",
                        "{\"input_tokens\":\"60\",\"cache_read_input_tokens\":\"40\",\"output_tokens\":\"20\"}",
                        Used.of(100, 40, 20, 0)),
                row(
                        "Gemini's thoughts and tools beside",
                        "google",
                        "{\"promptTokenCount\":70,\"toolUsePromptTokenCount\":30,\"candidatesTokenCount\":8,"
                                + "\"thoughtsTokenCount\":12,\"cachedContentTokenCount\":40,\"totalTokenCount\":120}",
                        Used.of(100, 40, 20, 12)),
                row(
                        "Gemini's sound, some of it cached",
                        "google",
                        "{\"promptTokenCount\":100,\"candidatesTokenCount\":20,\"cachedContentTokenCount\":50,\"totalTokenCount\":120,"
                                + "\"promptTokensDetails\":[{\"modality\":\"AUDIO\",\"tokenCount\":80},{\"modality\":\"TEXT\",\"tokenCount\":20}],"
                                + "\"cacheTokensDetails\":[{\"modality\":\"AUDIO\",\"tokenCount\":40},{\"modality\":\"TEXT\",\"tokenCount\":10}]}",
                        Used.of(100, 50, 20, 0)),
                row(
                        "Gemini's counts as texts",
                        "google",
                        "{\"promptTokenCount\":\"100\",\"candidatesTokenCount\":\"20\",\"totalTokenCount\":\"120\"}",
                        Used.of(100, 0, 20, 0)),
                row(
                        "Ollama's",
                        "ollama",
                        "\"prompt_eval_count\":100,\"eval_count\":\"20\"}",
                        Used.of(100, 0, 20, 0)));
    }

    private static Speaks speaks(String upstream) {
        return Speaks.all().stream()
                .filter(each -> each.upstream().equals(upstream))
                .findFirst()
                .orElseThrow();
    }

    /// The same answer with this usage, plain and streamed.
    private static String with(String usage, String answer) {
        return answer.replaceAll(
                        "\"(usage|usageMetadata)\":\\{[^}]*\\}",
                        "\"$1\":" + Matcher.quoteReplacement(usage))
                .replaceAll("\"prompt_eval_count\":3,\"eval_count\":1\\}", usage);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reports")
    void what_a_provider_reports_is_told_to_the_token(
            String what, String upstream, String usage, Used used) {
        Speaks speaks = speaks(upstream);

        everyClientIsTold(
                what, upstream, Answer.json(200, with(usage, speaks.whole())), false, used);
        everyClientIsTold(
                what + ", streamed",
                upstream,
                Answer.events(with(usage, speaks.stream()))
                        .with("content-type", speaks.streamType()),
                true,
                used);
    }

    /// The last `usageMetadata` of a stream holds, and its total says what of the earlier ones stays.
    @Test
    void of_geminis_running_totals_the_last_holds() {
        String first =
                "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Hel\"}]},\"index\":0}],"
                        + "\"usageMetadata\":{\"promptTokenCount\":90,\"toolUsePromptTokenCount\":7,\"thoughtsTokenCount\":5,\"totalTokenCount\":102}}\r\n\r\n";
        String last =
                "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"lo\"}]},\"finishReason\":\"STOP\",\"index\":0}],"
                        + "\"usageMetadata\":%s}\r\n\r\n";

        everyClientIsTold(
                "all said anew",
                "google",
                Answer.events(
                        first,
                        last.formatted(
                                "{\"promptTokenCount\":100,\"candidatesTokenCount\":20,\"totalTokenCount\":120}")),
                true,
                Used.of(100, 0, 20, 0));
        everyClientIsTold(
                "what grew alone",
                "google",
                Answer.events(
                        first,
                        last.formatted("{\"candidatesTokenCount\":15,\"totalTokenCount\":117}")),
                true,
                Used.of(97, 0, 20, 5));
    }

    /// An upstream of a scripted house that answers as a recording's provider does; empty for none.
    private static String upstream(JsonNode entry) {
        String kind = entry.path("kind").asString("");
        return switch (kind) {
            case "responses" -> "resp";
            case "messages" -> "claude";
            case "generate" -> "google";
            case "native-chat" -> "ollama";
            case "chat", "openai-compat-chat" ->
                    Map.of(
                                    "openai",
                                    "openai",
                                    "xai",
                                    "xai",
                                    "deepseek",
                                    "deep",
                                    "openrouter",
                                    "router")
                            .getOrDefault(entry.path("provider").asString(""), "chat");
            default -> "";
        };
    }

    /// What a provider's own answer says, read by its own arithmetic.
    private static Used reported(String upstream, JsonNode usage) {
        AskedAs like =
                switch (upstream) {
                    case "resp" -> AskedAs.RESPONSES;
                    case "claude" -> AskedAs.ANTHROPIC;
                    case "google" -> AskedAs.GEMINI;
                    case "ollama" -> AskedAs.OLLAMA;
                    default -> AskedAs.CHAT;
                };
        if (like == AskedAs.GEMINI) {
            long thoughts = count(usage, "/thoughtsTokenCount");
            return Used.of(
                    count(usage, "/promptTokenCount") + count(usage, "/toolUsePromptTokenCount"),
                    count(usage, "/cachedContentTokenCount"),
                    count(usage, "/candidatesTokenCount") + thoughts,
                    thoughts);
        }
        if (like != AskedAs.CHAT) {
            return told(like, usage);
        }
        long input = count(usage, "/prompt_tokens");
        // xAI and Google's own layer count reasoning beside the completion: their totals say so.
        long output = Math.max(count(usage, "/total_tokens") - input, 0);
        long reasoning =
                Math.max(
                        count(usage, "/completion_tokens_details/reasoning_tokens"),
                        output - count(usage, "/completion_tokens"));
        return new Used(
                input,
                count(usage, "/prompt_tokens_details/cached_tokens"),
                count(usage, "/prompt_tokens_details/cache_write_tokens"),
                output,
                Math.min(reasoning, output));
    }

    @Test
    void what_providers_really_said_is_told_to_the_token() throws IOException {
        var told = new ArrayList<String>();
        var entries = new ArrayList<JsonNode>();
        for (Path index : RecordedFolders.indexes()) {
            entries.addAll(Json.read(Files.readString(index)).values());
        }
        for (JsonNode entry : entries) {
            String upstream = upstream(entry);
            if (upstream.isEmpty() || entry.path("status").asInt(0) != 200) {
                continue;
            }
            String body =
                    Files.readString(RecordedFolders.file(entry.path("response").asString("")));
            boolean streamed = entry.path("stream").asBoolean(false) && !body.startsWith("[");
            AskedAs own =
                    switch (upstream) {
                        case "resp" -> AskedAs.RESPONSES;
                        case "claude" -> AskedAs.ANTHROPIC;
                        case "google" -> AskedAs.GEMINI;
                        case "ollama" -> AskedAs.OLLAMA;
                        default -> AskedAs.CHAT;
                    };
            JsonNode usage = usage(own, data(body, own));
            boolean counted =
                    Stream.of(
                                    "prompt_tokens",
                                    "input_tokens",
                                    "promptTokenCount",
                                    "prompt_eval_count")
                            .anyMatch(usage::has);
            if (!counted || body.contains("\"Token limit reached\"")) {
                continue;
            }
            Answer answer =
                    streamed
                            ? Answer.events(body)
                                    .with(
                                            "content-type",
                                            own == AskedAs.OLLAMA
                                                    ? "application/x-ndjson"
                                                    : "text/event-stream")
                            : Answer.json(200, body);

            everyClientIsTold(
                    entry.path("id").asString(""),
                    upstream,
                    answer,
                    streamed,
                    reported(upstream, usage));
            told.add(upstream);
        }
        assertThat(Set.copyOf(told))
                .contains("openai", "resp", "claude", "google", "ollama", "router", "deep", "chat");
        assertThat(told).hasSizeGreaterThan(RecordedFolders.areReal() ? 150 : 20);
    }

    private static List<JsonNode> data(String body, AskedAs own) {
        if (own == AskedAs.OLLAMA) {
            return body.lines().filter(line -> !line.isBlank()).map(Json::read).toList();
        }
        if (body.stripLeading().startsWith("{")) {
            return List.of(Json.read(body));
        }
        var events = new ArrayList<JsonNode>();
        if (body.startsWith("[")) {
            Json.read(body).forEach(events::add);
            return events;
        }
        body.lines()
                .filter(line -> line.startsWith("data:") && line.contains("{"))
                .forEach(line -> events.add(Json.read(line.substring(5))));
        return events;
    }
}
