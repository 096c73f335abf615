package dev.switchgear.server.api.llm.responses.kept;

import dev.switchgear.server.api.Problem;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;

/// What is told of requests that refer to what is not there, or cannot be gone on with; by the words that
/// OpenAI's clients know. Pure.
public final class KeptProblems {
    private KeptProblems() {}

    public static Problem previousNotFound(String id) {
        return Problem.of(
                        SgCode.UNUSABLE_REQUEST,
                        "previous_response_not_found",
                        "Previous response with id '"
                                + Quote.name(id)
                                + "' not found. It may be too old, or was asked for with"
                                + " `store: false`.")
                .at("previous_response_id");
    }

    static Problem unfinished(String id, String status) {
        return Problem.of(
                        SgCode.UNUSABLE_REQUEST,
                        "previous_response_not_completed",
                        "The response '"
                                + Quote.name(id)
                                + "' is "
                                + Quote.name(status)
                                + " and cannot be continued.")
                .at("previous_response_id");
    }

    public static Problem itemNotFound(String id) {
        return Problem.of(
                        SgCode.NOT_SERVED,
                        "item_not_found",
                        "Item with id '" + Quote.name(id) + "' not found.")
                .at("input");
    }

    public static Problem responseNotFound(String id) {
        return Problem.of(
                SgCode.NOT_SERVED,
                "response_not_found",
                "Response with id '" + Quote.name(id) + "' not found.");
    }

    public static Problem conversationNotFound(String id) {
        return Problem.of(
                        SgCode.NOT_SERVED,
                        "conversation_not_found",
                        "Conversation with id '" + Quote.name(id) + "' not found.")
                .at("conversation");
    }

    public static Problem conversationLocked() {
        return Problem.of(
                        SgCode.UNUSABLE_REQUEST,
                        "conversation_locked",
                        "Another request is going on with this conversation. Ask again in a few"
                                + " seconds.")
                .at("conversation");
    }

    static Problem exclusive() {
        return Problem.of(
                        SgCode.UNUSABLE_REQUEST,
                        "mutually_exclusive_parameters",
                        "`previous_response_id` and `conversation` exclude each other: send one of"
                                + " them.")
                .at("conversation");
    }

    static Problem tooLong(long bytes, long most) {
        return Problem.of(
                SgCode.UNUSABLE_REQUEST,
                413,
                "request_too_large",
                "With everything that it refers to, the request has "
                        + bytes
                        + " bytes or more, and a body may have "
                        + most
                        + " (setting server.limits.body-bytes). Begin a new conversation.");
    }

    public static Problem wrong(String where, String expected) {
        return Problem.of(
                        SgCode.UNUSABLE_REQUEST,
                        "invalid_request_body",
                        where + ": a wrong value (expected: " + expected + ").")
                .at(where);
    }
}
