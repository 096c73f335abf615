package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What was asked for, as every answer repeats it.
final class ResponsesEcho {
    private static final JsonNode NULL = JsonNodeFactory.instance.nullNode();

    /// What is repeated where it was said, whatever becomes of it.
    private static final List<String> REPEATED =
            List.of("max_tool_calls", "prompt_cache_key", "prompt_cache_retention", "top_logprobs");

    private final ObjectNode words = Json.object();

    /// @param kept what is said of keeping the answer; empty where nothing is kept
    ResponsesEcho(ChatRequest asked, Optional<AnswerIdentity.Kept> kept) {
        words.put("background", kept.map(AnswerIdentity.Kept::background).orElse(false));
        words.set("instructions", instructions(asked.turns()));
        words.set("max_output_tokens", whole(asked));
        words.set("metadata", extra(asked, "metadata").orElseGet(Json::object));
        words.put("parallel_tool_calls", asked.parallelTools().orElse(true));
        String previous = kept.map(AnswerIdentity.Kept::previous).orElse("");
        words.set("previous_response_id", previous.isEmpty() ? NULL : text(previous));
        kept.map(AnswerIdentity.Kept::conversation)
                .filter(id -> !id.isEmpty())
                .ifPresent(id -> words.putObject("conversation").put("id", id));
        words.set("reasoning", reasoning(asked.reasoning()));
        words.set("service_tier", extra(asked, "service_tier").orElse(NULL));
        words.put("store", kept.map(AnswerIdentity.Kept::stored).orElse(false));
        words.put("temperature", asked.sampling().temperature().orElse(1));
        ObjectNode text = words.putObject("text");
        text.set("format", ResponsesTools.format(asked.format()));
        extra(asked, "text.verbosity").ifPresent(much -> text.set("verbosity", much));
        words.set(
                "tool_choice",
                extra(asked, "tool_choice")
                        .orElseGet(() -> ResponsesTools.choice(asked.toolChoice(), asked.tools())));
        words.set("tools", ResponsesTools.listed(asked.tools()));
        words.put("top_p", asked.sampling().topP().orElse(1));
        words.set("truncation", extra(asked, "truncation").orElse(text("disabled")));
        Optional<JsonNode> user = asked.user().map(ResponsesEcho::text);
        Optional<JsonNode> beside = extra(asked, "user");
        words.set("user", beside.or(() -> user).orElse(NULL));
        if (beside.isPresent()) {
            // Who names both names the one who is asked for by the other one.
            words.set("safety_identifier", user.orElse(NULL));
        }
        for (String field : REPEATED) {
            extra(asked, field).ifPresent(said -> words.set(field, said));
        }
    }

    void into(ObjectNode response) {
        response.setAll(words);
    }

    private static JsonNode text(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }

    private static JsonNode whole(ChatRequest asked) {
        return asked.maxOutputTokens().isPresent()
                ? JsonNodeFactory.instance.numberNode(asked.maxOutputTokens().getAsLong())
                : NULL;
    }

    private static Optional<JsonNode> extra(ChatRequest asked, String field) {
        for (Extra extra : asked.extras()) {
            if (extra.field().equals(field)) {
                return Optional.of(extra.value());
            }
        }
        return Optional.empty();
    }

    private static JsonNode instructions(List<Turn> turns) {
        if (turns.isEmpty() || turns.getFirst().role() != Role.SYSTEM) {
            return NULL;
        }
        var text = new StringBuilder();
        for (Part part : turns.getFirst().parts()) {
            if (part instanceof Part.Text said) {
                text.append(text.isEmpty() ? "" : "\n\n").append(said.text());
            }
        }
        return text(text.toString());
    }

    private static ObjectNode reasoning(ReasoningWish wish) {
        ObjectNode reasoning = Json.object();
        Optional<String> effort = wish.meant().map(said -> said.name().toLowerCase(Locale.ROOT));
        reasoning.set("effort", effort.<JsonNode>map(ResponsesEcho::text).orElse(NULL));
        boolean shown = wish.shown().orElse(false);
        reasoning.set("summary", shown ? text("auto") : NULL);
        return reasoning;
    }
}
