package dev.switchgear.simulator.answer;

import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.http.ReceivedHead;
import dev.switchgear.simulator.limit.Meter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The API that a provider speaks: what it says, and in which shape a fault says otherwise.
/// Implementations are thread-safe.
public interface Api {
    /// Reads a request as far as it can be read.
    ///
    /// @param path without the provider's name
    /// @param body empty where it was not read yet
    Asked read(ReceivedHead head, String path, byte[] body);

    /// Answers `asked`, the provider's request number `number`.
    ApiAnswer answer(Asked asked, long number);

    /// An error the provider gives for no fault of the client's.
    ///
    /// @param code the error's code; empty for the one usual with that status
    /// @param message empty for the usual words
    ApiAnswer.Whole error(Asked asked, int status, String code, String message, long number);

    /// The same with a pause to wait, said as the API says it: here in a header.
    default ApiAnswer.Whole error(
            Asked asked,
            int status,
            String code,
            String message,
            Duration retryAfter,
            long number) {
        ApiAnswer.Whole usual = error(asked, status, code, message, number);
        List<Header> headers = new ArrayList<>(usual.headers());
        long seconds = (retryAfter.toMillis() + 999) / 1000;
        headers.add(new Header("retry-after", Long.toString(seconds)));
        return new ApiAnswer.Whole(status, headers, usual.body(), usual.tokens());
    }

    /// Says that the key of `asked` is not accepted.
    ApiAnswer.Whole rejected(Asked asked, long number);

    /// Charges `asked` to `other`, a stricter meter than the provider's own; empty: there is room.
    Optional<ApiAnswer> limited(Asked asked, Meter other, long number);

    /// The headers of a stream that will bring nothing but an error.
    List<Header> streamHeaders(Asked asked, long number);

    /// What a stream sends instead of its next event when it fails, and ends with; one event or more.
    ///
    /// @param sent how many good events went before
    List<ApiEvent> failure(Asked asked, int sent, String code, String message, long number);
}
