package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonPull;
import dev.switchgear.dialects.ollama.OllamaClientDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.families.json.Abandoned;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientCounting;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ClientEmbedding;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.families.llm.scan.ScanRules;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ArrayNode;

/// A hang-up ends the work on a request or an answer, wherever in it the work is, and nothing of it is
/// sent.
class AbandonedWorkTest {
    private static final String LONG = "w".repeat(200_000);

    private final ManualTime time = new ManualTime();

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    /// A client that hangs up just before or just after its request is read.
    private record Leaving(ClientDialect usual, boolean before) implements ClientDialect {
        @Override
        public Dialect dialect() {
            return usual.dialect();
        }

        @Override
        public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
            if (before) {
                Thread.currentThread().interrupt();
            }
            ChatRequest read = usual.chat(body, model, streamed);
            assertThat(before).as("read to its end after the hang-up").isFalse();
            Thread.currentThread().interrupt();
            return read;
        }

        @Override
        public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
            return usual.answer(asked, identity);
        }

        @Override
        public Optional<ClientCounting> counting() {
            return usual.counting();
        }

        @Override
        public Optional<ClientEmbedding> embedding() {
            return usual.embedding();
        }

        @Override
        public ScanRules scanRules() {
            return usual.scanRules();
        }
    }

    /// How each dialect asks.
    record Asking(ClientDialect client, String body) {}

    static Stream<Asking> all() {
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"" + LONG + "\"}]";
        return Stream.of(
                new Asking(new OpenAiClientDialect(), "{\"model\":\"m\"," + messages + "}"),
                new Asking(
                        new ResponsesClientDialect(),
                        "{\"model\":\"m\",\"input\":\"" + LONG + "\"}"),
                new Asking(
                        new AnthropicClientDialect(),
                        "{\"model\":\"m\",\"max_tokens\":9," + messages + "}"),
                new Asking(
                        new GeminiClientDialect(GeminiClientDialect.Form.EVENTS),
                        "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\""
                                + LONG
                                + "\"}]}]}"),
                new Asking(
                        new OllamaClientDialect(OllamaClientDialect.Form.CHAT),
                        "{\"model\":\"m\"," + messages + "}"),
                new Asking(new OwnClientDialect(), "{\"model\":\"m\"," + messages + "}"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void while_a_request_is_read_or_worded(Asking asking) throws InvalidBody {
        for (LlmKind kind : Kinds.ours().all(LlmKind.class)) {
            for (boolean before : new boolean[] {true, false}) {
                var transport = PlayedTransport.answering(Played.json(200, "{}"), time);

                Outcome<LlmReply> outcome = send(asking, before, kind, transport);

                assertThat(transport.sent()).as(kind.name()).isEmpty();
                assertThat(outcome).isInstanceOf(Outcome.Failure.class);
                var fault = ((Outcome.Failure<LlmReply>) outcome).fault();
                assertThat(fault.cause()).isEqualTo(Cause.CANCELLED);
                assertThat(fault.mayHaveActed()).isFalse();
                assertThat(Thread.interrupted()).as("the interrupt stays").isTrue();
            }
        }
    }

    private Outcome<LlmReply> send(
            Asking asking, boolean before, LlmKind kind, PlayedTransport transport)
            throws InvalidBody {
        var leaving = new Leaving(asking.client(), before);
        LlmRequest request =
                TestCalls.request(
                        leaving,
                        Operation.CHAT,
                        RequestScan.scan(
                                        asking.body().getBytes(StandardCharsets.UTF_8),
                                        leaving.scanRules(),
                                        ScanLimits.DEFAULT)
                                .at("m", false),
                        false,
                        ListeningClient.patient(),
                        "");
        var call =
                new Call<>(
                        "req-1",
                        request,
                        Deadline.in(Duration.ofMinutes(1), time),
                        true,
                        Rank.NORMAL,
                        0);
        var account =
                new LlmAccount(
                        TestCalls.UPSTREAM,
                        kind.make(
                                TestCalls.at(Endpoint.parse("https://up.example/v1")),
                                LlmQuirks.NONE),
                        Optional.empty(),
                        transport);
        return new LlmUpstream(account, Timeouts.DEFAULT, time, Threads.virtual())
                .send(new Dispatch<>(call, TestCalls.UPSTREAM, "m", 1, time));
    }

    @Test
    void while_many_messages_or_tools_are_read() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(
                        () -> {
                            var request = ChatRequest.builder("m");
                            for (int i = 0; i < 300; i++) {
                                request.turn(Role.USER, List.of());
                            }
                        })
                .isInstanceOf(Abandoned.class);
        assertThat(ChatRequest.builder("m").turn(Role.USER, List.of()).build().turns()).hasSize(1);
    }

    @Test
    void while_a_request_is_scanned() {
        byte[] many =
                ("{\"model\":\"m\",\"messages\":[" + "{},".repeat(9_000) + "{}]}")
                        .getBytes(StandardCharsets.UTF_8);
        var rules = new OpenAiClientDialect().scanRules();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> RequestScan.scan(many, rules, ScanLimits.DEFAULT))
                .isInstanceOf(Abandoned.class);
    }

    @Test
    void while_json_is_read_or_written_but_what_is_small_is_finished() throws Exception {
        ArrayNode large = Json.array();
        for (int i = 0; i < 100; i++) {
            large.add(LONG.substring(0, 10_000));
        }
        byte[] bytes = Json.bytes(large);
        byte[] small = "{\"error\":\"the gateway stops\"}".getBytes(StandardCharsets.UTF_8);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Json.bytes(large)).isInstanceOf(Abandoned.class);
        assertThatThrownBy(() -> Json.read(bytes, 0, bytes.length)).isInstanceOf(Abandoned.class);
        assertThatThrownBy(() -> JsonPull.read(bytes, 0, bytes.length, JsonPull::skip))
                .isInstanceOf(Abandoned.class);
        assertThat(Json.bytes(Json.read(small, 0, small.length))).isEqualTo(small);
    }

    @Test
    void what_is_large_is_read_and_written_to_the_last_byte() throws Exception {
        ArrayNode large = Json.array();
        for (int i = 0; i < 20_000; i++) {
            large.add("é" + i);
        }
        byte[] bytes = Json.bytes(large);
        byte[] framed = new byte[bytes.length + 20];
        System.arraycopy(bytes, 0, framed, 7, bytes.length);

        assertThat(Json.read(framed, 7, 7 + bytes.length)).isEqualTo(large);
        JsonPull.read(
                framed,
                7,
                7 + bytes.length,
                json ->
                        assertThat(json.raw())
                                .isEqualTo(new String(bytes, StandardCharsets.UTF_8)));
    }
}
