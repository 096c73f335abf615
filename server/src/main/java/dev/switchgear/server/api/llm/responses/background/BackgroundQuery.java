package dev.switchgear.server.api.llm.responses.background;

import dev.switchgear.families.llm.InvalidBody;
import java.util.Locale;
import java.util.Optional;

/// How a response is asked for again.
///
/// @param stream whether its events are wanted
/// @param startingAfter the number of the last event that the client has; -1 for none
public record BackgroundQuery(boolean stream, int startingAfter) {
    /// @param query what follows the `?`
    /// @throws InvalidBody where `starting_after` is no number of an event, or `stream` says neither yes nor
    ///     no
    public static BackgroundQuery of(String query) throws InvalidBody {
        boolean stream = truth(value(query, "stream").orElse(""));
        Optional<String> after = value(query, "starting_after").filter(said -> !said.isEmpty());
        if (after.isEmpty()) {
            return new BackgroundQuery(stream, -1);
        }
        try {
            int number = Integer.parseInt(after.get());
            if (number >= 0 && number < Integer.MAX_VALUE) {
                return new BackgroundQuery(stream, number);
            }
        } catch (NumberFormatException _) {
            // Told below, as a number that is none.
        }
        throw InvalidBody.param(
                "starting_after", "no number of an event (expected: the last `sequence_number`)");
    }

    /// In the words of every language in which clients are written.
    private static boolean truth(String said) throws InvalidBody {
        return switch (said.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0", "" -> false;
            default ->
                    throw InvalidBody.param("stream", "neither yes nor no (expected: true, false)");
        };
    }

    private static Optional<String> value(String query, String name) {
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name) && pair.startsWith("=", name.length())) {
                return Optional.of(pair.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }
}
