package dev.switchgear.providers.openai;

import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.stream.EventLimits;

/// How one server speaks OpenAI's dialect.
///
/// @param headers sent with every request besides the credential: `OpenAI-Organization` and the like
/// @param keyHeader carries the credential (`Authorization`; Azure: `api-key`)
/// @param keyPrefix stands before the credential in that header (`Bearer `)
/// @param query added to every path, with its `?`; empty for none
/// @param doneRequired whether a stream is whole only with its `[DONE]`. If false, a proper end of the
///     body after a `finish_reason` will do, and the client gets the `[DONE]` it may wait for.
/// @param errors what the server's errors mean
/// @param replyBytesMax the longest answer in one piece; 1 or more (default 64 MiB)
/// @param events how large a stream, its events and their lines may be
/// @param heldBytesMax how much of a stream is held back while no token has come; 1 or more (default
///     256 KiB)
public record OpenAiSettings(
        Endpoint endpoint,
        Headers headers,
        String keyHeader,
        String keyPrefix,
        String query,
        boolean doneRequired,
        ErrorTable errors,
        int replyBytesMax,
        EventLimits events,
        int heldBytesMax) {
    private static final int MIB = 1024 * 1024;

    public OpenAiSettings {
        require(replyBytesMax, "reply-bytes-max");
        require(heldBytesMax, "held-bytes-max");
    }

    private static void require(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "openai." + name + ": " + value + " (expected: 1 or more)");
        }
    }

    /// OpenAI itself.
    public static OpenAiSettings openAi(Endpoint endpoint) {
        return of(endpoint, Headers.NONE, true);
    }

    /// A server that speaks alike: some leave `[DONE]` out.
    public static OpenAiSettings compatible(Endpoint endpoint, Headers headers) {
        return of(endpoint, headers, false);
    }

    private static OpenAiSettings of(Endpoint endpoint, Headers headers, boolean doneRequired) {
        return new OpenAiSettings(
                endpoint,
                headers,
                "Authorization",
                "Bearer ",
                "",
                doneRequired,
                OpenAiErrors.TABLE,
                64 * MIB,
                EventLimits.DEFAULT,
                MIB / 4);
    }
}
