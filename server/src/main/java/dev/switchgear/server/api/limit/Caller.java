package dev.switchgear.server.api.limit;

import dev.switchgear.identity.Client;

/// Who asks, as far as limits tell callers apart.
///
/// @param user the end user that the request names; empty for none, or where nobody counts them
/// @param address where it comes from; empty where nobody counts that
public record Caller(Client client, String user, String address) {
    /// One of whom only the key matters.
    public Caller(Client client) {
        this(client, "", "");
    }
}
