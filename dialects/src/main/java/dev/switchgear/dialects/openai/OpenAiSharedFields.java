package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.json.Field;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.AnswerWish;
import dev.switchgear.families.llm.chat.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a request for a completion and one for a chat's say alike.
final class OpenAiSharedFields {
    private static final int ANSWERS_MAX = 128;

    private OpenAiSharedFields() {}

    static void stop(Field body, ChatRequest.Builder request) throws InvalidBody {
        Optional<Field> stop = body.get("stop");
        if (stop.isEmpty()) {
            return;
        }
        if (stop.get().isString()) {
            request.stop(List.of(stop.get().string()));
            return;
        }
        if (!stop.get().isArray()) {
            throw stop.get().wrong("a string or an array");
        }
        var texts = new ArrayList<String>();
        for (Field text : stop.get().items()) {
            texts.add(text.string());
        }
        request.stop(texts);
    }

    static void answers(Field body, ChatRequest.Builder request) throws InvalidBody {
        Optional<Field> n = body.get("n");
        if (n.isPresent()) {
            long answers = n.get().integer();
            if (answers < 1 || answers > ANSWERS_MAX) {
                throw InvalidBody.param("n", answers + " (expected: 1 to " + ANSWERS_MAX + ")");
            }
            request.answers((int) answers);
        }
    }

    /// Fields of `stream_options` that are not known are extras.
    static void streamOptions(Field body, ChatRequest.Builder request) throws InvalidBody {
        Optional<Field> options = body.get("stream_options");
        if (options.isEmpty()) {
            return;
        }
        for (Field field : options.get().object().fields()) {
            switch (field.name()) {
                case "include_usage" -> {
                    if (field.bool()) {
                        request.wish(AnswerWish.STREAMED_USAGE);
                    }
                }
                // Padding against guessing texts by their lengths: no meaning is lost.
                case "include_obfuscation" -> field.bool();
                default -> request.extra(field.path(), field.node());
            }
        }
    }
}
