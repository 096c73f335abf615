package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientCounting;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ClientEmbedding;
import dev.switchgear.families.llm.scan.ScanRules;
import dev.switchgear.families.llm.scan.ScanRules.Use;
import java.util.Optional;

/// Clients of OpenAI's Responses, as its SDKs and Codex are. Thread-safe.
public final class ResponsesClientDialect implements ClientDialect, ClientCounting {
    private static final ScanRules RULES =
            ScanRules.modelInside()
                    .with(Use.STREAM, "stream")
                    .with(Use.STREAM_OPTIONS, "stream_options")
                    .with(Use.CONVERSATION, "prompt_cache_key")
                    .with(Use.OUTPUT_BOUND, "max_output_tokens")
                    .with(Use.INPUT, "input")
                    .with(Use.SYSTEM, "instructions")
                    .with(Use.TOOLS, "tools")
                    .with(Use.PROMPT, "text")
                    .with(Use.ELSEWHERE, "previous_response_id", "conversation")
                    .with(Use.STORE, "store")
                    .with(Use.BACKGROUND, "background");

    @Override
    public Dialect dialect() {
        return Dialect.RESPONSES;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return ResponsesRequestReader.read(body, model, streamed);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new ResponsesAnswerWriter(asked, identity);
    }

    @Override
    public Optional<ClientCounting> counting() {
        return Optional.of(this);
    }

    @Override
    public Optional<ClientEmbedding> embedding() {
        return Optional.empty();
    }

    @Override
    public ScanRules scanRules() {
        return RULES;
    }

    @Override
    public ChatRequest countable(byte[] body, String model) throws InvalidBody {
        return ResponsesRequestReader.read(body, model, false);
    }

    @Override
    public byte[] counted(long tokens, boolean estimated) {
        return Json.bytes(
                Json.object().put("object", "response.input_tokens").put("input_tokens", tokens));
    }
}
