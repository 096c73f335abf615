package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.json.Field;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.AnswerWish;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Sampling;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/// Reads a client's completion request. For one thread, once.
final class CompletionsRequestReader {
    /// What the API answers with where nothing is said.
    private static final long TOKENS = 16;

    /// Fields that are read here; all others are extras.
    private static final Set<String> KNOWN =
            Set.of(
                    "model",
                    "stream",
                    "stream_options",
                    "prompt",
                    "suffix",
                    "echo",
                    "max_tokens",
                    "temperature",
                    "top_p",
                    "top_k",
                    "seed",
                    "presence_penalty",
                    "frequency_penalty",
                    "stop",
                    "user",
                    "n",
                    "best_of");

    private final Field body;
    private final ChatRequest.Builder request;

    private CompletionsRequestReader(Field body, ChatRequest.Builder request) {
        this.body = body;
        this.request = request;
    }

    static ChatRequest read(Field body, String model, boolean streamed) throws InvalidBody {
        var request = ChatRequest.builder(model).streamed(streamed).asked(Dialect.COMPLETIONS);
        return new CompletionsRequestReader(body, request).whole();
    }

    private ChatRequest whole() throws InvalidBody {
        request.turn(Role.USER, List.of(new Part.Text(prompt())));
        if (!body.optionalString("suffix").orElse("").isEmpty()) {
            throw InvalidBody.param(
                    "suffix",
                    "a text cannot be fitted in before it by a model that is asked in chat");
        }
        if (body.optionalBool("echo").orElse(false)) {
            request.wish(AnswerWish.ECHO);
        }
        bound();
        request.sampling(
                new Sampling(
                        body.optionalNumber("temperature"),
                        body.optionalNumber("top_p"),
                        body.optionalInteger("top_k"),
                        body.optionalInteger("seed"),
                        penalty("presence_penalty"),
                        penalty("frequency_penalty")));
        OpenAiSharedFields.stop(body, request);
        body.optionalString("user").ifPresent(request::user);
        answers();
        OpenAiSharedFields.streamOptions(body, request);
        for (Field field : body.fields()) {
            if (!KNOWN.contains(field.path())) {
                request.extra(field.path(), field.node());
            }
        }
        return request.build();
    }

    /// One text, which may stand in an array.
    private String prompt() throws InvalidBody {
        Field prompt = body.need("prompt", "a string");
        if (!prompt.isArray()) {
            return prompt.string();
        }
        List<Field> texts = prompt.items();
        if (!texts.isEmpty() && !texts.getFirst().isString()) {
            throw InvalidBody.param(
                    "prompt", "token ids (expected: text, as no provider is asked in tokens)");
        }
        if (texts.size() != 1) {
            throw InvalidBody.param(
                    "prompt", texts.size() + " texts (expected: 1, as an answer is given alone)");
        }
        return texts.getFirst().string();
    }

    /// A negative bound is how some local servers write "none".
    private void bound() throws InvalidBody {
        long bound = body.optionalInteger("max_tokens").orElse(TOKENS);
        if (bound >= 0) {
            request.maxOutputTokens(bound);
        }
    }

    /// Zero is what the API takes where nothing is said; so nothing is, for those who know no
    /// penalties.
    private OptionalDouble penalty(String name) throws InvalidBody {
        OptionalDouble given = body.optionalNumber(name);
        return given.isPresent() && given.getAsDouble() == 0 ? OptionalDouble.empty() : given;
    }

    /// The best of several is chosen by their probabilities, which only the provider sees.
    private void answers() throws InvalidBody {
        OpenAiSharedFields.answers(body, request);
        OptionalLong best = body.optionalInteger("best_of");
        if (best.isPresent() && best.getAsLong() > 1) {
            throw InvalidBody.param(
                    "best_of",
                    best.getAsLong() + " (expected: 1, as a model is asked once and in chat)");
        }
    }
}
