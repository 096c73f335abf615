package dev.switchgear.server;

import java.util.List;

/// What upstreams of each dialect say: one answer, "Hello", in pieces and whole.
///
/// @param upstream its name in a [ScriptedHouse]
/// @param begun the stream up to the last text
/// @param stop the event with the reason to stop, without the blank line behind it
/// @param end what comes behind that, without its blank line; empty for nothing
/// @param line what ends a line
/// @param whole the answer as JSON
record Speaks(String upstream, String begun, String stop, String end, String line, String whole) {
    private static final String CHUNK =
            "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
                    + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":";

    private static final String RESPONSE =
            "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1790000000,"
                    + "\"status\":\"completed\",\"model\":\"m\",\"output\":[{\"id\":\"msg_1\","
                    + "\"type\":\"message\",\"role\":\"assistant\",\"status\":\"completed\","
                    + "\"content\":[{\"type\":\"output_text\",\"text\":\"Hello\","
                    + "\"annotations\":[]}]}],"
                    + "\"usage\":{\"input_tokens\":3,\"output_tokens\":1,\"total_tokens\":4}}";

    static Speaks chat(String upstream) {
        return new Speaks(
                upstream,
                CHUNK
                        + "{\"role\":\"assistant\",\"content\":\"Hel\"},\"finish_reason\":null}]}\n\n"
                        + CHUNK
                        + "{\"content\":\"lo\"},\"finish_reason\":null}]}\n\n",
                CHUNK
                        + "{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,"
                        + "\"completion_tokens\":1,\"total_tokens\":4}}",
                "data: [DONE]",
                "\n",
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1790000000,"
                        + "\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{"
                        + "\"role\":\"assistant\",\"content\":\"Hello\"},"
                        + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,"
                        + "\"completion_tokens\":1,\"total_tokens\":4}}");
    }

    private static Speaks responses(String upstream) {
        return new Speaks(
                upstream,
                "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,"
                        + "\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"output\":[]}}\n\n"
                        + "event: response.output_item.added\ndata: {"
                        + "\"type\":\"response.output_item.added\",\"sequence_number\":1,"
                        + "\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\","
                        + "\"role\":\"assistant\",\"content\":[]}}\n\n"
                        + "event: response.output_text.delta\ndata: {"
                        + "\"type\":\"response.output_text.delta\",\"sequence_number\":2,"
                        + "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,"
                        + "\"delta\":\"Hello\"}\n\n",
                "event: response.completed\ndata: {\"type\":\"response.completed\","
                        + "\"sequence_number\":3,\"response\":"
                        + RESPONSE
                        + "}",
                "",
                "\n",
                RESPONSE);
    }

    static Speaks anthropic() {
        return new Speaks(
                "claude",
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{"
                        + "\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                        + "\"model\":\"c\",\"content\":[],\"stop_reason\":null,"
                        + "\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n"
                        + "event: content_block_start\ndata: {\"type\":\"content_block_start\","
                        + "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
                        + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
                        + "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n"
                        + "event: content_block_stop\ndata: {\"type\":\"content_block_stop\","
                        + "\"index\":0}\n\n",
                "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{"
                        + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                        + "\"usage\":{\"output_tokens\":1}}",
                "event: message_stop\ndata: {\"type\":\"message_stop\"}",
                "\n",
                "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\","
                        + "\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}],"
                        + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}");
    }

    static Speaks gemini() {
        return new Speaks(
                "google",
                "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":["
                        + "{\"text\":\"Hello\"}]},\"index\":0}],\"responseId\":\"r1\"}\r\n\r\n",
                "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":["
                        + "{\"text\":\"\"}]},\"finishReason\":\"STOP\",\"index\":0}],"
                        + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":1,"
                        + "\"totalTokenCount\":4},\"responseId\":\"r1\"}",
                "",
                "\r\n",
                "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":["
                        + "{\"text\":\"Hello\"}]},\"finishReason\":\"STOP\",\"index\":0}],"
                        + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":1,"
                        + "\"totalTokenCount\":4},\"modelVersion\":\"g\",\"responseId\":\"r1\"}");
    }

    static Speaks ollama() {
        String head = "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",";
        String counts =
                "\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":1}";
        return new Speaks(
                "ollama",
                head
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"Hello\"},\"done\":false}\n",
                head + "\"message\":{\"role\":\"assistant\",\"content\":\"\"}," + counts,
                "",
                "\n",
                head + "\"message\":{\"role\":\"assistant\",\"content\":\"Hello\"}," + counts);
    }

    /// One for each adapter that reads answers in its own way.
    static List<Speaks> all() {
        return List.of(
                chat("openai"),
                chat("chat"),
                chat("router"),
                chat("deep"),
                chat("xai"),
                chat("mistral"),
                responses("resp"),
                anthropic(),
                gemini(),
                ollama());
    }

    /// What it says to such a client: those of Responses are answered in it where that is offered.
    Speaks to(AskedAs client) {
        return client == AskedAs.RESPONSES
                        && List.of("openai", "router", "deep", "xai").contains(upstream)
                ? responses(upstream)
                : this;
    }

    @Override
    public String toString() {
        return upstream;
    }

    boolean lines() {
        return upstream.equals("ollama");
    }

    String model() {
        return upstream + "/m";
    }

    /// The whole stream, as it should be.
    String stream() {
        String blank = lines() ? line : line + line;
        return begun + stop + blank + (end.isEmpty() ? "" : end + blank);
    }

    /// Whether clients that ask so are asked about for this upstream: `/api/generate` of a server that
    /// has it itself gets other words.
    boolean answers(AskedAs client) {
        return !(lines() && client == AskedAs.GENERATE);
    }

    String streamType() {
        return lines() ? "application/x-ndjson" : "text/event-stream";
    }
}
