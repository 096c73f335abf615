package dev.switchgear.providers.llm;

import dev.switchgear.core.call.Outcome;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import java.util.Locale;

/// Tells whether a provider no longer has what a request refers to: it was deleted there, or has become
/// too old. Nothing was done then, and the same can be asked for in full. Pure.
final class Forgotten {
    private Forgotten() {}

    static boolean says(Outcome<LlmReply> outcome) {
        return outcome instanceof Outcome.Failure<LlmReply> failure
                && failure.reply().isPresent()
                && (failure.reply().get().status() == 400 || failure.reply().get().status() == 404)
                && failure.reply().get().content() instanceof Content.Declined declined
                && !declined.told()
                && says(declined.code(), declined.message().toLowerCase(Locale.ROOT));
    }

    private static boolean says(String code, String message) {
        return code.equals("previous_response_not_found")
                || message.contains("previous_response_id")
                || ((message.contains("item") || message.contains("previous response"))
                        && message.contains("not found"));
    }
}
