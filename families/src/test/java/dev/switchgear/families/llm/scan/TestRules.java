package dev.switchgear.families.llm.scan;

import dev.switchgear.families.llm.scan.ScanRules.Use;

/// Rules to scan with: what there is to be found in a question for a chat or for vectors.
final class TestRules {
    static final ScanRules BODY =
            ScanRules.modelInside()
                    .with(Use.STREAM, "stream")
                    .with(Use.STREAM_OPTIONS, "stream_options")
                    .with(Use.CONVERSATION, "prompt_cache_key")
                    .with(Use.OUTPUT_BOUND, "max_tokens", "max_completion_tokens")
                    .with(Use.ARRAY, "messages")
                    .with(Use.INPUT, "input")
                    .with(Use.TOOLS, "tools", "functions")
                    .with(Use.PROMPT, "response_format");

    private TestRules() {}
}
