package dev.switchgear.dialects.own;

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
import tools.jackson.databind.node.ObjectNode;

/// Reads `/api/llm/…` and answers it. Stateless; thread-safe.
public final class OwnClientDialect implements ClientDialect, ClientCounting {
    private static final ScanRules RULES =
            ScanRules.modelInside()
                    .with(Use.OUTPUT_BOUND, "maxTokens")
                    .with(Use.ARRAY, "messages")
                    .with(Use.SYSTEM, "system")
                    .with(Use.TOOLS, "tools")
                    .with(Use.PROMPT, "prompt");

    @Override
    public Dialect dialect() {
        return Dialect.OWN;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return OwnRequestReader.read(body, model, streamed);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new OwnAnswerWriter(identity);
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
        return OwnRequestReader.read(body, model, false);
    }

    @Override
    public byte[] counted(long tokens, boolean estimated) {
        ObjectNode answer = Json.object();
        answer.put("inputTokens", tokens);
        answer.put("estimated", estimated);
        return Json.bytes(answer);
    }
}
