package dev.switchgear.server.api;

import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.names.SgCode;
import java.util.List;

/// An answer that is not what was asked for, before it takes the shape of a client's protocol.
///
/// @param code as documented; our own API tells it apart from the message too
/// @param word what clients of other protocols know it by; empty for none
/// @param param which part of the request is meant; empty for none
/// @param text for people: what happened, why, what to do
/// @param voice in whose words
public record Problem(
        SgCode code,
        int status,
        String word,
        String param,
        String text,
        Voice voice,
        List<ResponseHeader> headers) {
    /// Whose fault it is, roughly; a protocol's error type follows from it.
    public enum Kind {
        INVALID_REQUEST,
        AUTHENTICATION,
        RATE_LIMIT,
        UNAVAILABLE,
        SERVER
    }

    /// Who speaks.
    public enum Voice {
        /// This gateway: the code stands at the end.
        OURS,
        /// Somebody whose words are repeated as they are.
        REPEATED
    }

    public Problem {
        headers = List.copyOf(headers);
    }

    /// In our words, with the code's own status.
    public static Problem of(SgCode code, String word, String text) {
        int status = code.status().orElseThrow(() -> new IllegalArgumentException(code.toString()));
        return new Problem(code, status, word, "", text, Voice.OURS, List.of());
    }

    /// In our words.
    public static Problem of(SgCode code, int status, String word, String text) {
        return new Problem(code, status, word, "", text, Voice.OURS, List.of());
    }

    /// In the words of somebody else.
    public static Problem repeated(SgCode code, int status, String word, String text) {
        return new Problem(code, status, word, "", text, Voice.REPEATED, List.of());
    }

    /// The same of one part of the request.
    public Problem at(String where) {
        return new Problem(code, status, word, where, text, voice, headers);
    }

    /// The same, told with these headers.
    public Problem with(List<ResponseHeader> fields) {
        return new Problem(code, status, word, param, text, voice, fields);
    }

    /// What people read.
    public String message() {
        return switch (voice) {
            case OURS -> text + " (" + code + ")";
            case REPEATED -> text;
        };
    }

    public Kind kind() {
        return switch (code) {
            case UNUSABLE_REQUEST,
                    NOT_SERVED,
                    MODEL_UNKNOWN,
                    NOT_OFFERED,
                    MEDIA,
                    ROUTING,
                    DECLINED ->
                    Kind.INVALID_REQUEST;
            case KEY, NOT_ALLOWED -> Kind.AUTHENTICATION;
            case OVER_LIMIT, OVER_BUDGET, UNPRICED, PROVIDER_LIMIT, PROVIDER_ACCOUNT ->
                    Kind.RATE_LIMIT;
            case PROVIDERS_OUT, CLOSING, GATEWAY_LATE, FULL -> Kind.UNAVAILABLE;
            case TIMED_OUT, UNUSABLE_ANSWER, BROKEN_OFF, ANSWER_FAILED, PROVIDER_KEY, DEFECT ->
                    Kind.SERVER;
            case PORT_TAKEN, SETTING, REFERENCE, DOUBT ->
                    throw new IllegalStateException(code + " answers no request");
        };
    }
}
