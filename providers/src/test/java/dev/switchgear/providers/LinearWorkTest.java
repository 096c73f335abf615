package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.switchgear.dialects.ollama.OllamaClientDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Endpoint;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Nothing on the way of a request costs more than in proportion to it: for each client's dialect and
/// each kind of provider, four times as much of anything takes at most about four times the memory and
/// the processor.
class LinearWorkTest {
    private static final int FEW = 1_000;
    private static final int LOOKS = 3;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ManualTime time = new ManualTime();

    /// What a run took.
    private record Cost(long bytes, long nanos) {}

    private static String list(int count, IntFunction<String> each) {
        var all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(i == 0 ? "" : ",").append(each.apply(i));
        }
        return all.toString();
    }

    private static String id(int i) {
        return "call_of_a_gateway_with_names_longer_than_forty_characters_" + i;
    }

    /// A text with what must be escaped.
    private static String text(int kilobytes) {
        return "so \\\"long\\\"\\n\\u00e9 a te\\\\xt \ud83d\ude00 ".repeat(kilobytes * 30);
    }

    private static String schema(int count) {
        return "{\"type\":\"object\",\"$defs\":{"
                + list(count / 2, i -> "\"d" + i + "\":{\"type\":\"string\",\"minLength\":1}")
                + "},\"properties\":{"
                + list(
                        count,
                        i ->
                                i % 2 == 0
                                        ? "\"p" + i + "\":{\"$ref\":\"#/$defs/d" + i / 2 + "\"}"
                                        : "\"p"
                                                + i
                                                + "\":{\"type\":[\"integer\",\"null\"],\"minimum\":0}")
                + "},\"required\":["
                + list(count, i -> "\"p" + i + "\"")
                + "]}";
    }

    /// What there may be much of, in each dialect.
    private static Map<ClientDialect, Map<String, IntFunction<String>>> shapes() {
        var all = new LinkedHashMap<ClientDialect, Map<String, IntFunction<String>>>();
        all.put(new OpenAiClientDialect(), chat());
        all.put(new ResponsesClientDialect(), responses());
        all.put(new AnthropicClientDialect(), anthropic());
        all.put(new GeminiClientDialect(GeminiClientDialect.Form.EVENTS), gemini());
        all.put(new OllamaClientDialect(OllamaClientDialect.Form.CHAT), ollama());
        all.put(new OwnClientDialect(), own());
        return all;
    }

    private static String said(int i, String assistant) {
        return "{\"role\":\""
                + (i % 2 == 0 ? "user" : assistant)
                + "\",\"content\":\"w"
                + i
                + "\"}";
    }

    private static Map<String, IntFunction<String>> chat() {
        var shapes = new LinkedHashMap<String, IntFunction<String>>();
        shapes.put("turns", n -> "\"messages\":[" + list(n, i -> said(i, "assistant")) + "]");
        shapes.put("one role", n -> "\"messages\":[" + list(n, _ -> said(0, "")) + "]");
        shapes.put(
                "systems",
                n ->
                        "\"messages\":["
                                + list(
                                        n,
                                        i ->
                                                "{\"role\":\""
                                                        + List.of(
                                                                        "system",
                                                                        "user",
                                                                        "developer",
                                                                        "assistant")
                                                                .get(i % 4)
                                                        + "\",\"content\":\"w\"}")
                                + "]");
        shapes.put(
                "parts",
                n ->
                        "\"messages\":[{\"role\":\"user\",\"content\":["
                                + list(n, i -> "{\"type\":\"text\",\"text\":\"w" + i + "\"}")
                                + "]}]");
        shapes.put(
                "calls of one turn",
                n ->
                        "\"messages\":[{\"role\":\"user\",\"content\":\"go\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
                                + list(n / 2, LinearWorkTest::chatCall)
                                + "]},"
                                + list(n / 2, LinearWorkTest::chatResult)
                                + "],\"tools\":["
                                + chatTool(0)
                                + "]");
        shapes.put(
                "calls turn by turn",
                n ->
                        "\"messages\":[{\"role\":\"user\",\"content\":\"go\"},"
                                + list(
                                        n / 3,
                                        i ->
                                                "{\"role\":\"assistant\",\"content\":\"w\",\"reasoning_content\":\"t\",\"tool_calls\":["
                                                        + chatCall(i)
                                                        + "]},"
                                                        + chatResult(i))
                                + "],\"tools\":["
                                + chatTool(0)
                                + "]");
        shapes.put(
                "tools",
                n ->
                        "\"messages\":["
                                + said(0, "")
                                + "],\"tools\":["
                                + list(n, LinearWorkTest::chatTool)
                                + "]");
        shapes.put(
                "allowed tools",
                n ->
                        "\"messages\":["
                                + said(0, "")
                                + "],\"tools\":["
                                + list(n, LinearWorkTest::chatTool)
                                + "],\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools\":["
                                + list(
                                        n,
                                        i ->
                                                "{\"type\":\"function\",\"function\":{\"name\":\"f"
                                                        + i
                                                        + "\"}}")
                                + "]}}");
        shapes.put(
                "schema",
                n ->
                        "\"messages\":["
                                + said(0, "")
                                + "],\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"strict\":true,\"schema\":"
                                + schema(n)
                                + "}}");
        shapes.put(
                "tool's schema",
                n ->
                        "\"messages\":["
                                + said(0, "")
                                + "],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true,\"parameters\":"
                                + schema(n)
                                + "}}]");
        shapes.put(
                "text",
                n -> "\"messages\":[{\"role\":\"user\",\"content\":\"" + text(n / 10) + "\"}]");
        shapes.put(
                "images",
                n ->
                        "\"messages\":[{\"role\":\"user\",\"content\":["
                                + list(
                                        n / 10,
                                        _ ->
                                                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
                                                        + "iVBORw0KGgoA".repeat(100)
                                                        + "\"}}")
                                + "]}]");
        shapes.put(
                "stop words",
                n ->
                        "\"messages\":["
                                + said(0, "")
                                + "],\"stop\":["
                                + list(n, i -> "\"s" + i + "\"")
                                + "]");
        shapes.put(
                "metadata",
                n ->
                        "\"messages\":["
                                + said(0, "")
                                + "],\"metadata\":{"
                                + list(n, i -> "\"k" + i + "\":\"v\"")
                                + "}");
        shapes.put(
                "unknown fields",
                n -> "\"messages\":[" + said(0, "") + "]," + list(n, i -> "\"k" + i + "\":1"));
        shapes.put(
                "unknown fields of turns",
                n ->
                        "\"messages\":["
                                + list(
                                        n,
                                        i ->
                                                "{\"role\":\""
                                                        + (i % 2 == 0 ? "user" : "assistant")
                                                        + "\",\"content\":\"w\",\"k"
                                                        + i
                                                        + "\":1}")
                                + "]");
        shapes.put(
                "cache marks",
                n ->
                        "\"messages\":["
                                + list(
                                        n,
                                        i ->
                                                "{\"role\":\""
                                                        + (i % 2 == 0 ? "user" : "assistant")
                                                        + "\",\"content\":[{\"type\":\"text\",\"text\":\"w\",\"cache_control\":{\"type\":\"ephemeral\"}}]}")
                                + "]");
        return shapes;
    }

    private static String chatCall(int i) {
        return "{\"id\":\""
                + id(i)
                + "\",\"type\":\"function\",\"function\":{\"name\":\"f"
                + i
                + "\",\"arguments\":\"{\\\"a\\\":"
                + i
                + "}\"}}";
    }

    private static String chatResult(int i) {
        return "{\"role\":\"tool\",\"tool_call_id\":\"" + id(i) + "\",\"content\":\"r" + i + "\"}";
    }

    private static String chatTool(int i) {
        return "{\"type\":\"function\",\"function\":{\"name\":\"f"
                + i
                + "\",\"description\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}}}";
    }

    private static Map<String, IntFunction<String>> responses() {
        var shapes = new LinkedHashMap<String, IntFunction<String>>();
        shapes.put("turns", n -> "\"input\":[" + list(n, i -> said(i, "assistant")) + "]");
        shapes.put("one role", n -> "\"input\":[" + list(n, _ -> said(0, "")) + "]");
        shapes.put(
                "parts",
                n ->
                        "\"input\":[{\"role\":\"user\",\"content\":["
                                + list(n, i -> "{\"type\":\"input_text\",\"text\":\"w" + i + "\"}")
                                + "]}]");
        IntFunction<String> call =
                i ->
                        "{\"type\":\"function_call\",\"call_id\":\""
                                + id(i)
                                + "\",\"name\":\"f"
                                + i
                                + "\",\"arguments\":\"{}\"}";
        IntFunction<String> result =
                i ->
                        "{\"type\":\"function_call_output\",\"call_id\":\""
                                + id(i)
                                + "\",\"output\":\"r\"}";
        shapes.put(
                "calls of one turn",
                n ->
                        "\"input\":["
                                + said(0, "")
                                + ","
                                + list(n / 3, call)
                                + ","
                                + list(n / 3, result)
                                + "]");
        shapes.put(
                "calls turn by turn",
                n ->
                        "\"input\":["
                                + said(0, "")
                                + ","
                                + list(
                                        n / 3,
                                        i ->
                                                "{\"type\":\"reasoning\",\"id\":\"rs_"
                                                        + i
                                                        + "\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"t\"}]},"
                                                        + call.apply(i)
                                                        + ","
                                                        + result.apply(i))
                                + "]");
        shapes.put(
                "tools",
                n ->
                        "\"input\":\"go\",\"tools\":["
                                + list(
                                        n,
                                        i ->
                                                "{\"type\":\"function\",\"name\":\"f"
                                                        + i
                                                        + "\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}")
                                + "]");
        shapes.put(
                "schema",
                n ->
                        "\"input\":\"go\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"s\",\"strict\":true,\"schema\":"
                                + schema(n)
                                + "}}");
        shapes.put("text", n -> "\"input\":\"" + text(n / 10) + "\"");
        shapes.put(
                "metadata",
                n ->
                        "\"input\":\"go\",\"metadata\":{"
                                + list(n, i -> "\"k" + i + "\":\"v\"")
                                + "}");
        shapes.put("unknown fields", n -> "\"input\":\"go\"," + list(n, i -> "\"k" + i + "\":1"));
        return shapes;
    }

    private static Map<String, IntFunction<String>> anthropic() {
        var shapes = new LinkedHashMap<String, IntFunction<String>>();
        String most = "\"max_tokens\":99,";
        shapes.put(
                "turns", n -> most + "\"messages\":[" + list(n, i -> said(i, "assistant")) + "]");
        shapes.put("one role", n -> most + "\"messages\":[" + list(n, _ -> said(0, "")) + "]");
        shapes.put(
                "parts",
                n ->
                        most
                                + "\"messages\":[{\"role\":\"user\",\"content\":["
                                + list(n, i -> "{\"type\":\"text\",\"text\":\"w" + i + "\"}")
                                + "]}]");
        shapes.put(
                "system",
                n ->
                        most
                                + "\"system\":["
                                + list(n, i -> "{\"type\":\"text\",\"text\":\"w" + i + "\"}")
                                + "],\"messages\":["
                                + said(0, "")
                                + "]");
        IntFunction<String> call =
                i ->
                        "{\"type\":\"tool_use\",\"id\":\""
                                + id(i)
                                + "\",\"name\":\"f"
                                + i
                                + "\",\"input\":{\"a\":"
                                + i
                                + "}}";
        IntFunction<String> result =
                i ->
                        "{\"type\":\"tool_result\",\"tool_use_id\":\""
                                + id(i)
                                + "\",\"content\":[{\"type\":\"text\",\"text\":\"r\"}]}";
        shapes.put(
                "calls of one turn",
                n ->
                        most
                                + "\"messages\":["
                                + said(0, "")
                                + ",{\"role\":\"assistant\",\"content\":["
                                + list(n / 4, call)
                                + "]},{\"role\":\"user\",\"content\":["
                                + list(n / 4, result)
                                + "]}],\"tools\":[{\"name\":\"f0\",\"input_schema\":{\"type\":\"object\"}}]");
        shapes.put(
                "calls turn by turn",
                n ->
                        most
                                + "\"messages\":["
                                + said(0, "")
                                + ","
                                + list(
                                        n / 6,
                                        i ->
                                                "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"c2ln\"},"
                                                        + call.apply(i)
                                                        + "]},{\"role\":\"user\",\"content\":["
                                                        + result.apply(i)
                                                        + "]}")
                                + "],\"tools\":[{\"name\":\"f0\",\"input_schema\":{\"type\":\"object\"}}]");
        shapes.put(
                "tools",
                n ->
                        most
                                + "\"messages\":["
                                + said(0, "")
                                + "],\"tools\":["
                                + list(
                                        n,
                                        i ->
                                                "{\"name\":\"f"
                                                        + i
                                                        + "\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}")
                                + "]");
        shapes.put(
                "tool's schema",
                n ->
                        most
                                + "\"messages\":["
                                + said(0, "")
                                + "],\"tools\":[{\"name\":\"f\",\"input_schema\":"
                                + schema(n)
                                + "}]");
        shapes.put(
                "text",
                n ->
                        most
                                + "\"messages\":[{\"role\":\"user\",\"content\":\""
                                + text(n / 10)
                                + "\"}]");
        shapes.put(
                "stop words",
                n ->
                        most
                                + "\"messages\":["
                                + said(0, "")
                                + "],\"stop_sequences\":["
                                + list(n, i -> "\"s" + i + "\"")
                                + "]");
        shapes.put(
                "unknown fields",
                n ->
                        most
                                + "\"messages\":["
                                + said(0, "")
                                + "],"
                                + list(n, i -> "\"k" + i + "\":1"));
        return shapes;
    }

    private static Map<String, IntFunction<String>> gemini() {
        var shapes = new LinkedHashMap<String, IntFunction<String>>();
        IntFunction<String> turn =
                i ->
                        "{\"role\":\""
                                + (i % 2 == 0 ? "user" : "model")
                                + "\",\"parts\":[{\"text\":\"w"
                                + i
                                + "\"}]}";
        shapes.put("turns", n -> "\"contents\":[" + list(n, turn) + "]");
        shapes.put("one role", n -> "\"contents\":[" + list(n, _ -> turn.apply(0)) + "]");
        shapes.put(
                "parts",
                n ->
                        "\"contents\":[{\"role\":\"user\",\"parts\":["
                                + list(n, i -> "{\"text\":\"w" + i + "\"}")
                                + "]}]");
        IntFunction<String> call =
                i ->
                        "{\"functionCall\":{\"name\":\"f"
                                + i
                                + "\",\"args\":{\"a\":"
                                + i
                                + "}},\"thoughtSignature\":\"c2ln\"}";
        IntFunction<String> result =
                i -> "{\"functionResponse\":{\"name\":\"f" + i + "\",\"response\":{\"r\":1}}}";
        shapes.put(
                "calls of one turn",
                n ->
                        "\"contents\":["
                                + turn.apply(0)
                                + ",{\"role\":\"model\",\"parts\":["
                                + list(n / 3, call)
                                + "]},{\"role\":\"user\",\"parts\":["
                                + list(n / 3, result)
                                + "]}]");
        shapes.put(
                "calls turn by turn",
                n ->
                        "\"contents\":["
                                + turn.apply(0)
                                + ","
                                + list(
                                        n / 3,
                                        _ ->
                                                "{\"role\":\"model\",\"parts\":["
                                                        + call.apply(0)
                                                        + "]},{\"role\":\"user\",\"parts\":["
                                                        + result.apply(0)
                                                        + "]}")
                                + "]");
        shapes.put(
                "tools",
                n ->
                        "\"contents\":["
                                + turn.apply(0)
                                + "],\"tools\":[{\"functionDeclarations\":["
                                + list(
                                        n - 1,
                                        i -> "{\"name\":\"f" + i + "\",\"description\":\"d\"}")
                                + "]}]");
        shapes.put(
                "schema",
                n ->
                        "\"contents\":["
                                + turn.apply(0)
                                + "],\"generationConfig\":{\"responseMimeType\":\"application/json\",\"responseJsonSchema\":"
                                + schema(n)
                                + "}");
        shapes.put(
                "text",
                n ->
                        "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\""
                                + text(n / 10)
                                + "\"}]}]");
        shapes.put(
                "unknown fields",
                n -> "\"contents\":[" + turn.apply(0) + "]," + list(n, i -> "\"k" + i + "\":1"));
        return shapes;
    }

    private static Map<String, IntFunction<String>> ollama() {
        var shapes = new LinkedHashMap<String, IntFunction<String>>();
        shapes.put("turns", n -> "\"messages\":[" + list(n, i -> said(i, "assistant")) + "]");
        shapes.put("one role", n -> "\"messages\":[" + list(n, _ -> said(0, "")) + "]");
        shapes.put(
                "calls turn by turn",
                n ->
                        "\"messages\":["
                                + said(0, "")
                                + ","
                                + list(
                                        n / 4,
                                        _ ->
                                                "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]},{\"role\":\"tool\",\"tool_name\":\"f\",\"content\":\"r\"}")
                                + "]");
        shapes.put(
                "calls of one turn",
                n ->
                        "\"messages\":["
                                + said(0, "")
                                + ",{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":["
                                + list(
                                        n / 3,
                                        i ->
                                                "{\"function\":{\"name\":\"f"
                                                        + i
                                                        + "\",\"arguments\":{}}}")
                                + "]},"
                                + list(
                                        n / 3,
                                        i ->
                                                "{\"role\":\"tool\",\"tool_name\":\"f"
                                                        + i
                                                        + "\",\"content\":\"r\"}")
                                + "]");
        shapes.put(
                "tools",
                n ->
                        "\"messages\":["
                                + said(0, "")
                                + "],\"tools\":["
                                + list(n, LinearWorkTest::chatTool)
                                + "]");
        shapes.put("schema", n -> "\"messages\":[" + said(0, "") + "],\"format\":" + schema(n));
        shapes.put(
                "options",
                n ->
                        "\"messages\":["
                                + said(0, "")
                                + "],\"options\":{"
                                + list(n, i -> "\"k" + i + "\":1")
                                + "}");
        shapes.put(
                "text",
                n -> "\"messages\":[{\"role\":\"user\",\"content\":\"" + text(n / 10) + "\"}]");
        return shapes;
    }

    private static Map<String, IntFunction<String>> own() {
        var shapes = new LinkedHashMap<String, IntFunction<String>>();
        shapes.put(
                "turns",
                n ->
                        "\"messages\":["
                                + list(
                                        n,
                                        i ->
                                                "{\"role\":\""
                                                        + (i % 2 == 0 ? "user" : "assistant")
                                                        + "\",\"content\":\"w\"}")
                                + "]");
        shapes.put(
                "one role",
                n ->
                        "\"messages\":["
                                + list(n, _ -> "{\"role\":\"user\",\"content\":\"w\"}")
                                + "]");
        shapes.put(
                "tools",
                n ->
                        "\"prompt\":\"go\",\"tools\":["
                                + list(n, i -> "{\"name\":\"f" + i + "\"}")
                                + "]");
        shapes.put("text", n -> "\"prompt\":\"" + text(n / 10) + "\"");
        return shapes;
    }

    @TestFactory
    Stream<DynamicTest> four_times_as_much_costs_about_four_times_as_much() {
        var tests = new ArrayList<DynamicTest>();
        shapes().forEach((client, shapes) ->
                shapes.forEach((name, shape) -> {
                    for (LlmKind kind : Kinds.ours().all(LlmKind.class)) {
                        tests.add(
                                DynamicTest.dynamicTest(
                                        client.dialect() + " " + name + " to " + kind.name(),
                                        () -> isLinear(client, kind, shape)));
                    }
                }));
        return tests.stream();
    }

    private void isLinear(ClientDialect client, LlmKind kind, IntFunction<String> shape)
            throws InvalidBody {
        send(client, kind, shape.apply(50));
        Cost few = send(client, kind, shape.apply(FEW));
        Cost many = send(client, kind, shape.apply(4 * FEW));

        assertThat(many.bytes())
                .as("bytes allocated, and for a quarter of it %s", few.bytes())
                .isLessThan(5 * few.bytes() + 1_000_000);
        // What else runs on the machine may make one look dear; what is not linear is so at each.
        for (int look = 1; look < LOOKS && many.nanos() >= most(few); look++) {
            few = send(client, kind, shape.apply(FEW));
            many = send(client, kind, shape.apply(4 * FEW));
        }
        assertThat(many.nanos())
                .as("nanoseconds of processor, and for a quarter of it %s", few.nanos())
                .isLessThan(most(few));
    }

    private static long most(Cost few) {
        return 10 * few.nanos() + Duration.ofMillis(60).toNanos();
    }

    private Cost send(ClientDialect client, LlmKind kind, String fields) throws InvalidBody {
        LlmProvider provider =
                kind.make(TestCalls.at(Endpoint.parse("https://up.example/v1")), LlmQuirks.NONE);
        String named = client.dialect() == Dialect.GEMINI ? "" : "\"model\":\"m\",";
        byte[] body = ("{" + named + fields + "}").getBytes(StandardCharsets.UTF_8);
        var transport =
                PlayedTransport.answering(
                        Played.json(400, "{\"error\":{\"message\":\"no\"}}"), time);
        var account = new LlmAccount(TestCalls.UPSTREAM, provider, Optional.empty(), transport);
        var upstream = new LlmUpstream(account, Timeouts.DEFAULT, time, Threads.virtual());
        long thread = Thread.currentThread().threadId();
        long bytes = THREADS.getThreadAllocatedBytes(thread);
        long nanos = THREADS.getCurrentThreadCpuTime();
        LlmRequest request =
                TestCalls.request(
                        client,
                        Operation.CHAT,
                        RequestScan.scan(body, client.scanRules(), ScanLimits.DEFAULT)
                                .at("m", false),
                        true,
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
        Outcome<LlmReply> outcome =
                upstream.send(new Dispatch<>(call, TestCalls.UPSTREAM, "m", 1, time));
        var cost =
                new Cost(
                        THREADS.getThreadAllocatedBytes(thread) - bytes,
                        THREADS.getCurrentThreadCpuTime() - nanos);
        // What a provider's dialect has no words for, so many stop words, is refused in proportion
        // too.
        assertThat(
                        outcome instanceof Outcome.Failure<LlmReply> failure
                                && (failure.fault().cause() == Cause.NOT_OFFERED
                                        || transport.sent().size() == 1))
                .as(outcome.toString())
                .isTrue();
        return cost;
    }
}
