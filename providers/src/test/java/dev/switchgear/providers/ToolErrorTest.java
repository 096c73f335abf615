package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// That a tool failed is told to every provider, by every client that can say so, whatever the tool
/// returned beside it.
class ToolErrorTest {
    private final ManualTime time = new ManualTime();

    /// A request with a tool's result.
    ///
    /// @param failed says that the tool failed
    /// @param well the same where it did not
    private record Case(String name, ClientDialect client, String failed, String well) {}

    private static List<Case> cases() {
        var cases = new ArrayList<Case>();
        for (var content :
                List.of(
                        List.of("text", "\"no such city\""),
                        List.of("nothing", "\"\""),
                        List.of("an object", "\"{\\\"why\\\":\\\"no such city\\\"}\""),
                        List.of("blocks", "[{\"type\":\"text\",\"text\":\"no such city\"}]"),
                        List.of("no blocks", "[]"),
                        List.of(
                                "a marked block",
                                "[{\"type\":\"text\",\"text\":\"no such city\",\"cache_control\":{\"type\":\"ephemeral\"}}]"),
                        List.of(
                                "an image",
                                "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw0KGgo=\"}}]"))) {
            for (String tool : List.of("weather", "a.tool/with signs")) {
                String body =
                        "{\"model\":\"m\",\"max_tokens\":9,\"tools\":[{\"name\":\""
                                + tool
                                + "\",\"input_schema\":{\"type\":\"object\"}}],\"messages\":["
                                + "{\"role\":\"user\",\"content\":\"go\"},"
                                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\""
                                + tool
                                + "\",\"input\":{}}]},"
                                + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\"%s,\"content\":"
                                + content.get(1)
                                + "}]}]}";
                cases.add(
                        new Case(
                                "anthropic, " + content.get(0) + ", " + tool,
                                new AnthropicClientDialect(),
                                body.formatted(",\"is_error\":true"),
                                body.formatted("")));
            }
        }
        cases.addAll(marked());
        String gemini =
                "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"go\"}]},"
                        + "{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]},"
                        + "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":%s}}]}]}";
        var google = new GeminiClientDialect(GeminiClientDialect.Form.EVENTS);
        cases.add(
                new Case(
                        "gemini, text",
                        google,
                        gemini.formatted("{\"error\":\"no such city\"}"),
                        gemini.formatted("{\"output\":\"no such city\"}")));
        cases.add(
                new Case(
                        "gemini, an object",
                        google,
                        gemini.formatted("{\"error\":{\"why\":\"no such city\"}}"),
                        gemini.formatted("{\"output\":{\"why\":\"no such city\"}}")));
        String own =
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"go\"},"
                        + "{\"role\":\"assistant\",\"toolCalls\":[{\"id\":\"t1\",\"name\":\"f\",\"arguments\":{}}]},"
                        + "{\"role\":\"tool\",\"toolCallId\":\"t1\"%s,\"content\":\"no such city\"}]}";
        cases.add(
                new Case(
                        "own",
                        new OwnClientDialect(),
                        own.formatted(",\"error\":true"),
                        own.formatted("")));
        return cases;
    }

    /// A mark for the cache on a block means what the block before it means.
    private static List<Case> marked() {
        String mark = ",\"cache_control\":{\"type\":\"ephemeral\"}";
        String body =
                "{\"model\":\"m\",\"max_tokens\":9,\"messages\":["
                        + "{\"role\":\"user\",\"content\":\"go\"},"
                        + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\","
                        + "\"name\":\"weather\",\"input\":{}%s}]},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\","
                        + "\"content\":\"no such city\"%s}]}]}";
        String failed = ",\"is_error\":true";
        return List.of(
                new Case(
                        "anthropic, a marked result",
                        new AnthropicClientDialect(),
                        body.formatted("", failed + mark),
                        body.formatted("", mark)),
                new Case(
                        "anthropic, the result of a marked call",
                        new AnthropicClientDialect(),
                        body.formatted(mark, failed),
                        body.formatted(mark, "")));
    }

    /// Where a request goes.
    private record To(String name, LlmKind kind, LlmQuirks quirks) {}

    /// Every kind, and every dialect that one of them can be spoken to in.
    private static List<To> all() {
        var all = new ArrayList<To>();
        for (LlmKind kind : Kinds.ours().all(LlmKind.class)) {
            all.add(new To(kind.name(), kind, LlmQuirks.NONE));
            if (kind.name().equals("openai")) {
                var withoutChat =
                        new LlmQuirks(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(false));
                all.add(new To("openai by responses", kind, withoutChat));
            }
        }
        return all;
    }

    @TestFactory
    Stream<DynamicTest> a_failed_tool_is_a_failed_tool_to_every_provider() {
        return cases().stream()
                .flatMap(one ->
                        all().stream()
                                // Its models take no images.
                                .filter(to ->
                                        !one.name().contains("an image")
                                                || !to.name().equals("deepseek"))
                                .flatMap(to ->
                                        Stream.of(true, false)
                                                .map(passable ->
                                                        DynamicTest.dynamicTest(
                                                                one.name()
                                                                        + " to "
                                                                        + to.name()
                                                                        + (passable
                                                                                ? ""
                                                                                : ", translated"),
                                                                () -> told(one, to, passable)))));
    }

    private void told(Case one, To to, boolean passable) throws InvalidBody {
        assertThat(failed(send(one.client(), one.failed(), to, passable))).as("failed").isTrue();
        assertThat(failed(send(one.client(), one.well(), to, passable))).as("went well").isFalse();
    }

    /// Whether a request says so, in its dialect or in words.
    private static boolean failed(String sent) {
        String flat = sent.replace(" ", "");
        return flat.contains("\"is_error\":true")
                || flat.contains("\"response\":{\"error\"")
                || flat.contains("\"Error\"")
                || flat.contains("\"Error:");
    }

    private String send(ClientDialect client, String body, To to, boolean passable)
            throws InvalidBody {
        var transport = PlayedTransport.answering(Played.json(400, "{}"), time);
        LlmRequest request =
                TestCalls.request(
                        client,
                        Operation.CHAT,
                        RequestScan.scan(
                                        body.getBytes(StandardCharsets.UTF_8),
                                        client.scanRules(),
                                        ScanLimits.DEFAULT)
                                .at("m", false),
                        passable,
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
                        to.kind()
                                .make(
                                        TestCalls.at(Endpoint.parse("https://up.example/v1")),
                                        to.quirks()),
                        Optional.empty(),
                        transport);
        Outcome<LlmReply> outcome =
                new LlmUpstream(account, Timeouts.DEFAULT, time, Threads.virtual())
                        .send(new Dispatch<>(call, TestCalls.UPSTREAM, "m", 1, time));
        assertThat(transport.sent()).as(outcome.toString()).hasSize(1);
        return new String(transport.sent().getFirst().body(), StandardCharsets.UTF_8);
    }
}
